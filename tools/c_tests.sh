#!/bin/sh
# tools/c_tests.sh FOLDER [MESON OPTION...]: build everything there, and run the C unit tests.
# meson and ninja are those on the PATH; CC is the compiler.
set -eu
folder=$1
shift
setup() { meson setup "$folder" -Dtests=true "$@"; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! setup --reconfigure "$@" >"$log" 2>&1; then
    # Made by another compiler or Python, or half made.
    rm -rf "$folder"
    if ! setup "$@" >"$log" 2>&1; then
        cat "$log"
        exit 1
    fi
fi
if ! meson compile -C "$folder" >"$log" 2>&1; then
    cat "$log"
    exit 1
fi
grep -E 'warning:' "$log" || true
meson test -C "$folder" --no-rebuild --print-errorlogs
