"""Registers `.aic` with Pillow as soon as somebody imports Pillow, so that importing aictui need not."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType


def watch() -> None:
    """Registers the format now where Pillow is imported already, else when it is."""
    if "PIL.Image" in sys.modules:
        _register()
    else:
        sys.meta_path.insert(0, _PillowFinder())


class _PillowFinder:
    """Finds ``PIL.Image`` where it is, and has the format registered after it has run.

    It is not an `importlib.abc.MetaPathFinder`, whose import takes as long as all else that ``import aictui`` does.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "PIL.Image":
            return None
        others = [finder for finder in sys.meta_path if finder is not self]
        spec = next(filter(None, (finder.find_spec(fullname, path, target) for finder in others)), None)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def run_and_register(module: ModuleType) -> None:
                run(module)
                if self in sys.meta_path:
                    sys.meta_path.remove(self)
                _register()

            spec.loader.exec_module = run_and_register  # type: ignore[method-assign]
        return spec


def _register() -> None:
    from aictui.pillow_plugin import register

    register()
