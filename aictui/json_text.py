"""JSON that every program reads."""

import json
import math
from collections.abc import Mapping
from typing import Any

from aictui.printable import UNPRINTABLE


def json_text(value: Any, indent: int | None = None) -> str:
    r"""A value as JSON, with ``null`` for every number that JSON cannot write.

    Bytes of file names that are not UTF-8, and what a terminal would obey, become escapes, which JSON reads as the
    names that Python has.

    >>> json_text({"name": "a\udcff.png", "ratio": float("inf")})
    '{"name": "a\\udcff.png", "ratio": null}'
    """
    text = json.dumps(_finite(value), indent=indent, ensure_ascii=False, allow_nan=False)
    return "\n".join(UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", line) for line in text.split("\n"))


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
