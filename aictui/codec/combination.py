"""Which model, chunker, quantizer and entropy coder fit together, and which are taken where none is named."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aictui.chunkers.base import Chunker
    from aictui.codec.settings import Settings
    from aictui.entropy.base import EntropyCoder
    from aictui.network.store import ModelInfo
    from aictui.quantizers.base import Quantizer


WIDE = 1 << 15
"""Symbols from -WIDE to WIDE - 1 are all that the latents of any model need."""


def is_narrow(symbol_range: tuple[int, int] | None) -> bool:
    """Whether only a model that is made for such bounds fits symbols into this range."""
    return symbol_range is not None and (symbol_range[0] > -WIDE or symbol_range[1] < WIDE - 1)


def component_ids(
    settings: "Settings", model: "ModelInfo", find_coder: "Callable[[str], type[EntropyCoder] | None]"
) -> Mapping[str, str]:
    """The ids of ``chunker``, ``quantizer`` and ``coder`` that settings mean: those named, else what fits the model.

    ``find_coder`` gives the entropy coder of an id, or ``None`` where there is none; what it raises goes through.
    """
    coder_id = settings.coder or "range"
    coder = find_coder(coder_id)
    narrow = model.bounded and coder is not None and is_narrow(coder.symbol_range)
    return {
        "chunker": settings.chunker or model.chunker,
        "quantizer": settings.quantizer or ("int8" if narrow else "deadzone"),
        "coder": coder_id,
    }


def reason(
    model: "ModelInfo", chunker: "type[Chunker]", quantizer: "type[Quantizer]", coder: "type[EntropyCoder]"
) -> str | None:
    """One line why these cannot be combined; ``None`` where they can."""
    if model.chunker not in {chunker.id, chunker.like} or chunker.chunk_size != model.chunk_size:
        return (
            f"model {model.name} was trained on the chunks of {model.chunker}, "
            f"and those of {chunker.id} mean something else; take chunker {model.chunker} or another model"
        )
    if not model.bounded and is_narrow(coder.symbol_range):
        return (
            f"entropy coder {coder.id} has no room for the latents of model {model.name}; "
            "take entropy coder range, or model classic"
        )
    if not model.bounded and is_narrow(quantizer.symbol_range):
        return (
            f"quantizer {quantizer.id} has no room for the latents of model {model.name}; "
            "take quantizer deadzone, or model classic"
        )
    if not _fits(quantizer.symbol_range, coder.symbol_range):
        assert coder.symbol_range is not None
        low, high = coder.symbol_range
        return (
            f"entropy coder {coder.id} writes symbols from {low} to {high}, "
            f"and quantizer {quantizer.id} makes others; take quantizer int8 or another entropy coder"
        )
    return None


def _fits(inner: tuple[int, int] | None, outer: tuple[int, int] | None) -> bool:
    if outer is None or not is_narrow(outer):
        return True
    return inner is not None and outer[0] <= inner[0] and inner[1] <= outer[1]
