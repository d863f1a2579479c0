#!/bin/sh
# tools/one_python.sh PYTHON NAME "NEEDS..." [PYTEST ARGUMENT...]: the Python tests on one CPython,
# against dogslow as pip builds and installs it for that CPython. NEEDS are files of requirements.
set -eu
cd "$(dirname "$0")/.."
python=$(PYTHON=$1 tools/bootstrap.sh compiler headers venv)
name=$2
needs=''
for file in $3; do needs="$needs --needs tools/requirements/$file.txt"; done
shift 3
# shellcheck disable=SC2086
venv=$("$python" tools/environment.py "$name" $needs --dogslow)
PATH="$venv/bin:$PATH"
export PATH
exec tools/pytest.sh "$venv" "$@"
