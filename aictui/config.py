"""The user's configuration: one readable TOML file in the platform's config folder.

::

    [plugins]
    disabled = ["zstd"]

    [defaults]                  # what compress uses where nothing else is said
    target = "16x"              # or a size (100kB), a PSNR (35dB), a quality (q80)
    model = "photo"

    [presets.web]               # compress --preset web
    target = "q60"
    coder = "range"
    options.quantizer.zone = 0.1

    [tui]
    theme = "textual-dark"
    images = "auto"             # auto, kitty, sixel, half-cell, off
    output.overwrite = "rename" # where a file exists: rename, overwrite, skip, error

    [keys]                      # binding id = key
    "app.quit" = "ctrl+q"

``AICTUI_CONFIG`` names another file.
"""

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from aictui import atomic, settings_table
from aictui.alone import alone
from aictui.errors import OutputError, UsageError
from aictui.home import with_home

VARIABLE = "AICTUI_CONFIG"
"""Names the configuration file to use instead of the one in the platform's config folder."""

_ENCODING = "utf-8-sig"
"""UTF-8, with the mark before it that some editors write, or without."""

_SECTIONS: dict[str, dict[str, type]] = {
    "plugins": {"disabled": list},
    "defaults": {"*": object},
    "presets": {"*": dict},
    "tui": {"theme": str, "images": str, "output": dict},
    "keys": {"*": str},
}


@dataclass(frozen=True)
class Config:
    """What the configuration file says, with defaults for what it does not say.

    ``defaults`` and each of ``presets`` hold settings as `settings_table.to_settings` reads them; ``tui`` holds the
    preferences of the application; ``keys`` maps the id of a key binding to the key that the user wants for it.
    """

    path: Path
    disabled_plugins: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tui: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)


def path() -> Path:
    """Where the configuration is, or would be."""
    named = os.environ.get(VARIABLE)
    if named:
        return with_home(named)
    from platformdirs import user_config_path

    return user_config_path("aictui", appauthor=False) / "config.toml"


def folder() -> Path:
    """The folder of the configuration file, which holds one-file plugins too."""
    return path().parent


def load() -> Config:
    """The configuration; raises `UsageError` for a file that is not TOML or holds the wrong types."""
    where = path()
    try:
        document = tomllib.loads(where.read_text(_ENCODING))
    except (FileNotFoundError, NotADirectoryError):
        return Config(where)
    except ValueError as error:  # not TOML or not UTF-8, or a number of thousands of digits
        raise UsageError(f"the configuration {where} is not valid TOML: {error}; mend or remove it") from None
    except RecursionError:
        raise UsageError(f"the configuration {where} is nested too deeply; mend or remove it") from None
    except OSError as error:
        raise UsageError(f"the configuration {where} cannot be read: {error.strerror}") from None
    return _parse(document, where)


def update(section: str, changes: Mapping[str, Any]) -> None:
    """Sets (or, with ``None``, removes) keys of a section such as ``tui`` or ``presets.web`` in the file.

    Comments and order of the rest stay, and so do changes that other processes make at the same time. Raises
    `UsageError` for a broken file, `OutputError` where it cannot be written.
    """
    with alone("config"):
        load()
        _update(section, changes)


def set_plugin_enabled(name: str, enabled: bool) -> None:
    """Remembers that a plugin may be loaded, or may not."""
    with alone("config"):
        disabled = set(load().disabled_plugins)
        disabled = disabled - {name} if enabled else disabled | {name}
        _update("plugins", {"disabled": sorted(disabled)})


def _update(section: str, changes: Mapping[str, Any]) -> None:
    import tomlkit

    where = path()
    document = tomlkit.parse(where.read_text(_ENCODING)) if where.exists() else tomlkit.document()
    table: Any = document
    for name in section.split("."):
        if name not in table:
            table[name] = tomlkit.table()
        table = table[name]
    for key, value in changes.items():
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
    _write(where, tomlkit.dumps(document))


def _are_texts(values: Sequence[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _check_preferences(tui: Mapping[str, Any], where: Path) -> None:
    from aictui.codec.files import Overwrite

    wanted = tui.get("output", {}).get("overwrite", "error")
    if wanted not in get_args(Overwrite):
        choice = ", ".join(get_args(Overwrite))
        raise UsageError(f"{where}: tui.output.overwrite must be one of {choice}, not {wanted!r}")


def _parse(document: dict[str, Any], where: Path) -> Config:
    for name, section in document.items():
        if name not in _SECTIONS:
            raise UsageError(f"{where}: there is no section [{name}]; there are {', '.join(_SECTIONS)}")
        if not isinstance(section, dict):
            raise UsageError(f"{where}: {name} must be a section, [{name}]")
        known = _SECTIONS[name]
        for key, value in section.items():
            kind = known.get(key, known.get("*"))
            if kind is None:
                raise UsageError(f"{where}: there is no {name}.{key}; known are {', '.join(known)}")
            if not isinstance(value, kind):
                raise UsageError(f"{where}: {name}.{key} must be {settings_table.WORDS[kind]}, not {value!r}")
    disabled, presets = document.get("plugins", {}).get("disabled", []), document.get("presets", {})
    if not _are_texts(disabled):
        raise UsageError(f"{where}: plugins.disabled must be a list of texts, not {disabled!r}")
    _check_preferences(document.get("tui", {}), where)
    settings_table.check(document.get("defaults", {}), f"{where}: [defaults]: ")
    for name, table in presets.items():
        settings_table.check(table, f"{where}: [presets.{name}]: ")
    return Config(
        path=where,
        disabled_plugins=frozenset(disabled),
        defaults=document.get("defaults", {}),
        presets=presets,
        tui=document.get("tui", {}),
        keys=document.get("keys", {}),
    )


def _write(where: Path, text: str) -> None:
    target = where.resolve()  # a link to a file that is kept elsewhere stays one
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(target, text.encode())
    except OSError as error:
        raise OutputError(f"the configuration {where} cannot be written: {error.strerror}") from None
