#!/bin/sh
# make bench: all that the benchmarks need, then the benchmarks. Peers that cannot be had are said.
set -eu
cd "$(dirname "$0")/.."
python=$(tools/bootstrap.sh compiler headers venv)
venv=$("$python" tools/environment.py bench --needs tools/requirements/web.txt --wants py-spy --dogslow)
# The original calls itself dogslow too, so it lives in an environment of its own.
DOGSLOW_BENCH_PEER=$("$python" tools/environment.py bench-peer --needs tools/requirements/web.txt \
    --wants dogslow-sentry)/bin/python
PATH="$venv/bin:$PATH"
export PATH DOGSLOW_BENCH_PEER
exec "$venv/bin/python" bench/run.py "$@"
