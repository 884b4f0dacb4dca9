"""What the configuration asks of the application that the application does not have.

`aictui.config` cannot tell these names: the commands work without the application.
"""

import pkgutil
from collections.abc import Collection, Iterable, Iterator
from importlib import import_module

from textual.binding import Binding
from textual.dom import DOMNode

import aictui.tui
from aictui.config import Config
from aictui.errors import UsageError
from aictui.tui.terminal import PROTOCOL_SETTINGS


def check_looks(config: Config, themes: Iterable[str]) -> None:
    """Raises `UsageError` where the theme or the protocol for pictures does not exist."""
    for name, known in {"theme": sorted(themes), "images": PROTOCOL_SETTINGS}.items():
        wanted = config.tui.get(name)
        if wanted is not None and wanted not in known:
            raise UsageError(f"{config.path}: tui.{name} {wanted!r} does not exist; take one of {', '.join(known)}")


def check_keys(config: Config) -> None:
    """Raises `UsageError` for ids that no key binding has, and for keys that mean two things; imports every screen."""
    for module in pkgutil.walk_packages(aictui.tui.__path__, f"{aictui.tui.__name__}."):
        import_module(module.name)
    known = _bindings()
    unknown = [name for name in config.keys if name not in known]
    if unknown:
        names = ", ".join(map(repr, unknown))
        raise UsageError(f"{config.path}: no key binding has the id {names}; {_advice(unknown[0], known)}")
    keys = {name: _keys_of(config.keys.get(name, bound)) for name, bound in known.items()}
    for name in config.keys:
        for other, others in keys.items():
            both = keys[name] & others
            if both and name != other and _are_heard_together(name, other):
                raise UsageError(
                    f"{config.path}: {name} and {other} are both on the key {min(both)}; give one of them another"
                )


_HEARD_TOGETHER = (
    {"app", "browser", "images", "table"},
    {"app", "browser", "folders"},
    {"app", "compare", "picture"},
    {"app", "compare", "ratio"},
    {"app", "compare", "menu"},
    {"app", "queue", "table"},
    {"app", "queue", "menu"},
    {"app", "plugins"},
    {"app", "settings"},
)
"""The areas whose keys work at the same time, by what ids begin with: a pane, its screen, the application."""


def _are_heard_together(name: str, other: str) -> bool:
    areas = {name.partition(".")[0], other.partition(".")[0]}
    return len(areas) == 1 or any(areas <= together for together in _HEARD_TOGETHER)


def _keys_of(keys: str) -> set[str]:
    """The keys as Textual names them: ``question_mark`` for ``?``."""
    return {binding.key for binding in Binding.make_bindings([Binding(keys, "")])}


def _advice(name: str, known: Collection[str]) -> str:
    area = name.partition(".")[0]
    beside = sorted(other for other in known if other.startswith(f"{area}."))
    if beside:
        return f"take one of {', '.join(beside)}"
    areas = sorted({other.partition(".")[0] for other in known})
    return f"ids begin with {', '.join(areas)}, and the help of each pane (F1) lists them"


def _bindings() -> dict[str, str]:
    """The keys of every binding that has an id and is declared in what is imported."""
    bindings = (binding for node in _kinds(DOMNode) for binding in node.__dict__.get("BINDINGS", ()))
    return {binding.id: binding.key for binding in bindings if isinstance(binding, Binding) and binding.id}


def _kinds(node: type[DOMNode]) -> Iterator[type[DOMNode]]:
    yield node
    for kind in node.__subclasses__():
        yield from _kinds(kind)
