"""Print the files of the Python package, one a line, relative to the source root given."""

import sys
from pathlib import Path

root = Path(sys.argv[1])
for path in sorted((root / "dogslow").rglob("*")):
    if path.suffix in {".py", ".pyi"} or path.name == "py.typed":
        print(path.relative_to(root).as_posix())
