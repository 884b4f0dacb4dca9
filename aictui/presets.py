"""Settings that have a name, and the defaults: what the configuration says of how to compress."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aictui import settings_table
from aictui.config import Config, load, update
from aictui.errors import UsageError

if TYPE_CHECKING:
    from aictui.codec.settings import Settings

_NAME = re.compile(r"\w[\w .+-]{0,39}")


def default_settings(loaded: Config | None = None) -> "Settings":
    """What compressing starts from: the section ``defaults`` over what aictui itself takes; raises `UsageError`.

    The section is that of ``loaded``, or of the file. Its target is lenient: nobody asked for it in this very case.
    """
    from aictui.codec.settings import Settings

    loaded = loaded or load()
    with _said_by(loaded.path, "defaults"):
        settings = settings_table.to_settings(loaded.defaults, Settings())
    return replace(settings, target=replace(settings.target, lenient=True))


def named(name: str) -> "Settings":
    """The settings of a preset, over the defaults; raises `UsageError` where there is none of this name."""
    loaded = load()
    if name not in loaded.presets:
        there = ", ".join(loaded.presets) or "none"
        raise UsageError(f"there is no preset {name!r} in {loaded.path}; there are: {there}")
    base = default_settings()
    with _said_by(loaded.path, f"presets.{name}"):
        return settings_table.to_settings(loaded.presets[name], base)


@contextmanager
def _said_by(where: Path, section: str) -> Iterator[None]:
    """Lets errors about settings say in which section of the file they stand."""
    try:
        yield
    except UsageError as error:
        raise UsageError(f"{where}: [{section}]: {error}") from None


def to_table(settings: "Settings") -> dict[str, Any]:
    """What a preset says to mean ``settings``, whatever the defaults are: `settings_table.to_settings` turned round.

    Target and model are always named, everything else where aictui itself or the user's defaults take something
    else. What is left to the model cannot be named, and is left out.
    """
    from aictui.codec.settings import Settings

    built_in, configured = Settings(), default_settings()
    table: dict[str, Any] = {"target": str(settings.target)}
    for name in settings_table.NAMES:
        value = getattr(settings, name)
        is_usual = value == getattr(built_in, name) == getattr(configured, name)
        if name == "planes" and value is None and not is_usual:
            value = "auto"
        if name == "target" or value is None or (is_usual and name != "model"):
            continue
        if name == "options":
            value = {kind: dict(options) for kind, options in value.items() if options}
        table[name] = sorted(value) if name == "keep" else value
    return table


def save(name: str, settings: "Settings", *, overwrite: bool = True) -> None:
    """Keeps ``settings`` as a preset; raises `UsageError` for a name that cannot be, or is taken."""
    if not _NAME.fullmatch(name) or name != name.strip():
        raise UsageError(
            f"{name!r} is not a name for a preset; take letters, digits, blanks, dots and dashes, 40 at most"
        )
    if not overwrite and name in load().presets:
        raise UsageError(f"there is a preset {name!r} already; take another name, or replace it with --overwrite")
    update("presets", {name: to_table(settings)})


def remove(name: str) -> None:
    """Removes a preset; raises `UsageError` where there is none of this name."""
    preset_names = load().presets
    if name not in preset_names:
        raise UsageError(f"there is no preset {name!r}; there are: {', '.join(preset_names) or 'none'}")
    update("presets", {name: None})
