"""The conformance kit's verdict on everything that a plugin supplies."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aictui.component import Component
from aictui.errors import PluginError, UsageError
from aictui.plugins.catalog import BUILT_IN, Registry
from aictui.plugins.sources import PluginSource, discover

if TYPE_CHECKING:
    from aictui.testing import Verdict


def source_named(name: str) -> PluginSource:
    """As `sources_named`, where it names one plugin; raises `UsageError` for a package of several too."""
    found = sources_named(name)
    if len(found) > 1:
        raise UsageError(f"{name} supplies several plugins, {', '.join(each.name for each in found)}; name one of them")
    return found[0]


def sources_named(name: str) -> list[PluginSource]:
    """The plugin with this name, those of the package, the one-file plugin at this path, or ``built-in``.

    Raises `UsageError` where there is none.
    """
    if name == BUILT_IN.name:
        return [BUILT_IN]
    if name.endswith(".py") and Path(name).is_file():
        return [PluginSource(Path(name).stem, name)]
    if name.endswith(".py"):
        raise UsageError(f"there is no file {name}; name a plugin, its package, or the file of a plugin")
    found = discover()
    named = [source for source in found if source.name == name] or [each for each in found if each.package == name]
    if not named:
        there = ", ".join(source.name for source in found) or "none"
        raise UsageError(f"{name!r} is not an installed plugin; there are: {there}")
    return named


def components_of(source: PluginSource) -> list[type[Component]]:
    """The chunkers, quantizers and entropy coders of a plugin; raises `PluginError` where it cannot be loaded."""
    known = Registry([] if source is BUILT_IN else [source], strict=True)
    supplied = known.provided(source.name)
    kinds = ("chunker", "quantizer", "entropy coder")
    return [known.component(kind, each) for kind in kinds for each in supplied.get(kind, [])]


def verdicts(sources: Sequence[PluginSource], seconds: float) -> "Iterator[Verdict]":
    """The kit's verdict on each component of plugins, as it comes, within ``seconds`` each.

    Raises `PluginError` where a plugin cannot be loaded, or there is nothing that the kit can check.
    """
    from aictui.testing import verdict

    components = [component for source in sources for component in components_of(source)]
    if not components:
        names = " and ".join(source.name for source in sources)
        raise PluginError(f"plugin {names} supplies no chunker, quantizer or entropy coder to check")
    for component in components:
        yield from verdict([component], seconds)
