"""What a plugin registers is looked at before it is offered to anybody."""

import inspect
import re
from pathlib import Path
from typing import Any

from aictui.chunkers.base import WIDEST_MARGIN
from aictui.component import Component
from aictui.errors import PluginError
from aictui.options import Option
from aictui.plugins.guards import guarded
from aictui.plugins.loading import describe, way_out
from aictui.plugins.sources import PluginSource

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")

_METHODS = {
    "chunker": ("split", "join"),
    "quantizer": ("quantize", "dequantize"),
    "entropy coder": ("encode", "decode"),
}


def checked(kind: str, item: Any, source: PluginSource) -> Any:
    """The registered item, guarded while it runs; raises `PluginError` where it is not what its hook asks for."""
    try:
        problem = _problem(kind, item)
        guard = None if problem else guarded(kind, item, source)
    except Exception as error:  # whatever a plugin's class does to those who look at it
        problem, guard = describe(error), None
    if problem:
        what = f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
        raise PluginError(f"plugin {source.name} registers {what} that cannot be used: {problem}; {way_out(source)}")
    return guard


def _problem(kind: str, item: Any) -> str | None:
    if kind == "model":
        return None if isinstance(item, Path) and item.is_file() else f"{item!r} is not the path of a file"
    if kind == "metric":
        from aictui.metrics.base import Metric

        return None if isinstance(item, Metric) and _has_id(item) else f"{item!r} is not a Metric with an id"
    if kind == "panel":
        from aictui.panels import Panel

        return _panel_problem(item, Panel)
    return _component_problem(kind, item)


def _panel_problem(item: Any, base: type) -> str | None:
    if not (isinstance(item, type) and issubclass(item, base)):
        return f"{item!r} is not a subclass of {base.__name__}"
    if not _has_id(item):
        return _id_problem(item)
    if not isinstance(getattr(item, "title", None), str):
        return f"{item.__name__}.title must be what its tab says"
    return f"{item.__name__} lacks render" if inspect.isabstract(item) else None


def _has_id(item: Any) -> bool:
    return isinstance(getattr(item, "id", None), str) and _ID.fullmatch(item.id) is not None


def _id_problem(item: type) -> str:
    return f"{item.__name__}.id must be up to 32 lower-case letters, digits, '.', '_' and '-'"


def _component_problem(kind: str, item: Any) -> str | None:
    base = _base(kind)
    if not (isinstance(item, type) and issubclass(item, base)):
        return f"{item!r} is not a subclass of {base.__name__}"
    if not _has_id(item):
        return _id_problem(item)
    if problem := _attribute_problem(item):
        return problem
    missing = [name for name in _METHODS[kind] if getattr(item, name) is getattr(base, name)]
    return f"{item.__name__} lacks {' and '.join(missing)}" if missing else None


def _attribute_problem(item: Any) -> str | None:
    if type(item.version) is not int or not 1 <= item.version <= 255:
        return f"{item.__name__}.version must be a whole number from 1 to 255"
    if not isinstance(item.options, tuple) or not all(isinstance(option, Option) for option in item.options):
        return f"{item.__name__}.options must be a tuple of Option"
    if len({option.name for option in item.options}) < len(item.options):
        return f"{item.__name__}.options has two of one name"
    margin = getattr(item, "margin", 0)
    if type(margin) is not int or not 0 <= margin <= WIDEST_MARGIN:
        return f"{item.__name__}.margin must be a whole number of chunks from 0 to {WIDEST_MARGIN}"
    if not _is_range(getattr(item, "symbol_range", None)):
        return f"{item.__name__}.symbol_range must be None or the least and the greatest symbol"
    return None


def _is_range(value: Any) -> bool:
    if value is None:
        return True
    is_pair = isinstance(value, tuple) and len(value) == 2 and all(type(bound) is int for bound in value)
    return is_pair and value[0] <= value[1]


def _base(kind: str) -> type[Component]:
    if kind == "chunker":
        from aictui.chunkers.base import Chunker

        return Chunker
    if kind == "quantizer":
        from aictui.quantizers.base import Quantizer

        return Quantizer
    from aictui.entropy.base import EntropyCoder

    return EntropyCoder
