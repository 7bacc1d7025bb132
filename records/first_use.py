"""Modules that run at their first use, not when they are imported: heavy libraries stay out of the way until then.

Such a module must be used by one thread at a time until it has run.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType


class _AtFirstUse(MetaPathFinder):
    """Finds the modules of one package and puts off running them."""

    def __init__(self, package: str) -> None:
        self._package = package

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.rpartition(".")[0] != self._package:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def put_off(package: str) -> None:
    """From now on the modules of this package run at their first use."""
    sys.meta_path.insert(0, _AtFirstUse(package))


def leave_out(module: str) -> None:
    """Let this module of a library, which the library can do without, count as not installed."""
    sys.modules[module] = None  # type: ignore[assignment]  # so the import system writes it down
