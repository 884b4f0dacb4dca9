"""The conformance kit's verdict on everything that a plugin supplies."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from aictui.component import Component
from aictui.errors import PluginError, UsageError
from aictui.plugins.catalog import BUILT_IN, Registry
from aictui.plugins.sources import PluginSource, discover

if TYPE_CHECKING:
    from aictui.testing import Verdict


def source_named(name: str) -> PluginSource:
    """The plugin with this name or package, the one-file plugin at this path, or ``built-in``.

    Raises `UsageError` where there is none.
    """
    if name == BUILT_IN.name:
        return BUILT_IN
    if name.endswith(".py") and Path(name).is_file():
        return PluginSource(Path(name).stem, name)
    if name.endswith(".py"):
        raise UsageError(f"there is no file {name}; name a plugin, its package, or the file of a plugin")
    found = discover()
    for source in found:
        if name in {source.name, source.package}:
            return source
    there = ", ".join(source.name for source in found) or "none"
    raise UsageError(f"{name!r} is not an installed plugin; there are: {there}")


def components_of(source: PluginSource) -> list[type[Component]]:
    """The chunkers, quantizers and entropy coders of a plugin; raises `PluginError` where it cannot be loaded."""
    known = Registry([] if source is BUILT_IN else [source], strict=True)
    supplied = known.provided(source.name)
    chunkers = [known.chunker(each) for each in supplied.get("chunker", [])]
    quantizers = [known.quantizer(each) for each in supplied.get("quantizer", [])]
    coders = [known.entropy_coder(each) for each in supplied.get("entropy coder", [])]
    return [*chunkers, *quantizers, *coders]


def verdicts(source: PluginSource, seconds: float) -> "Iterator[Verdict]":
    """The kit's verdict on each component of a plugin, as it comes, within ``seconds`` each.

    Raises `PluginError` where the plugin cannot be loaded or supplies nothing that the kit can check.
    """
    from aictui.testing import verdict

    components = components_of(source)
    if not components:
        raise PluginError(f"plugin {source.name} supplies no chunker, quantizer or entropy coder to check")
    for component in components:
        yield from verdict([component], seconds)
