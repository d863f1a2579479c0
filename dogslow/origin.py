"""Where code that is not the project's own lies on this machine."""

import os
import site
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

from dogslow import kinds


def library_dirs(base_dir: str | None) -> tuple[str, ...]:
    """Absolute folders of the standard library, of installed packages, Django's and our own.

    With a `base_dir`, also the virtual environment's whole folder, since what lies in one is
    never the project's: unless the project itself lies in it.
    """
    folders: list[str | None] = [
        sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")
    ]
    # Debian's packages and those of the user lie outside of the four.
    folders += site.getsitepackages()
    folders.append(site.getusersitepackages())
    folders += [_folder_of("django"), _folder_of("dogslow")]
    if base_dir is not None and sys.prefix != sys.base_prefix and not _is_in(base_dir, sys.prefix):
        folders.append(sys.prefix)
    found: dict[str, None] = {}
    for folder in folders:
        if folder:
            # Code names its file as it was found on sys.path, so by a link as by what it means.
            found[_absolute(folder)] = None
            found[os.path.realpath(folder)] = None
    # A folder that is the root would make all code a library's.
    found.pop(os.sep, None)
    return tuple(found)


def base_dirs_of(value: object) -> tuple[str, ...]:
    """The project's folder from BASE_DIR, text or any path object; none where it is neither.

    First as it is written, then what its links mean, then as it is found on sys.path: a site
    that is served through a link to its release has code with the link in its name.
    """
    try:
        written = kinds.folder(value)
    except (kinds.Wrong, OSError):
        return ()
    real = os.path.realpath(written)
    found = dict.fromkeys((written, real))
    libraries = library_dirs(written)
    for entry in sys.path:
        if not isinstance(entry, str) or not Path(entry).is_absolute():
            # A relative one means the working folder, whose name has no links.
            continue
        path = os.path.normpath(entry)
        meant = os.path.realpath(path)
        if _is_in(meant, real) and not any(
            _is_in(meant, folder) for folder in libraries if not _is_in(real, folder)
        ):
            # The link is of the project as a whole, where what follows it is the same.
            found[path.removesuffix(meant.removeprefix(real))] = None
    return tuple(path for path in found if kinds.is_text(path))


def _folder_of(package: str) -> str | None:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    return str(Path(spec.origin).parent)


def _absolute(path: str) -> str:
    # Its links stay as they are: so do those in the names of code.
    return os.path.normpath(Path(path).absolute())


def _is_in(path: str, folder: str) -> bool:
    inner, outer = os.path.realpath(path), os.path.realpath(folder)
    return inner == outer or inner.startswith(outer.rstrip(os.sep) + os.sep)
