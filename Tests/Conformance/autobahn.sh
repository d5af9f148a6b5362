#!/usr/bin/env bash
# The Autobahn WebSocket suite against the echo server beside this script.
#
#   CASES=core|all       all by default (517 cases, about 8 minutes); core takes 12 seconds; or a list, "6.*,7.1.5"
#   FORGETFUL=1          the server has clients compress each message on its own, as it does by default
#   CONFORMANCE=DIR      where autobahn-install.sh and autobahn-run.sh are; ../shared/conformance by default
#
# Exit status: 0 passed or skipped, 1 cases failed, 2 could not run.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts=${CONFORMANCE:-../shared/conformance}
if [ ! -f "$scripts/autobahn-run.sh" ]; then
    echo "skipped: no Autobahn scripts in $scripts (set CONFORMANCE)"
    exit 0
fi
venv=$PWD/.build/autobahn
reports=$PWD/.build/autobahn-reports
log=$PWD/.build/autobahn-server.log

[ -x "$venv/bin/wstest" ] || bash "$scripts/autobahn-install.sh" "$venv" || exit 2
swift build -c release --product EchoServer || exit 2
server=$(swift build -c release --product EchoServer --show-bin-path)/EchoServer

"$server" --port 0 ${FORGETFUL:+--forgetful} >"$log" 2>&1 &
pid=$!
trap 'kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true' EXIT
port=
for _ in $(seq 50); do
    port=$(sed -n 's/^listening on //p' "$log")
    [ -n "$port" ] && break
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
done
[ -n "$port" ] || { echo "the echo server did not start: $log" >&2; exit 2; }

status=0
CASES=${CASES:-all} VENV=$venv bash "$scripts/autobahn-run.sh" "ws://127.0.0.1:$port/" "$reports" || status=$?
kill -0 "$pid" 2>/dev/null || { echo "the echo server died: $log" >&2; status=1; }
exit "$status"
