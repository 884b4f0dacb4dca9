"""The built-in components, registered through the same hooks as everybody's."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from aictui.hookspecs import hookimpl

if TYPE_CHECKING:
    from aictui.chunkers.base import Chunker
    from aictui.entropy.base import EntropyCoder
    from aictui.metrics.base import Metric
    from aictui.panels import Panel
    from aictui.quantizers.base import Quantizer


@hookimpl
def register_chunkers(register: "Callable[[type[Chunker]], None]") -> None:
    """Registers the built-in chunkers."""
    from aictui.chunkers.planes16 import Planes16
    from aictui.chunkers.rgb16 import Rgb16
    from aictui.chunkers.ycc16 import Ycc16

    for chunker in (Rgb16, Planes16, Ycc16):
        register(chunker)


@hookimpl
def register_quantizers(register: "Callable[[type[Quantizer]], None]") -> None:
    """Registers the built-in quantizers."""
    from aictui.quantizers.deadzone import Deadzone
    from aictui.quantizers.int8 import Int8
    from aictui.quantizers.round import Round

    for quantizer in (Deadzone, Round, Int8):
        register(quantizer)


@hookimpl
def register_entropy_coders(register: "Callable[[type[EntropyCoder]], None]") -> None:
    """Registers the built-in entropy coders."""
    from aictui.entropy.adaptive import Adaptive
    from aictui.entropy.deflate import Deflate
    from aictui.entropy.range import Range
    from aictui.entropy.raw import Raw

    for coder in (Range, Adaptive, Deflate, Raw):
        register(coder)


@hookimpl
def register_metrics(register: "Callable[[Metric], None]") -> None:
    """Registers the built-in metrics that can run here."""
    from aictui.metrics import built_in

    for metric in built_in():
        register(metric)


@hookimpl
def register_panels(register: "Callable[[type[Panel]], None]") -> None:
    """Registers the built-in panels."""
    from aictui.panels.built_in import BUILT_IN_PANELS

    for panel in BUILT_IN_PANELS:
        register(panel)
