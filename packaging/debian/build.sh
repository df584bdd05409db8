#!/bin/sh
# Makes a Debian package of a binary that was built: packaging/debian/build.sh BINARY OUT.deb
#
# BRAMKA_DEB_COMPRESSION: xz unless set, none for trying. The same binary gives the same package, byte for byte: times are SOURCE_DATE_EPOCH (the commit's, unless it is set).
set -eu
binary="$1"
out="$2"
here="$(cd "$(dirname "$0")/.." && pwd)"
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
    SOURCE_DATE_EPOCH="$(git -C "$here" log -1 --format=%ct 2>/dev/null || echo 0)"
fi
export SOURCE_DATE_EPOCH
version="$("$binary" -V | cut -d' ' -f2)"
architecture="$(dpkg --print-architecture)"

root="$(mktemp -d)"
trap 'rm -rf "$root"' EXIT
umask 022
mkdir -p "$root/DEBIAN" "$root/usr/bin" "$root/lib/systemd/system" "$root/usr/share/man/man1" \
    "$root/usr/share/bash-completion/completions" "$root/usr/share/zsh/vendor-completions" \
    "$root/usr/share/fish/vendor_completions.d" "$root/usr/share/doc/bramka" "$root/etc/bramka"
install -m 755 "$binary" "$root/usr/bin/bramka"
# The validator alone, where release-build.sh put it.
validator="$(dirname "$binary")/ksef-validate"
[ ! -x "$validator" ] || install -m 755 "$validator" "$root/usr/bin/ksef-validate"
install -m 644 "$here/systemd/bramka.service" "$root/lib/systemd/system/bramka.service"
"$binary" completions bash > "$root/usr/share/bash-completion/completions/bramka"
"$binary" completions zsh > "$root/usr/share/zsh/vendor-completions/_bramka"
"$binary" completions fish > "$root/usr/share/fish/vendor_completions.d/bramka.fish"
"$binary" man "$root/usr/share/man/man1" > /dev/null
gzip -9n "$root"/usr/share/man/man1/*.1
"$binary" licenses > "$root/usr/share/doc/bramka/copyright"
cp -r "$here/grafana" "$here/prometheus" "$root/usr/share/doc/bramka/"
cat > "$root/etc/bramka/bramka.toml" <<'TOML'
# Settings of the service; bramka serve needs none of them. All of them: docs/configuration.md, man bramka-serve.
# listen = "0.0.0.0:8443"
# public_url = "https://bramka.example:8443"
#
# [tls]
# certificate = "tls.crt"
# key = "tls.key"
TOML
echo /etc/bramka/bramka.toml > "$root/DEBIAN/conffiles"

# A binary that is linked dynamically needs the C library that it was linked against.
glibc="$(grep -a -o 'GLIBC_2\.[0-9]*' "$binary" | sort -u -t. -k2,2n | tail -1 | sed 's/GLIBC_//')" || glibc=""
depends="adduser"
[ -z "$glibc" ] || depends="$depends, libc6 (>= $glibc)"
cat > "$root/DEBIAN/control" <<CONTROL
Package: bramka
Version: $version
Architecture: $architecture
Maintainer: The bramka maintainers <bramka@localhost>
Section: net
Priority: optional
Depends: $depends
Recommends: ca-certificates
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Description: gateway between companies and KSeF
 Takes sales invoices to KSeF, Poland's national e-invoicing system, exactly once,
 and brings purchase invoices back. Carries its own simulator of KSeF.
CONTROL
cat > "$root/DEBIAN/postinst" <<'SCRIPT'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
    if ! getent passwd bramka > /dev/null; then
        adduser --system --group --home /var/lib/bramka --no-create-home --gecos bramka bramka
    fi
    chown root:bramka /etc/bramka /etc/bramka/bramka.toml
    chmod 750 /etc/bramka
    chmod 640 /etc/bramka/bramka.toml
    if [ -d /run/systemd/system ]; then
        systemctl daemon-reload
        # One that was running goes on with the new version; a new one is started by whoever installs it.
        systemctl try-restart bramka.service
    fi
fi
SCRIPT
cat > "$root/DEBIAN/prerm" <<'SCRIPT'
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
    systemctl disable --now bramka.service
fi
SCRIPT
cat > "$root/DEBIAN/postrm" <<'SCRIPT'
#!/bin/sh
set -e
# Data stay, also when the package is purged: invoices have to be kept for ten years.
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
fi
SCRIPT
chmod 755 "$root/DEBIAN/postinst" "$root/DEBIAN/prerm" "$root/DEBIAN/postrm"
(cd "$root" && find etc lib usr -type f | LC_ALL=C sort | xargs md5sum > DEBIAN/md5sums)
dpkg-deb --build --root-owner-group "-Z${BRAMKA_DEB_COMPRESSION:-xz}" "$root" "$out" > /dev/null
echo "$out"
