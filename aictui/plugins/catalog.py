"""What built-ins and plugins supply, by id: looked up without importing more than is needed."""

import logging
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import pluggy

from aictui.errors import MissingComponentError, PluginError
from aictui.plugins import loading
from aictui.plugins.sources import BUILT_IN_NAME, PluginSource, discover, missing_folders

if TYPE_CHECKING:
    import click

    from aictui.chunkers.base import Chunker
    from aictui.component import Component
    from aictui.entropy.base import EntropyCoder
    from aictui.metrics.base import Metric
    from aictui.panels import Panel
    from aictui.quantizers.base import Quantizer

logger = logging.getLogger(__name__)

HOOKS = {
    "chunker": "register_chunkers",
    "quantizer": "register_quantizers",
    "entropy coder": "register_entropy_coders",
    "model": "register_models",
    "metric": "register_metrics",
    "panel": "register_panels",
}
"""The hook by which each kind of thing is registered."""

BUILT_IN = PluginSource(BUILT_IN_NAME, "aictui.builtins")
"""What aictui brings along, as a plugin like any other."""

BUILT_IN_COMMANDS = frozenset(
    ("compress", "decompress", "info", "trim", "models", "presets", "plugins", "train", "bench", "completion")
)
"""The names of commands that plugins cannot take; the commands themselves are above this."""


@dataclass(frozen=True)
class PluginFailure:
    """A plugin that failed, and the one line that says how."""

    plugin: str
    message: str


@dataclass
class _Shelf:
    """Everything registered by one hook: items by id, who supplied each, and which plugins were asked."""

    items: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, PluginSource] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)


