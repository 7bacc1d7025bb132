"""Papers: files for people, drawn from values: pure functions to bytes, with every word that stands in them.

Their libraries are heavy and rarely needed, so a module of this package is run at its first use, not when it is
imported. It must be used by one thread at a time until then; `jobs.press` sees to that.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType


class _AtFirstUse(MetaPathFinder):
    """Finds the modules of this package and puts off running them."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.rpartition(".")[0] != __name__:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


sys.meta_path.insert(0, _AtFirstUse())
