# Sourced by ./check and ./quickstart: installs what is missing and says so.

install_packages() {
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "installing Debian packages: ${missing[*]}"
  refresh_package_lists
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

refresh_package_lists() {
  [ -n "${LISTS_ARE_FRESH:-}" ] || apt-get update -qq
  LISTS_ARE_FRESH=1
}

# Berth runs an Nginx of its own: the one that the package brings must not take port 80, neither now nor after a reboot.
install_nginx() {
  if dpkg-query -W -f='${Status}' libnginx-mod-http-lua 2>/dev/null | grep -q 'ok installed'; then return 0; fi
  local had_nginx=no
  dpkg-query -W -f='${Status}' nginx 2>/dev/null | grep -q 'ok installed' && had_nginx=yes
  if [ "$had_nginx" = yes ]; then
    install_packages libnginx-mod-http-lua
    return 0
  fi
  local policy=/usr/sbin/policy-rc.d made_policy=no
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    made_policy=yes
  fi
  install_packages nginx-light libnginx-mod-http-lua
  [ "$made_policy" = yes ] && rm -f "$policy"
  if [ -d /run/systemd/system ]; then systemctl disable --quiet nginx; fi
  return 0
}

# npm may be run by an old Node; what it installs brings the Node that Berth runs on.
install_node_modules() {
  if [ -x node_modules/.bin/node ] && cmp -s package-lock.json node_modules/.berth-lock; then return 0; fi
  echo "installing npm packages (about half a minute)"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.berth-lock
}
