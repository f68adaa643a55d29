#!/bin/sh
# Starts the app that BERTH_APP names, or the command that is given. BERTH_…_URL_FILE=path gives BERTH_…_URL what the file says:
# passwords are in files, never in the environment of a container's description.
set -eu
for name in BERTH_DATABASE_URL BERTH_MIGRATE_DATABASE_URL BERTH_ARCHIVE_DATABASE_URL BERTH_AMQP_URL; do
  eval "file=\${${name}_FILE:-}"
  [ -z "$file" ] || export "$name=$(cat "$file")"
done
[ $# -eq 0 ] || exec "$@"
main="/berth/dist/apps/${BERTH_APP:?name the app to run, for example scheduler}/main.js"
[ -z "${BERTH_FRONT:-}" ] || exec node --import /berth/deploy/front.mjs "$main"
exec node "$main"
