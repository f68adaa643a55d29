#!/usr/bin/env bash
# Runs docker-compose.yml as it is, on an engine of its own and on images that are made here (no registry is asked), does the main story against
# it and takes it all down. Needs Debian 12, root, Node >= 20 with npm. What it made once it keeps in .check/compose: the base image.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

say() { printf '\n== %s\n' "$*"; }
[ "$(id -u)" = 0 ] || { echo "run it as root: it starts an engine"; exit 1; }

say "what is missing"
install_packages docker.io docker-compose debootstrap iptables iproute2 procps
install_node_modules
node="$PWD/node_modules/.bin/node"

cache="$PWD/.check/compose"
mkdir -p "$cache"
story=""
home=$(mktemp -d /tmp/bco.XXXXXX)
export DOCKER_HOST="unix://$home/engine/s" DOCKER_BUILDKIT=0 COMPOSE_DOCKER_CLI_BUILD=0
export COMPOSE_PROJECT_NAME=bco COMPOSE_FILE=docker-compose.yml:deploy/compose.local.yml COMPOSE_HTTP_TIMEOUT=120
# Apart from whatever else runs on this machine.
export BERTH_HOME="$home/berth" BERTH_ENGINE="$home/engine/s" BERTH_HOST=main BERTH_POOL=10.126.0.0/16 BERTH_BRIDGE=bco0
export BERTH_PORTS=27070-27071 BERTH_BROKER_PORT=27072 BERTH_AGENT_HEALTH_PORT=27079 SHOP_DOOR=27080

cleanup() {
  local status=$?
  set +e
  [ -z "$story" ] || kill -TERM "$story" 2>/dev/null
  if [ "$status" != 0 ]; then
    docker-compose ps >"$cache/last.log" 2>&1
    docker-compose logs --no-color --timestamps >>"$cache/last.log" 2>&1
    find "$BERTH_HOME" \( -name '*.log' \) -exec tail -n 50 {} + >>"$cache/last.log" 2>&1
    tail -n 100 "$home/engine/log" >>"$cache/last.log" 2>&1
    echo "what the services said: .check/compose/last.log"
  fi
  say "down"
  docker-compose --log-level ERROR down --volumes --timeout 20 >"$home/down.log" 2>&1 || cat "$home/down.log"
  "$node" tools/down.mjs "$BERTH_HOME" "$BERTH_ENGINE" "$BERTH_HOST"
  local pid; pid=$(cat "$home/engine/pid" 2>/dev/null)
  if [ -n "$pid" ]; then
    kill -TERM "$pid"
    for _ in $(seq 200); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  fi
  ip link show "$BERTH_BRIDGE" >/dev/null 2>&1 && ip link delete "$BERTH_BRIDGE"
  awk -v home="$home/" 'index($2, home) == 1 { print $2 }' /proc/self/mounts | sort -r | xargs -r -n 1 umount --lazy
  rm -rf --one-file-system "$home"
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

say "an engine of its own"
mkdir -p "$home/engine"
# No rules of a firewall: its networks are bridges, and ports on the loopback are served by its proxy.
setsid dockerd --log-level warn --host "$DOCKER_HOST" --data-root "$home/engine/data" --exec-root "$home/engine/exec" --pidfile "$home/engine/pid" \
  --bridge=none --iptables=false --ip-masq=false </dev/null >"$home/engine/log" 2>&1 &
for _ in $(seq 300); do docker version >/dev/null 2>&1 && break; sleep 0.1; done
docker version --format 'engine {{.Server.Version}}' || { tail -n 5 "$home/engine/log"; exit 1; }
docker-compose version --short

say "base images (the first time takes a minute)"
test/compose/build-base.sh "$cache"
docker import "$cache/debian.tar" berth-local/debian >/dev/null
printf 'FROM berth-local/debian\nCOPY node_modules /berth/node_modules\n' >"$home/Dockerfile"
tar -c -C "$home" Dockerfile -C "$PWD" node_modules | docker build --quiet --tag berth-local/builder - >/dev/null
docker image ls --format '{{.Repository}} {{.Size}}'

say "images of Berth"
docker-compose build --quiet gateway hands
copy=$(docker create berth:local)
docker cp "$copy:/berth/dist/berth.mjs" "$home/berth.mjs"
docker rm "$copy" >/dev/null
docker image ls --format '{{.Repository}} {{.Size}}' | grep -v local

say "up"
mkdir -m 711 "$BERTH_HOME"
docker-compose --log-level ERROR up --detach --no-build

say "the main story"
# Not in the foreground: a signal shall not have to wait for it.
"$node" test/compose/story.mjs "$home/berth.mjs" &
story=$!
wait "$story"
