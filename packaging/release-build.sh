#!/bin/sh
# Builds the binary that is released, the same byte for byte wherever it is built: packaging/release-build.sh OUT [TARGET]
# Beside it comes ksef-validate, the validator alone.
#
# TARGET: x86_64-unknown-linux-musl for a static binary, which needs no library of the machine it runs on (rustup target add;
# musl-tools of Debian); this machine's own unless given.
set -eu
out="$1"
triple="${2:-}"
cd "$(dirname "$0")/.."
source="$(pwd)"
cargo_home="${CARGO_HOME:-$HOME/.cargo}"
target="${CARGO_TARGET_DIR:-$source/target}"
sysroot="$(rustc --print sysroot)"
prefixes="$sysroot=/rust $cargo_home=/cargo $source=/source $target=/target"
flags=""
c_flags=""
for prefix in $prefixes; do
    # The last one that fits wins: the target folder may lie in the source's.
    flags="$flags --remap-path-prefix=$prefix"
    c_flags="$c_flags -ffile-prefix-map=$prefix"
done
export RUSTFLAGS="${RUSTFLAGS:-} $flags"
export CFLAGS="${CFLAGS:-} $c_flags"
export CXXFLAGS="${CXXFLAGS:-} $c_flags"
# Times in archives of C objects.
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}"
export ZERO_AR_DATE=1
cargo build --release --locked -p bramka -p ksef-invoice --bin bramka --bin ksef-validate ${triple:+--target "$triple"}
cp "$target/${triple:+$triple/}release/bramka" "$out"
cp "$target/${triple:+$triple/}release/ksef-validate" "$(dirname "$out")/ksef-validate"
