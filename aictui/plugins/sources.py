"""Which plugins there are, from package metadata and file names alone; nothing of a plugin is imported."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Literal

from aictui import config

GROUP = "aictui"
"""The entry-point group that plugin packages use."""

ALLOW_VARIABLE = "AICTUI_PLUGINS"
"""Names the plugins that may load, separated by commas; empty: none; unset: all that are enabled."""

FOLDERS_VARIABLE = "AICTUI_PLUGINS_DIR"
"""Folders with one-file plugins besides the one in the config folder, separated as in PATH."""

BUILT_IN_NAME = "built-in"
"""The name of what aictui brings along, which no plugin can bear."""

State = Literal["enabled", "disabled", "not allowed"]


@dataclass(frozen=True)
class PluginSource:
    """A plugin that could be loaded.

    ``target`` is the module of an entry point, or the path of a one-file plugin, for which ``package`` and
    ``version`` are empty.
    """

    name: str
    target: str
    package: str = ""
    version: str = ""
    state: State = "enabled"
    entry_point: EntryPoint | None = None

    @property
    def requirement(self) -> str:
        """What to install to get it again: ``package==version``; empty for a one-file plugin."""
        return f"{self.package}=={self.version}" if self.package else ""


def discover(warn: Callable[[str], object] | None = None) -> list[PluginSource]:
    """Every installed plugin, sorted by name; the built-ins are not among them.

    Where two plugins bear one name, the first found stays: packages before files. ``warn`` hears, in a line, of one
    that is left out because it bears the name of what aictui brings along.
    """
    found: dict[str, PluginSource] = {}
    for source in [*_packages(), *_files()]:
        if source.name != BUILT_IN_NAME:
            found.setdefault(source.name, source)
        elif warn is not None:
            told = f"is called {BUILT_IN_NAME}, as what aictui brings along; it is left out until it has another name"
            warn(f"a plugin, {source.package or source.target}, {told}")
    return [found[name] for name in sorted(found)]


def plugin_folders() -> list[Path]:
    """The folders that are searched for one-file plugins, whether they exist or not."""
    named = [Path(folder) for folder in os.environ.get(FOLDERS_VARIABLE, "").split(os.pathsep) if folder]
    return [*named, config.folder() / "plugins"]


def missing_folders() -> list[str]:
    """A line for every folder that the environment names and that is none."""
    named = plugin_folders()[:-1]
    return [f"{FOLDERS_VARIABLE} names {folder}, where there is no folder" for folder in named if not folder.is_dir()]


def _packages() -> Iterator[PluginSource]:
    for entry_point in entry_points(group=GROUP):
        distribution = entry_point.dist
        package = distribution.metadata["Name"] if distribution else ""
        version = distribution.version if distribution else ""
        state = _state(entry_point.name, package)
        yield PluginSource(entry_point.name, entry_point.value, package, version, state, entry_point)


def _files() -> Iterator[PluginSource]:
    for folder in plugin_folders():
        if folder.is_dir():
            for path in sorted(folder.glob("*.py")):
                if not path.name.startswith("_"):
                    yield PluginSource(path.stem, str(path), state=_state(path.stem, ""))


def _state(name: str, package: str) -> State:
    allowed = os.environ.get(ALLOW_VARIABLE)
    if allowed is not None:
        names = {word.strip() for word in allowed.split(",")} - {""}
        return "enabled" if names & {name, package} - {""} else "not allowed"
    return "disabled" if name in config.load().disabled_plugins else "enabled"
