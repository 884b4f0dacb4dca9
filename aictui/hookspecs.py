"""Every hook of aictui. A plugin implements any of them with ``aictui.hookimpl``."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    import click

    from aictui.chunkers.base import Chunker
    from aictui.entropy.base import EntropyCoder
    from aictui.metrics.base import Metric
    from aictui.panels import Panel
    from aictui.quantizers.base import Quantizer

hookspec = pluggy.HookspecMarker("aictui")
hookimpl = pluggy.HookimplMarker("aictui")


@hookspec
def register_chunkers(register: "Callable[[type[Chunker]], None]") -> None:
    """Call ``register(MyChunker)`` for every chunker that the plugin supplies."""


@hookspec
def register_quantizers(register: "Callable[[type[Quantizer]], None]") -> None:
    """Call ``register(MyQuantizer)`` for every quantizer that the plugin supplies."""


@hookspec
def register_entropy_coders(register: "Callable[[type[EntropyCoder]], None]") -> None:
    """Call ``register(MyEntropyCoder)`` for every entropy coder that the plugin supplies."""


@hookspec
def register_models(register: Callable[[Path], None]) -> None:
    """Call ``register(path)`` for every model file (.safetensors) that the plugin supplies."""


@hookspec
def register_metrics(register: "Callable[[Metric], None]") -> None:
    """Call ``register(Metric(...))`` for every image quality metric that the plugin supplies."""


@hookspec
def register_commands(cli: "click.Group") -> None:
    """Add commands to the command line: ``@cli.command()``."""


@hookspec
def register_panels(register: "Callable[[type[Panel]], None]") -> None:
    """Call ``register(MyPanel)`` for every panel of the compare view that the plugin supplies."""
