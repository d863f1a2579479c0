#!/bin/sh
# make pythons: see tools/pythons.py.
set -eu
cd "$(dirname "$0")/.."
python=$(tools/bootstrap.sh compiler headers venv git)
# Without it there is no root of Debian sid, which the table at the end then says.
[ "$(id -u)" != 0 ] || tools/bootstrap.sh debootstrap >/dev/null || true
PATH="$PATH:/usr/sbin:/sbin"
export PATH
exec "$python" tools/pythons.py "$@"
