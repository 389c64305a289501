#!/bin/sh
# Make the system that builds run in: an image for Docker, or a folder for bubblewrap.
#
#   image/build.sh            the image aslo-build, from a registry where one is at hand,
#                             else from Debian's packages alone
#   image/build.sh docker     the image, from a registry
#   image/build.sh debian     the image, from Debian's packages
#   image/build.sh rootfs DIR the same system as a folder
#
# IMAGE names the image, DEBIAN_MIRROR the archive to take packages from (else mmdebstrap's own
# choice, with updates and security), and BUILD_NETWORK the network of `docker build`, where the
# engine has no bridge: host.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
image=${IMAGE:-aslo-build}
. "$here/making.sh"

build_system() { # OUTPUT [OPTION...]
    output=$1
    shift
    debian_system "$output" "$here/packages.txt" "$@" \
        --customize-hook='chroot "$1" useradd --uid 10000 --home-dir /tmp --no-create-home \
            --shell /usr/sbin/nologin build'
}

from_registry() {
    say "docker build from $base"
    docker build --network "${BUILD_NETWORK:-default}" --tag "$image" "$here"
}

from_debian() {
    say "mmdebstrap from ${DEBIAN_MIRROR:-the usual archive}, then docker import"
    tarball=$(mktemp --suffix=.tar)
    trap 'rm -f "$tarball"' EXIT
    build_system "$tarball"
    docker import --change 'LABEL org.sugarlabs.aslo=build' \
        --change 'USER build' --change 'WORKDIR /tmp' "$tarball" "$image" >/dev/null
}

case ${1:-auto} in
rootfs)
    [ $# -eq 2 ] || fail "name the folder: image/build.sh rootfs DIR"
    [ ! -e "$2" ] || fail "$2 is there already: remove it first"
    # As root, the sandbox starts a second one from within.
    build_system "$2" --include=bubblewrap
    say "$2 is $(du -sm "$2" | cut -f1) MB, made in $(($(date +%s) - started)) s"
    exit
    ;;
auto | docker | debian) need_engine ;;
*) fail "got $1, want docker, debian, or rootfs DIR" ;;
esac

case ${1:-auto} in
docker) from_registry ;;
debian) from_debian ;;
auto) if registry_at_hand; then from_registry; else from_debian; fi ;;
esac
report_image
