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
    """Raises `UsageError` for ids that no key binding has; imports every screen where those in use do not have them."""
    if set(config.keys) <= _binding_ids():
        return
    for module in pkgutil.walk_packages(aictui.tui.__path__, f"{aictui.tui.__name__}."):
        import_module(module.name)
    known = _binding_ids()
    unknown = [name for name in config.keys if name not in known]
    if unknown:
        names = ", ".join(map(repr, unknown))
        raise UsageError(f"{config.path}: no key binding has the id {names}; {_advice(unknown[0], known)}")


def _advice(name: str, known: Collection[str]) -> str:
    area = name.partition(".")[0]
    beside = sorted(other for other in known if other.startswith(f"{area}."))
    if beside:
        return f"take one of {', '.join(beside)}"
    areas = sorted({other.partition(".")[0] for other in known})
    return f"ids begin with {', '.join(areas)}, and the help of each pane (F1) lists them"


def _binding_ids() -> set[str]:
    """The ids of every binding that is declared in what is imported."""
    bindings = (binding for node in _kinds(DOMNode) for binding in node.__dict__.get("BINDINGS", ()))
    return {binding.id for binding in bindings if isinstance(binding, Binding) and binding.id}


def _kinds(node: type[DOMNode]) -> Iterator[type[DOMNode]]:
    yield node
    for kind in node.__subclasses__():
        yield from _kinds(kind)
