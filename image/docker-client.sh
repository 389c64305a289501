#!/bin/sh
# Put Debian's docker program, and nothing else of its package, below a root: the engine itself
# has no business in the image. Debian 12 ships both in docker.io; later ones have docker-cli.
set -eu
root=$(cd "$1" && pwd)
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
package=docker.io
if apt-cache show docker-cli >/dev/null 2>&1; then package=docker-cli; fi
# As root apt would fetch as a user who cannot write here.
apt-get -o APT::Sandbox::User=root download -q "$package"
dpkg-deb --fsys-tarfile "$package"_*.deb | tar --extract --directory "$root" ./usr/bin/docker
