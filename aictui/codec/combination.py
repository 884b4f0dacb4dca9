"""Which model, chunker, quantizer and entropy coder fit together."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aictui.chunkers.base import Chunker
    from aictui.entropy.base import EntropyCoder
    from aictui.network.store import ModelInfo
    from aictui.quantizers.base import Quantizer


def reason(
    model: "ModelInfo", chunker: "type[Chunker]", quantizer: "type[Quantizer]", coder: "type[EntropyCoder]"
) -> str | None:
    """One line why these cannot be combined; ``None`` where they can."""
    raise NotImplementedError
