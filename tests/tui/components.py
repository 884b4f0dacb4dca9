"""A catalog of components that do nothing but fit together, or not."""

from types import SimpleNamespace

from aictui.chunkers.base import Chunker
from aictui.entropy.base import EntropyCoder
from aictui.options import Option
from aictui.quantizers.base import Quantizer
from aictui.tui.catalog import Catalog


class Together(Chunker):
    id = "rgb16"
    chunk_size = 768
    summary = "three channels together"
    split = join = None


class Apart(Chunker):
    id = "planes16"
    chunk_size = 256
    summary = "each channel its own"
    split = join = None


class Rounded(Quantizer):
    id = "deadzone"
    summary = "rounds"
    options = (
        Option("zone", "float", 0.1, "how far past the middle", minimum=0, maximum=0.5),
        Option("loud", "bool", False, "says what it does"),
        Option("mood", "choice", "calm", "how it feels", choices=("calm", "wild")),
    )
    quantize = dequantize = None


class Bytes(Quantizer):
    id = "int8"
    symbol_range = (-127, 127)
    quantize = dequantize = None


class Ranged(EntropyCoder):
    id = "range"
    encode = decode = None


class Plain(EntropyCoder):
    id = "raw"
    symbol_range = (-127, 127)
    encode = decode = None


def model(name, chunker, size, bounded, tunes=(), **card):
    return SimpleNamespace(
        name=name,
        chunker=chunker,
        chunk_size=size,
        bounded=bounded,
        tunes=tunes,
        latents=256,
        default_tune=tunes[0] if tunes else "",
        max_planes=3 if tunes else 0,
        card=card,
    )


CATALOG = Catalog(
    {
        "photo": model("photo", "rgb16", 768, False, ("psnr", "visual"), Data="photos; under a licence"),
        "classic": model("classic", "planes16", 256, True, Data="photos", Purpose="for bytes that can be counted"),
    },
    {item.id: item for item in (Together, Apart)},
    {item.id: item for item in (Rounded, Bytes)},
    {item.id: item for item in (Ranged, Plain)},
)
