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
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from aictui import atomic
from aictui.errors import OutputError, UsageError

if TYPE_CHECKING:
    from aictui.codec.settings import Settings

VARIABLE = "AICTUI_CONFIG"
"""Names the configuration file to use instead of the one in the platform's config folder."""

_SECTIONS: dict[str, dict[str, type]] = {
    "plugins": {"disabled": list},
    "defaults": {},
    "presets": {"*": dict},
    "tui": {"theme": str, "images": str, "output": dict},
    "keys": {"*": str},
}
_SETTINGS: dict[str, tuple[type, ...]] = {
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
_PRESET_NAME = re.compile(r"\w[\w .+-]{0,39}")
_WORDS = {list: "a list", dict: "a section", str: "a text", int: "a whole number"}


@dataclass(frozen=True)
class Config:
    """What the configuration file says, with defaults for what it does not say.

    ``defaults`` and each of ``presets`` hold settings as `to_settings` reads them; ``tui`` holds the preferences of
    the application; ``keys`` maps the id of a key binding to the key that the user wants for it.
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
        return Path(named).expanduser()
    from platformdirs import user_config_path

    return user_config_path("aictui", appauthor=False) / "config.toml"


def folder() -> Path:
    """The folder of the configuration file, which holds one-file plugins too."""
    return path().parent


def load() -> Config:
    """The configuration; raises `UsageError` for a file that is not TOML or holds the wrong types."""
    where = path()
    try:
        document = tomllib.loads(where.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return Config(where)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"the configuration {where} is not valid TOML: {error}; mend or remove it") from None
    except OSError as error:
        raise UsageError(f"the configuration {where} cannot be read: {error.strerror}") from None
    return _parse(document, where)


def update(section: str, changes: Mapping[str, Any]) -> None:
    """Sets (or, with ``None``, removes) keys of a section such as ``tui`` or ``presets.web`` in the file.

    Comments and order of the rest stay. Raises `UsageError` for a broken file, `OutputError` where it cannot be
    written.
    """
    import tomlkit

    load()
    where = path()
    document = tomlkit.parse(where.read_text(encoding="utf-8")) if where.exists() else tomlkit.document()
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


def set_plugin_enabled(name: str, enabled: bool) -> None:
    """Remembers that a plugin may be loaded, or may not."""
    disabled = set(load().disabled_plugins)
    disabled = disabled - {name} if enabled else disabled | {name}
    update("plugins", {"disabled": sorted(disabled)})


def default_settings(loaded: Config | None = None) -> "Settings":
    """What compressing starts from: the section ``defaults`` over what aictui itself takes; raises `UsageError`.

    The section is that of ``loaded``, or of the file. Its target is lenient: nobody asked for it in this very case.
    """
    from aictui.codec.settings import Settings

    loaded = loaded or load()
    with _said_by(loaded.path, "defaults"):
        settings = to_settings(loaded.defaults, Settings())
    return replace(settings, target=replace(settings.target, lenient=True))


def to_settings(table: Mapping[str, Any], base: "Settings") -> "Settings":
    """``base`` with what a preset or the defaults say; raises `UsageError` for what they cannot say."""
    from aictui.codec.settings import Target, parse_metadata, parse_planes

    _check_settings(table)
    changes = dict(table)
    if "target" in changes:
        changes["target"] = Target.parse(changes["target"])
    if isinstance(changes.get("planes"), str):
        changes["planes"] = parse_planes(changes["planes"])
    if "keep" in changes:
        keep = changes["keep"]
        changes["keep"] = parse_metadata(keep) if isinstance(keep, str) else frozenset(keep)
    return replace(base, **changes)


def to_table(settings: "Settings") -> dict[str, Any]:
    """What a preset says to mean ``settings``, whatever the defaults are: `to_settings` turned round.

    Target and model are always named, everything else where aictui itself or the user's defaults take something
    else. What is left to the model cannot be named, and is left out.
    """
    from aictui.codec.settings import Settings

    built_in, configured = Settings(), default_settings()
    table: dict[str, Any] = {"target": str(settings.target)}
    for name in _SETTINGS:
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


def preset(name: str) -> "Settings":
    """The settings of a preset, over the defaults; raises `UsageError` where there is none of this name."""
    loaded = load()
    if name not in loaded.presets:
        there = ", ".join(loaded.presets) or "none"
        raise UsageError(f"there is no preset {name!r} in {loaded.path}; there are: {there}")
    base = default_settings()
    with _said_by(loaded.path, f"presets.{name}"):
        return to_settings(loaded.presets[name], base)


@contextmanager
def _said_by(where: Path, section: str) -> Iterator[None]:
    """Lets errors about settings say in which section of the file they stand."""
    try:
        yield
    except UsageError as error:
        raise UsageError(f"{where}: [{section}]: {error}") from None


def save_preset(name: str, settings: "Settings", *, overwrite: bool = True) -> None:
    """Keeps ``settings`` as a preset; raises `UsageError` for a name that cannot be, or is taken."""
    if not _PRESET_NAME.fullmatch(name) or name != name.strip():
        raise UsageError(f"{name!r} is no name for a preset; take letters, digits, blanks, dots and dashes, 40 at most")
    if not overwrite and name in load().presets:
        raise UsageError(f"there is a preset {name!r} already; take another name, or replace it with --overwrite")
    update("presets", {name: to_table(settings)})


def remove_preset(name: str) -> None:
    """Forgets a preset; raises `UsageError` where there is none of this name."""
    preset_names = load().presets
    if name not in preset_names:
        raise UsageError(f"there is no preset {name!r}; there are: {', '.join(preset_names) or 'none'}")
    update("presets", {name: None})


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


def _check_settings(table: Mapping[str, Any], place: str = "") -> None:
    """Raises `UsageError` for names and types that settings have not; ``place`` is where the table stands."""
    for name, value in table.items():
        if name not in _SETTINGS:
            raise UsageError(f"{place}a setting {name!r} does not exist; there are {', '.join(_SETTINGS)}")
        if type(value) not in _SETTINGS[name]:
            wanted = " or ".join(_WORDS[kind] for kind in _SETTINGS[name])
            raise UsageError(f"{place}the setting {name} must be {wanted}, not {value!r}")
    if not _are_texts(table.get("keep", [])):
        raise UsageError(f"{place}the setting keep must be a list of texts, not {table['keep']!r}")
    for kind, options in table.get("options", {}).items():
        if not isinstance(options, dict):
            raise UsageError(f"{place}the setting options.{kind} must be a section, not {options!r}")


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
        for key, value in section.items():
            kind = _SECTIONS[name].get(key, _SECTIONS[name].get("*", object))
            if not isinstance(value, kind):
                raise UsageError(f"{where}: {name}.{key} must be {_WORDS[kind]}, not {value!r}")
    disabled, presets = document.get("plugins", {}).get("disabled", []), document.get("presets", {})
    if not _are_texts(disabled):
        raise UsageError(f"{where}: plugins.disabled must be a list of texts, not {disabled!r}")
    _check_preferences(document.get("tui", {}), where)
    _check_settings(document.get("defaults", {}), f"{where}: [defaults]: ")
    for name, table in presets.items():
        _check_settings(table, f"{where}: [presets.{name}]: ")
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
