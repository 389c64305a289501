# What the scripts that make images share; they say the image's name in $image.
suite=bookworm
base=debian:$suite-slim
started=$(date +%s)

say() { echo "image: $*"; }

fail() {
    say "$*" >&2
    exit 1
}

need() { command -v "$1" >/dev/null || fail "$1 is missing: apt-get install $2"; }

need_engine() {
    need docker docker.io
    docker info >/dev/null 2>&1 || fail "no Docker engine answers: start one, or set DOCKER_HOST"
}

# Documentation and the like is no use in an image; the licences stay.
debian_system() { # OUTPUT PACKAGES-FILE [OPTION-OF-MMDEBSTRAP...]
    output=$1
    packages=$(paste -sd, "$2")
    shift 2
    need mmdebstrap mmdebstrap
    mmdebstrap --quiet --variant=apt --include="$packages" \
        --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/info/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-include=/usr/share/doc/*/copyright' \
        --aptopt='APT::Install-Recommends "false"' \
        "$@" \
        --customize-hook='rm -rf "$1"/var/log/* "$1"/usr/share/icons/*' \
        "$suite" "$output" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"}
}

registry_at_hand() {
    docker image inspect "$base" >/dev/null 2>&1 || timeout 60 docker pull --quiet "$base" \
        >/dev/null 2>&1
}

report_image() {
    docker image inspect --format "{{.Id}} {{.Size}}" "$image" | {
        read -r id size
        say "$image is $id, $((size / 1000000)) MB, made in $(($(date +%s) - started)) s"
    }
}
