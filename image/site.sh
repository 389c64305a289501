#!/bin/sh
# Make the image `aslo`: the web, workers, beat and every other command of a store.
#
# Its base comes from a registry where one is at hand, else from Debian's packages alone. IMAGE,
# DEBIAN_MIRROR and BUILD_NETWORK are those of image/build.sh; BASE names another base.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
image=${IMAGE:-aslo}
. "$here/making.sh"

made_base() {
    say "the base by mmdebstrap from ${DEBIAN_MIRROR:-the usual archive}, then docker import"
    tarball=$(mktemp --suffix=.tar)
    trap 'rm -f "$tarball"' EXIT
    # Its apt knows the archive and the way there; that of the new system knows no proxy.
    debian_system "$tarball" "$here/site-packages.txt" \
        --customize-hook='APT_CONFIG=$MMDEBSTRAP_APT_CONFIG sh '"'$here/docker-client.sh'"' "$1"'
    base=aslo-base
    docker import "$tarball" "$base" >/dev/null
}

# The wheels must be for the Python of the base.
if "${PYTHON:-python3}" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then
    "$here/../scripts/wheels"
fi
need_engine
if [ -n "${BASE:-}" ]; then base=$BASE; elif ! registry_at_hand; then made_base; fi
say "docker build from $base"
docker build --quiet --network "${BUILD_NETWORK:-default}" --build-arg "BASE=$base" \
    --tag "$image" "$here/.." >/dev/null
report_image
