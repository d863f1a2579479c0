#!/bin/sh
# What the machine must have before anything of ours can run, and which Python is used.
#
#   tools/bootstrap.sh [NEED...]      NEED: compiler gcc clang headers venv make git debootstrap
#
# Prints the path of the chosen Python (PYTHON, else python3, if it is CPython 3.11 or later; else
# the newest of python3.15 ... python3.11). What is missing is named with the command that installs
# it; as root, or with CI set, it is installed, in one line. All but the path goes to stderr.
set -eu

say() { echo "dogslow: $*" >&2; }

# -- the Python --

suits='import sys
if sys.implementation.name != "cpython" or sys.version_info < (3, 11): raise SystemExit(1)
print(sys.executable)'

try_python() { command -v "$1" >/dev/null 2>&1 && "$1" -c "$suits" 2>/dev/null; }

choose_python() {
    if [ -n "${PYTHON:-}" ]; then
        try_python "$PYTHON" && return
        say "PYTHON=$PYTHON is not a working CPython 3.11 or later"
    fi
    for name in python3 python3.15 python3.14 python3.13 python3.12 python3.11; do
        try_python "$name" && return
    done
    return 1
}

# -- what is missing --

missing='' packages='' unknown=''
lacks() { # what it is, and the package that has it (none: we cannot tell)
    missing="$missing${missing:+, }$1"
    if [ -n "${2:-}" ]; then packages="$packages $2"; else unknown="$unknown${unknown:+, }$1"; fi
}

works_cc() {
    command -v "$1" >/dev/null 2>&1 || return 1
    echo '#include <stdio.h>
int main(void) { return 0; }' | "$1" -x c - -o /dev/null 2>/dev/null
}

# Debian's own interpreters have their headers and venv in packages of their own.
python_package() { # suffix
    case "$python" in
    /usr/bin/*) "$python" -c "import sys; print('python%d.%d-$1' % sys.version_info[:2])" ;;
    esac
}

check_need() {
    case "$1" in
    compiler) works_cc "${CC:-cc}" || lacks "a C compiler" "gcc libc6-dev" ;;
    clang) works_cc clang || lacks clang "clang libc6-dev" ;;
    gcc) works_cc gcc || lacks gcc "gcc libc6-dev" ;;
    headers)
        "$python" -c 'import os, sysconfig
raise SystemExit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' ||
            lacks "the headers of $python" "$(python_package dev)"
        ;;
    venv)
        "$python" -c 'import ensurepip, venv' 2>/dev/null ||
            lacks "the venv module of $python" "$(python_package venv)"
        ;;
    make | git | debootstrap)
        PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1 || lacks "$1" "$1"
        ;;
    *)
        say "bootstrap.sh: no such need: $1"
        exit 2
        ;;
    esac
}

install_packages() {
    as=''
    [ "$(id -u)" = 0 ] || as='sudo -n'
    log=$(mktemp)
    say "installing$packages (missing: $missing)"
    # The lists of packages may never have been fetched, or be old: fetch them only then.
    # shellcheck disable=SC2086
    if ! $as env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        $packages >"$log" 2>&1; then
        if ! { $as apt-get update && $as env DEBIAN_FRONTEND=noninteractive apt-get install -y \
            --no-install-recommends $packages; } >"$log" 2>&1; then
            tail -n 15 "$log" >&2
            rm -f "$log"
            say "could not install$packages"
            exit 1
        fi
    fi
    rm -f "$log"
}

settle() { # $1: what to do should nothing have been installed
    [ -n "$missing" ] || return 0
    if [ -n "$unknown" ] || ! command -v apt-get >/dev/null 2>&1; then
        say "missing: $missing. Install ${unknown:-it} and try again."
        exit 1
    fi
    if [ "$(id -u)" != 0 ] && [ -z "${CI:-}" ]; then
        say "missing: $missing. To install: sudo apt-get install$packages"
        exit 1
    fi
    install_packages
    missing='' packages='' unknown=''
}

if ! python=$(choose_python); then
    lacks "CPython 3.11 or later" "python3 python3-dev python3-venv"
    settle
    if ! python=$(choose_python); then
        say "this system's python3 is older than 3.11: set PYTHON to one that is not"
        exit 1
    fi
fi
for need in "$@"; do check_need "$need"; done
settle
echo "$python"
