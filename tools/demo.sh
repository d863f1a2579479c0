#!/bin/sh
# make demo: all that the demo needs, then the demo.
set -eu
cd "$(dirname "$0")/.."
python=$(tools/bootstrap.sh compiler headers venv)
venv=$("$python" tools/environment.py demo --needs tools/requirements/web.txt --dogslow)
PATH="$venv/bin:$PATH"
export PATH
exec "$venv/bin/python" example/demo.py "$@"
