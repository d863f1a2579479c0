#!/bin/sh
# make sanitize: the C units, and the Python tests of the extension, under AddressSanitizer and
# UndefinedBehaviorSanitizer; the first finding ends the test. Arguments go to pytest.
set -eu
cd "$(dirname "$0")/.."
CC=gcc
export CC
python=$(tools/bootstrap.sh gcc headers venv)
# Debug: all of our own assertions too. The interpreter resolves the sanitizers' names at run time.
set_of="-Db_sanitize=address,undefined -Db_lundef=false -Db_ndebug=false -Dbuildtype=debugoptimized"
args="-Dc_args=['-fno-sanitize-recover=all','-fno-omit-frame-pointer']"
options=''
for option in $set_of "$args"; do options="$options --meson=$option"; done
# shellcheck disable=SC2086
venv=$("$python" tools/environment.py sanitize --needs tools/requirements/test.txt --dogslow $options)
PATH="$venv/bin:$PATH"
export PATH
UBSAN_OPTIONS=print_stacktrace=1
export UBSAN_OPTIONS

# shellcheck disable=SC2086
tools/c_tests.sh build/c/sanitize $set_of "$args"

# The interpreter is not built with them, so they are loaded before it. It never gives back all of its
# memory: leaks are looked for in the C units only. Its objects come from malloc, to be watched too.
[ $# -gt 0 ] || set -- tests/python
# A finding ends the process before pytest could show what it had kept of standard error.
set -- --capture=sys "$@"
exec env \
    LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" \
    ASAN_OPTIONS=detect_leaks=0:abort_on_error=1 \
    PYTHONMALLOC=malloc \
    DOGSLOW_SANITIZED=1 \
    tools/pytest.sh "$venv" "$@"
