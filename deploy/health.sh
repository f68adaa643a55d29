#!/bin/bash
# Exits with 0 when the app of this container is ready. BERTH_HEALTH is the app's own setting. A shell, since a Node at each check of each container would
# cost a good part of a core.
port="${BERTH_HEALTH##*:}"
exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 1
printf 'GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r -t 3 _ status _ <&3
[ "$status" = 200 ]
