# ASLO itself: one image for the web, workers, beat and every other command.
#
#   make images             makes it, and aslo-build, with or without a registry at hand
#   docker build --tag aslo .
#
# It needs no BuildKit, so that Debian's engine builds it too. BASE may be any Debian 12; what it
# lacks is installed from its own archive. Wheels in build/wheels (scripts/wheels) are used
# instead of an index: no setting of the machine that builds gets into a layer.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS system
COPY image/site-packages.txt image/docker-client.sh /etc/aslo/
RUN set -eu; \
    export DEBIAN_FRONTEND=noninteractive; \
    lacking=; \
    for each in $(cat /etc/aslo/site-packages.txt); do \
        dpkg-query --show "$each" >/dev/null 2>&1 || lacking="$lacking $each"; \
    done; \
    if [ -n "$lacking" ] || [ ! -x /usr/bin/docker ]; then \
        apt-get update -q; \
        apt-get install -qy --no-install-recommends $lacking; \
        [ -x /usr/bin/docker ] || sh /etc/aslo/docker-client.sh /; \
        rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/*; \
    fi; \
    rm -r /etc/aslo; \
    id aslo >/dev/null 2>&1 || useradd --uid 10001 --user-group --no-create-home \
        --home-dir /var/lib/aslo --shell /usr/sbin/nologin aslo; \
    install -d -o aslo -g aslo -m 0750 /var/lib/aslo /var/lib/aslo/files \
        /var/lib/aslo/front /var/lib/aslo/work

FROM system AS made
COPY . /src
WORKDIR /src
RUN set -eu; \
    python3 -m venv /opt/aslo; \
    pip="/opt/aslo/bin/pip --disable-pip-version-check --no-cache-dir"; \
    if [ -d build/wheels ]; then pip="$pip --isolated"; here="--no-index --find-links build/wheels"; \
    else here=; fi; \
    $pip install -q $here --only-binary :all: --require-hashes -r requirements/server.txt; \
    $pip install -q --no-index --no-deps --no-build-isolation .; \
    $pip uninstall -qy setuptools pip

FROM system
LABEL org.opencontainers.image.title="ASLO" \
      org.opencontainers.image.description="The activity store of Sugar Labs" \
      org.opencontainers.image.licenses="AGPL-3.0-or-later" \
      org.opencontainers.image.source="https://github.com/sugarlabs/aslo" \
      org.sugarlabs.aslo="site"
COPY --from=made /opt/aslo /opt/aslo
ENV PATH=/opt/aslo/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    ASLO_HOME=/var/lib/aslo \
    ASLO_LISTEN=0.0.0.0:8000
USER 10001:10001
WORKDIR /var/lib/aslo
# All that must outlive a container, and with /tmp all that is written at run time.
VOLUME /var/lib/aslo
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["aslo"]
CMD ["web"]
