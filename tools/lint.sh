#!/bin/sh
# make lint: every check is run, and every one that fails is named at the end.
# make format (tools/lint.sh --fix): what the tools can mend, they mend.
set -eu
cd "$(dirname "$0")/.."
python=$(tools/bootstrap.sh gcc clang headers venv git)
venv=$("$python" tools/environment.py lint --needs tools/requirements/lint.txt)
PATH="$venv/bin:$PATH"
export PATH

failed=''
check() { # name, command...
    name=$1
    shift
    echo "-- $name"
    "$@" || failed="$failed${failed:+, }$name"
}

format_c() { # how
    git ls-files -co --exclude-standard '*.c' '*.h' | while read -r file; do
        [ ! -f "$file" ] || printf '%s\n' "$file"
    done | xargs clang-format "$@"
}

if [ "${1:-}" = --fix ]; then
    ruff check --quiet --fix . || true
    ruff format --quiet .
    format_c -i
    exit
fi

# Once with our assertions and once without, as users get it.
compile() { # compiler, without assertions
    CC=$1 tools/c_tests.sh "build/c/$1" -Dwerror=true -Db_ndebug="$2"
}

check "ruff check" ruff check --quiet .
check "ruff format" ruff format --check --quiet .
check "mypy" mypy --strict dogslow
check "mypy of the tools" mypy --strict tools
check "clang-format" format_c --dry-run -Werror
check "gcc, warnings are errors" compile gcc true
check "clang, warnings are errors" compile clang false

if [ -n "$failed" ]; then
    echo "lint: failed: $failed"
    exit 1
fi
echo "lint: clean"