class Registry:
    """Components, models, metrics and panels by id.

    Built-ins are found first, and nothing else is imported where one is asked for. What fails of a plugin is noted in
    ``failures``, logged as a warning and left out: an item, what a hook registers, or all of one that does not load or
    takes too long; with ``strict`` the `PluginError` is raised instead. Safe to use from several threads.
    """

    def __init__(self, sources: Sequence[PluginSource], *, strict: bool = False) -> None:
        self.sources = tuple(sources)
        self.failures: list[PluginFailure] = []
        self._strict = strict
        self._managers: dict[str, pluggy.PluginManager] = {}
        self._loading: set[str] = set()
        self._failed: set[str] = set()
        self._shelves: dict[str, _Shelf] = {}
        self._lock = threading.RLock()

    @property
    def chunkers(self) -> "Mapping[str, type[Chunker]]":
        """Every chunker by id."""
        return self._all("chunker")

    @property
    def quantizers(self) -> "Mapping[str, type[Quantizer]]":
        """Every quantizer by id."""
        return self._all("quantizer")

    @property
    def entropy_coders(self) -> "Mapping[str, type[EntropyCoder]]":
        """Every entropy coder by id."""
        return self._all("entropy coder")

    @property
    def metrics(self) -> "Mapping[str, Metric]":
        """Every metric by id."""
        return self._all("metric")

    @property
    def panels(self) -> "Mapping[str, type[Panel]]":
        """Every panel of the compare view by id."""
        return self._all("panel")

    @property
    def model_files(self) -> Sequence[Path]:
        """The model files that plugins supply."""
        return tuple(self._all("model").values())

    def component(self, kind: str, component_id: str) -> "type[Component]":
        """The ``chunker``, ``quantizer`` or ``entropy coder`` with this id; raises `MissingComponentError`."""
        return cast("type[Component]", self._one(kind, component_id))

    def chunker(self, component_id: str) -> "type[Chunker]":
        """The chunker with this id; raises `MissingComponentError`."""
        return cast("type[Chunker]", self._one("chunker", component_id))

    def quantizer(self, component_id: str) -> "type[Quantizer]":
        """The quantizer with this id; raises `MissingComponentError`."""
        return cast("type[Quantizer]", self._one("quantizer", component_id))

    def entropy_coder(self, component_id: str) -> "type[EntropyCoder]":
        """The entropy coder with this id; raises `MissingComponentError`."""
        return cast("type[EntropyCoder]", self._one("entropy coder", component_id))

    def metric(self, metric_id: str) -> "Metric":
        """The metric with this id; raises `MissingComponentError`."""
        return cast("Metric", self._one("metric", metric_id))

    def requirement(self, kind: str, item_id: str) -> str:
        """The package that supplies an item, as ``name==version``; empty for built-ins and one-file plugins."""
        return self.supplier(kind, item_id).requirement

    def supplier(self, kind: str, item_id: str) -> PluginSource:
        """The plugin that supplies an item, or `BUILT_IN`; raises `MissingComponentError`."""
        self._one(kind, item_id)
        return self._shelf(kind).sources[item_id]

    def resting(self, requirement: str) -> PluginSource | None:
        """The installed plugin of a package, such as ``aictui-zstd==0.3``, where it may not load."""
        package = requirement.partition("==")[0]
        resting = (each for each in self.sources if each.package and each.state != "enabled")
        return next((source for source in resting if source.package == package), None)

    def provided(self, plugin: str) -> dict[str, list[str]]:
        """What a plugin supplies: ids, and names of commands, by kind, without the kinds of which it supplies none."""
        provided = {}
        for kind in HOOKS:
            self._all(kind)
            names = [item for item, source in self._shelf(kind).sources.items() if source.name == plugin]
            if names:
                provided[kind] = sorted(Path(name).stem for name in names) if kind == "model" else sorted(names)
        for source in self.enabled():
            if source.name == plugin and (commands := self.commands(source)):
                provided["command"] = sorted(commands)
        return provided

    def commands(self, source: PluginSource) -> "Mapping[str, click.Command]":
        """The commands, by name, that a plugin adds to the command line; none where it fails.

        One that is called like a built-in command is left out, which is noted.
        """
        import click

        group = click.Group()
        if self.call(source, "register_commands", cli=group) is None:
            return {}
        for name in sorted(BUILT_IN_COMMANDS & group.commands.keys()):
            self._note_taken(source, "command", name, BUILT_IN)
        return {name: command for name, command in group.commands.items() if name not in BUILT_IN_COMMANDS}

    def hooks(self, plugin: str) -> list[str]:
        """The hooks that a plugin implements; empty where it cannot be loaded."""
        manager = self._manager(next(source for source in (*self.sources, BUILT_IN) if source.name == plugin))
        if manager is None:
            return []
        return sorted(caller.name for caller in manager.get_hookcallers(manager.get_plugin(plugin)) or [])

    def problems(self, plugin: str) -> list[str]:
        """What went wrong with a plugin so far, in a line each."""
        return [failure.message for failure in self.failures if failure.plugin == plugin]

    def state_of(self, source: PluginSource) -> str:
        """``broken`` where something went wrong with a plugin so far, or else whether it may load."""
        return "broken" if self.problems(source.name) else source.state

    def call(self, source: PluginSource, hook: str, **arguments: object) -> list[object] | None:
        """What one hook of one plugin returns, beside ``None``; ``None`` where the plugin fails, which is noted."""
        with self._turn():
            manager = self._manager(source)
            if manager is None:
                return None
            try:
                function = partial(getattr(manager.hook, hook), **arguments)
                returned: list[object] | None = loading.guarded_call(source, f"answer {hook}", function)
            except PluginError as error:
                self._blame(source, error)
                if isinstance(error, loading.TooSlowError):  # nobody should wait for its other hooks too
                    self._failed.add(source.name)
                return None
            return returned or []

    def enabled(self) -> list[PluginSource]:
        """The plugins that may be loaded."""
        return [source for source in self.sources if source.state == "enabled"]

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Lets one thread at a time ask the plugins.

        A plugin's code may look things up while it is asked: its thread works for the one whose turn it is.
        """
        if loading.runs_plugin():
            yield
        else:
            with self._lock:
                yield

    def _all(self, kind: str) -> Mapping[str, Any]:
        with self._turn():
            shelf = self._shelf(kind)
            for source in self.enabled():
                self._collect(shelf, source, kind)
            return MappingProxyType(shelf.items)

    def _one(self, kind: str, item_id: str) -> Any:
        with self._turn():
            shelf = self._shelf(kind)
            # The plugin that is called like the item most likely supplies it; the others need not be imported then.
            for source in sorted(self.enabled(), key=lambda source: source.name != item_id):
                if item_id in shelf.items:
                    break
                self._collect(shelf, source, kind)
            if item_id not in shelf.items:
                raise MissingComponentError(self._missing(kind, item_id, shelf))
            return shelf.items[item_id]

    def _missing(self, kind: str, item_id: str, shelf: _Shelf) -> str:
        message = f"{kind} {item_id!r} is not installed; there are {', '.join(sorted(shelf.items)) or 'none'}"
        idle = [source.name for source in self.sources if self.state_of(source) != "enabled"]
        return f"{message} (plugins that are switched off or broken: {', '.join(idle)})" if idle else message

    def _shelf(self, kind: str) -> _Shelf:
        with self._turn():
            if kind not in self._shelves:
                shelf = self._shelves[kind] = _Shelf()
                self._collect_built_ins(shelf, kind)
            return self._shelves[kind]

    def _collect_built_ins(self, shelf: _Shelf, kind: str) -> None:
        from aictui import builtins

        def register(item: Any) -> None:
            item_id = _id_of(item)
            shelf.items[item_id] = item
            shelf.sources[item_id] = BUILT_IN

        getattr(loading.manager_of(BUILT_IN.name, builtins).hook, HOOKS[kind])(register=register)

    def _collect(self, shelf: _Shelf, source: PluginSource, kind: str) -> None:
        from aictui.plugins.checks import checked

        if source.name in shelf.asked or source.name in self._loading:
            return
        shelf.asked.add(source.name)
        items: list[Any] = []
        returned = self.call(source, HOOKS[kind], register=items.append)
        if returned and not items:
            what = f"returns something from {HOOKS[kind]}, where nobody takes it, and calls register with nothing"
            self._note(source, f"plugin {source.name} {what}")
        for item in items:
            try:
                guarded = checked(kind, item, source)
            except PluginError as error:
                self._blame(source, error)
                continue
            item_id = _id_of(guarded)
            if item_id in shelf.items:
                self._note_taken(source, kind, item_id, shelf.sources[item_id])
            else:
                shelf.items[item_id] = guarded
                shelf.sources[item_id] = source

    def _manager(self, source: PluginSource) -> pluggy.PluginManager | None:
        with self._turn():
            if source.name in self._failed:
                return None
            if source.name not in self._managers:
                self._loading.add(source.name)
                try:
                    self._managers[source.name] = loading.load(source)
                except PluginError as error:
                    self._failed.add(source.name)
                    self._blame(source, error)
                    return None
                finally:
                    self._loading.discard(source.name)
                for hook in loading.unknown_hooks(self._managers[source.name]):
                    there = ", ".join((*HOOKS.values(), "register_commands"))
                    self._note(source, f"plugin {source.name} implements {hook}, which is none of the hooks {there}")
                for hook in loading.unmarked_hooks(self._managers[source.name]):
                    what = f"has a function {hook} that is not called: mark it with @aictui.hookimpl"
                    self._note(source, f"plugin {source.name} {what}")
            return self._managers[source.name]

    def _blame(self, source: PluginSource, error: PluginError) -> None:
        if self._strict:
            raise error
        self._note(source, str(error))

    def _note_taken(self, source: PluginSource, kind: str, item_id: str, owner: PluginSource) -> None:
        what = f"{kind} {item_id!r}, which {owner.name} has already"
        self._note(source, f"plugin {source.name} supplies {what}; it is left out")

    def _note(self, source: PluginSource, message: str) -> None:
        failure = PluginFailure(source.name, message)
        if failure not in self.failures:  # its commands may be asked for again
            self.failures.append(failure)
            logger.warning(message)


STRICT_VARIABLE = "AICTUI_STRICT_PLUGINS"
"""Where set and not empty, a plugin that fails stops the program."""


class _Current:
    """The registry of this process, made of the plugins that are installed and enabled when one first asks for it.

    Several threads may ask at once: a second registry would run the plugins again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._registry: Registry | None = None

    def __call__(self) -> Registry:
        with self._lock:
            if self._registry is None:
                for problem in (*missing_folders(), *filter(None, [loading.time_limit_problem()])):
                    logger.warning(problem)
                self._registry = Registry(discover(logger.warning), strict=bool(os.environ.get(STRICT_VARIABLE)))
            return self._registry

    def cache_clear(self) -> None:
        """Look for plugins anew when one asks next."""
        with self._lock:
            self._registry = None


registry = _Current()


def _id_of(item: Any) -> str:
    # Model files of several plugins may bear one name: the store tells models apart by what they contain.
    return str(item) if isinstance(item, Path) else str(item.id)
