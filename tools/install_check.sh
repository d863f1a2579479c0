#!/bin/sh
# make install-check: a user's "pip install" of a clean clone, in a new environment, with nothing at
# hand but a compiler and Python's headers. What is committed is what is installed.
set -eu
cd "$(dirname "$0")/.."
python=$(tools/bootstrap.sh compiler headers venv git)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
git clone -q "file://$PWD" "$place/clone"
"$python" -m venv "$place/venv"
"$place/venv/bin/pip" --disable-pip-version-check install -q "$place/clone"
cd "$place"
"$place/venv/bin/python" -c 'import dogslow, dogslow._core; print("installed:", dogslow.__file__)'
