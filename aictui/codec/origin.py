"""The settings that a file was made with, as far as it tells them."""

import math
from dataclasses import replace

from aictui.codec.info import FileInfo
from aictui.codec.settings import Settings, Target
from aictui.errors import MissingComponentError
from aictui.network import store

_STEPS = 100  # of one whole ratio: a ratio that is rounded down leaves room for every byte of the file


def settings_of(info: FileInfo, base: Settings) -> Settings:
    """``base`` with components, options, tune, planes and metadata of a file, and its ratio as a lenient target.

    Effort and a number of latents to keep cannot be told from a file and stay those of ``base``. Raises
    `MissingComponentError` where something that the file was made with is not installed.
    """
    if info.missing:
        raise MissingComponentError("this file " + "; ".join(info.missing))
    name, digest = info.model.name, info.model.content_hash
    model = store.find(name, digest)
    usual = store.find(name).content_hash == digest
    ratio = math.floor(_STEPS * info.raw_bytes / info.whole_bytes) / _STEPS
    components = {"chunker": info.chunker, "quantizer": info.quantizer, "coder": info.coder}
    return replace(
        base,
        target=Target("ratio", min(max(ratio, 1), 1e6), lenient=True),
        model=name if usual else str(info.model),
        chunker=info.chunker.id,
        quantizer=info.quantizer.id,
        coder=info.coder.id,
        options={kind: dict(reference.options) for kind, reference in components.items() if reference.options},
        tune=model.tunes[info.point.tune] if info.point.tune < len(model.tunes) else None,
        planes=info.point.planes,
        keep=frozenset(info.metadata),
    )
