"""What a plugin registers is looked at before it is offered to anybody."""

import math
import re
from pathlib import Path
from typing import Any

from aictui.chunkers.base import CHUNK, WIDEST_MARGIN, Chunker
from aictui.component import Component
from aictui.errors import PluginError
from aictui.options import Option
from aictui.plugins.guards import guarded
from aictui.plugins.loading import describe, is_interrupt, way_out
from aictui.plugins.sources import PluginSource
from aictui.printable import UNPRINTABLE

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


def checked(kind: str, item: Any, source: PluginSource) -> Any:
    """The registered item, guarded while it runs; raises `PluginError` where it is not what its hook asks for."""
    try:
        problem = _problem(kind, item)
        guard = None if problem else guarded(kind, item, source)
    except BaseException as error:  # whatever a plugin's class does to those who look at it
        if is_interrupt(error):
            raise
        problem, guard = describe(error), None
    if problem:
        what = f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
        raise PluginError(f"plugin {source.name} registers {what} that cannot be used: {problem}; {way_out(source)}")
    return guard


def _problem(kind: str, item: Any) -> str | None:
    if kind == "model":
        return None if isinstance(item, Path) and item.is_file() else f"{item!r} is not the path of a file"
    if kind == "metric":
        return _metric_problem(item)
    if kind == "panel":
        return _panel_problem(item)
    return component_problem(kind, item)


def _metric_problem(item: Any) -> str | None:
    from aictui.metrics.base import Metric

    if not isinstance(item, Metric) or not _has_id(item):
        return f"{item!r} is not a Metric with an id"
    rules = (
        ("title", "a line of text", _is_line(item.title) and item.title),
        ("unit", "a line of text, empty where there is none", _is_line(item.unit)),
        ("measure", "a function", callable(item.measure)),
        ("higher_is_better", "True or False", isinstance(item.higher_is_better, bool)),
        ("minimum_side", "a whole number of pixels from 1", _is_whole(item.minimum_side, 1)),
    )
    return next((f"{name} of metric {item.id} must be {what}" for name, what, kept in rules if not kept), None)


def _panel_problem(item: Any) -> str | None:
    from aictui.panels import Panel

    if not (isinstance(item, type) and issubclass(item, Panel)):
        return f"{item!r} is not a subclass of Panel"
    if not _has_id(item):
        return _id_problem(item)
    if not _is_line(getattr(item, "title", None)):
        return f"{item.__name__}.title must be what its tab says"
    return _lack(item, Panel)


def _lack(item: type, base: type) -> str | None:
    """Which methods that ``base`` leaves to its subclasses a class does not have."""
    missing = [name for name in vars(base) if name in getattr(item, "__abstractmethods__", ())]
    return f"{item.__name__} lacks {' and '.join(missing)}" if missing else None


def _has_id(item: Any) -> bool:
    return _is_id(getattr(item, "id", None))


def _is_id(value: Any) -> bool:
    # Of an enum's member, `str` may make another word.
    return isinstance(value, str) and str(value) == value and _ID.fullmatch(value) is not None


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and not UNPRINTABLE.search(value)


def _is_whole(value: Any, least: int, most: float = math.inf) -> bool:
    return type(value) is int and least <= value <= most


def _id_problem(item: type) -> str:
    return f"{item.__name__}.id must be a plain string of up to 32 lower-case letters, digits, '.', '_' and '-'"


def component_problem(kind: str, item: Any) -> str | None:
    """Why a class cannot be a component of a kind, which is ``chunker``, ``quantizer`` or ``entropy coder``."""
    base = _base(kind)
    if not (isinstance(item, type) and issubclass(item, base)):
        return f"{item!r} is not a subclass of {base.__name__}"
    if not _has_id(item):
        return _id_problem(item)
    if problem := _attribute_problem(item):
        return problem
    further = {"chunker": _chunker_problem, "entropy coder": _width_problem}.get(kind)
    if further is not None and (problem := further(item)):
        return problem
    return _lack(item, base)


def _attribute_problem(item: Any) -> str | None:
    if not _is_whole(item.version, 1, 255):
        return f"{item.__name__}.version must be a whole number from 1 to 255"
    if not isinstance(item.options, tuple) or not all(isinstance(option, Option) for option in item.options):
        return f"{item.__name__}.options must be a tuple of Option"
    if len({option.name for option in item.options}) < len(item.options):
        return f"{item.__name__}.options has two of one name"
    if not _is_line(item.summary):
        return f"{item.__name__}.summary must be a line of text"
    if not _is_range(getattr(item, "symbol_range", None)):
        return f"{item.__name__}.symbol_range must be None or the least and the greatest symbol"
    return None


def _width_problem(item: Any) -> str | None:
    bounds, fixed = item.symbol_range, item.fixed_width
    fits = bounds is not None and bounds[1] - bounds[0] < 256
    if isinstance(fixed, bool) and (fits or not fixed):
        return None
    return f"{item.__name__}.fixed_width must be False, or True with a symbol_range of at most 256 symbols"


def _chunker_problem(item: Any) -> str | None:
    if not _is_whole(getattr(item, "chunk_size", None), 1):
        return f"{item.__name__}.chunk_size must be how many values a chunk has, a whole number from 1"
    if not _is_id(item.like):
        return f"{item.__name__}.like must be the id of the chunker whose models fit, its own where none do"
    if not isinstance(item.planes, bool):
        return f"{item.__name__}.planes must be True or False"
    if not _is_whole(item.margin, 0, WIDEST_MARGIN):
        return f"{item.__name__}.margin must be a whole number of chunks from 0 to {WIDEST_MARGIN}"
    if item.grid_shape is not Chunker.grid_shape:
        return f"{item.__name__}.grid_shape cannot be another: each chunk stands for {CHUNK}×{CHUNK} pixels"
    return None


def _is_range(value: Any) -> bool:
    if value is None:
        return True
    is_pair = isinstance(value, tuple) and len(value) == 2 and all(type(bound) is int for bound in value)
    return is_pair and value[0] <= value[1]


def _base(kind: str) -> type[Component]:
    if kind == "chunker":
        return Chunker
    if kind == "quantizer":
        from aictui.quantizers.base import Quantizer

        return Quantizer
    from aictui.entropy.base import EntropyCoder

    return EntropyCoder
