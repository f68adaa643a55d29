#!/bin/sh
# Keeps the container in which a host's Nginx and resolver run: the agent starts them here by the engine's `exec`, so that they live on when the
# agent is replaced. Told to stop, it lets Nginx end what it began, for as long as the engine waits.
set -u
leave() {
  for file in "$BERTH_HOME"/nginx/*.pid "$BERTH_HOME"/nginx/*/*.pid; do
    [ -s "$file" ] || continue
    pid=$(cat "$file")
    kill -QUIT "$pid" 2>/dev/null || continue
    while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
  done
  exit 0
}
trap leave TERM INT
# An engine that was killed leaves a socket that nobody answers; Nginx itself is started by the agent, with what it served last.
while :; do
  sleep 3600 &
  wait $!
done
