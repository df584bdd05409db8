#!/bin/sh
# Makes an image of a static binary and nothing else: packaging/docker/build.sh BINARY TAG
#
# BRAMKA_DOCKER: the program that builds images (docker unless set; podman and buildah take the same words).
# BRAMKA_CA_BUNDLE: the root certificates that go along (those of this machine unless set).
set -eu
binary="$1"
tag="$2"
here="$(cd "$(dirname "$0")" && pwd)"
authorities="${BRAMKA_CA_BUNDLE:-/etc/ssl/certs/ca-certificates.crt}"
if readelf -l "$binary" | grep -q INTERP; then
    echo "$binary needs libraries, which the image has none of: build it for x86_64-unknown-linux-musl" >&2
    exit 1
fi

context="$(mktemp -d)"
trap 'rm -rf "$context"' EXIT
umask 022
mkdir -p "$context/image/data" "$context/image/tmp" "$context/image/etc/ssl/certs" "$context/image/usr/bin"
install -m 755 "$binary" "$context/image/usr/bin/bramka"
install -m 644 "$authorities" "$context/image/etc/ssl/certs/ca-certificates.crt"
cp "$here/Dockerfile" "$context/Dockerfile"
"${BRAMKA_DOCKER:-docker}" build -t "$tag" "$context"
