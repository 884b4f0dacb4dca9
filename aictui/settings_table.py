"""Settings as a table, which is how presets and defaults say them in the configuration."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aictui.errors import UsageError

if TYPE_CHECKING:
    from aictui.codec.settings import Settings

NAMES: dict[str, tuple[type, ...]] = {
    "target": (str,),
    "model": (str,),
    "chunker": (str,),
    "quantizer": (str,),
    "coder": (str,),
    "options": (dict,),
    "tune": (str,),
    "planes": (int, str),
    "effort": (int,),
    "latents": (int,),
    "keep": (list, str),
}
"""What a table may name, with the types of its values."""
WORDS = {list: "a list", dict: "a section", str: "a text", int: "a whole number"}
"""The types of TOML for people."""


def check(table: Mapping[str, Any], place: str = "") -> None:
    """Raises `UsageError` for names and types that settings have not; ``place`` is where the table stands."""
    for name, value in table.items():
        if name not in NAMES:
            raise UsageError(f"{place}a setting {name!r} does not exist; there are {', '.join(NAMES)}")
        if type(value) not in NAMES[name]:
            wanted = " or ".join(WORDS[kind] for kind in NAMES[name])
            raise UsageError(f"{place}the setting {name} must be {wanted}, not {value!r}")
    if not all(isinstance(value, str) for value in table.get("keep", [])):
        raise UsageError(f"{place}the setting keep must be a list of texts, not {table['keep']!r}")
    for kind, options in table.get("options", {}).items():
        if not isinstance(options, dict):
            raise UsageError(f"{place}the setting options.{kind} must be a section, not {options!r}")


def to_settings(table: Mapping[str, Any], base: "Settings") -> "Settings":
    """``base`` with what a preset or the defaults say; raises `UsageError` for what they cannot say."""
    from aictui.codec.settings import Target, parse_metadata, parse_planes

    check(table)
    changes = dict(table)
    if "target" in changes:
        changes["target"] = Target.parse(changes["target"])
    if isinstance(changes.get("planes"), str):
        changes["planes"] = parse_planes(changes["planes"])
    if "keep" in changes:
        keep = changes["keep"]
        changes["keep"] = parse_metadata(keep) if isinstance(keep, str) else frozenset(keep)
    return replace(base, **changes)


def summary(table: Mapping[str, Any]) -> str:
    """What a preset says, in a line: ``target q60, coder range, quantizer.zone 0.1``."""
    words = [f"{name} {_word(value)}" for name, value in table.items() if name != "options"]
    options = table.get("options", {})
    words += [f"{kind}.{name} {_word(value)}" for kind, values in options.items() for name, value in values.items()]
    return ", ".join(words)


def _word(value: Any) -> str:
    if isinstance(value, list):
        return "+".join(map(str, value)) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
