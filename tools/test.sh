#!/bin/sh
# make test: the C units, then the Python tests against dogslow as pip installs it.
# Arguments go to pytest; without any, all tests are run.
set -eu
cd "$(dirname "$0")/.."
python=$(tools/bootstrap.sh compiler headers venv)
venv=$("$python" tools/environment.py test --needs tools/requirements/test.txt --dogslow)
PATH="$venv/bin:$PATH"
export PATH
tools/c_tests.sh build/c/test
exec tools/pytest.sh "$venv" "$@"
