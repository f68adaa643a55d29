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

# Installs servers of which Berth runs its own: what the packages bring must not run beside them, neither now (an Nginx on port 80, say) nor
# after a reboot. A server that was there before is left as it is.
install_idle() {
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local policy=/usr/sbin/policy-rc.d made_policy=no
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    made_policy=yes
  fi
  local status=0
  install_packages "${missing[@]}" || status=$?
  [ "$made_policy" = yes ] && rm -f "$policy"
  if [ -d /run/systemd/system ]; then
    for unit in nginx rabbitmq-server postgresql; do
      case " ${missing[*]} " in *" ${unit}"*) systemctl disable --quiet "$unit" 2>/dev/null || true ;; esac
    done
  fi
  return "$status"
}

# npm may be run by an old Node; what it installs brings the Node that Berth runs on.
install_node_modules() {
  if [ -x node_modules/.bin/node ] && cmp -s package-lock.json node_modules/.berth-lock; then return 0; fi
  echo "installing npm packages (about half a minute)"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.berth-lock
}
