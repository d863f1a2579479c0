#!/bin/sh
# tools/pytest.sh ENVIRONMENT [ARGUMENT...]: pytest of that virtual environment, from a folder of its
# own: in this one, every "python -c" that a test starts would import the sources, which have no
# compiled core, instead of what was installed. Paths are given as if it ran here.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
environment=$1
shift
given=''
for argument in "$@"; do
    shift
    path=${argument%%::*}
    case "$argument" in
    -* | /*) ;;
    *)
        if [ -e "$root/$path" ]; then
            argument=$root/$argument
            given=yes
        fi
        ;;
    esac
    set -- "$@" "$argument"
done
[ -n "$given" ] || set -- "$@" "$root/tests/python" "$root/tests/servers"
elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere"' EXIT
cd "$elsewhere"
"$environment/bin/pytest" --rootdir "$root" -c "$root/pyproject.toml" "$@"
