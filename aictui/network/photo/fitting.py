"""A whole model file from a trained network and photos: integer prior, probability tables, typical rates."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aictui.chunkers.base import CHUNK
from aictui.chunkers.rgb16 import Rgb16
from aictui.entropy.base import Context
from aictui.entropy.tables import PRECISION, cost
from aictui.network import tables
from aictui.network.base import CodingPass, OperatingPoint, Passes, converse
from aictui.network.identity import ENCODER, Tensors
from aictui.network.photo import planes
from aictui.network.photo.config import STEPS_PER_ANCHOR
from aictui.network.photo.export import calibrate, exact_tensors, network_tensors
from aictui.network.photo.model import PhotoModel
from aictui.network.photo.network import PhotoNetwork
from aictui.network.photo.planes import Refinement
from aictui.network.quantizing import symbols_of
from aictui.network.store import ModelInfo
from aictui.network.tables import SCALES
from aictui.progress import Progress, silent, stage
from aictui.quantizers.deadzone import Deadzone

FREE_PLANES_FROM = (6.25, 8.0), (5.25, 6.75)
"""For each tune, from which places on the scale of anchors one, two, … planes of precision cost at most one percent."""
COUNTED_PLANES_FROM = (4, 7)
"""First anchors at which files with one and two refinements are counted, up to the last trained one."""
CALIBRATED = 0.1
"""Share of the time that the calibration of the prior takes, about."""
CALIBRATION_CROP = 192
TABLE_CROP = 256
CALIBRATION_BATCH = 4
DEFAULT_ANCHOR = 6
"""Level whose rate is a sixteenth of raw pixels on ordinary photos, about."""
DEFAULT_TUNE = "visual"
"""Where a model has it, what it is tuned for unless something else is asked for."""
ONLY_ENCODING = "card", "default_level", "default_tune", "free_planes_from", "typical_rates", "network/analysis_"
"""Prefixes of the paths of what a decoder does not need, for the entry `ENCODER`."""

Report = Callable[[str], None]
Crop = NDArray[np.float32]
TakeCrops = Callable[[int, int], NDArray[np.uint8]]
"""How many crops and their side to (count, side, side, 3) crops of photos, others at every call."""


def export(
    network: PhotoNetwork,
    take: TakeCrops,
    *,
    name: str = "photo",
    card: Mapping[str, str] = MappingProxyType({}),
    crops: int = 32,
    report: Report = print,
    progress: Progress = silent,
) -> tuple[Tensors, dict[str, Any]]:
    """Tensors and configuration of a model file; ``take`` gives crops of training photos, ``crops`` fill the tables."""
    tensors = network_tensors(network)
    tensors |= exact_tensors(network, calibrate(network, _samples(network, take, stage(progress, 0.0, CALIBRATED))))
    report("calibrated the integer prior")
    tensors["tables/symbols"] = tables.fit(tables.no_counts(len(network.config.slices)))
    tensors["tables/thirds"] = planes.fit(planes.no_counts())
    config = _configuration(network, name, card)
    crop_list = [_chunks(take(1, TABLE_CROP)[0]) for _ in range(crops)]
    model = PhotoModel(ModelInfo(Path(), 0, bytes(8), config), tensors)
    counts = _count(model, crop_list, stage(progress, CALIBRATED, 1.0))
    trained = slice(network.config.below, network.config.below + network.config.anchors)
    fitted = tables.fit(counts.by_anchor[trained].sum(0))
    saved = counts.saving(tensors["tables/symbols"], fitted)
    report("tables from counts save " + ", ".join(f"{100 * share:.1f}" for share in saved[trained]) + " % by level")
    tensors |= {"tables/symbols": fitted, "tables/thirds": planes.fit(counts.thirds)}
    rates = counts.rates * (1 - saved)
    report("bits a pixel " + ", ".join(f"{rate:.3f}" for rate in rates))
    config["typical_rates"] = [round(float(rate), 4) for rate in rates]
    return tensors, config


class _Counts:
    """Symbols counted by row of the tables and magnitude, and the rates they came to, by anchor level."""

    def __init__(self, anchors: int, groups: int) -> None:
        self.by_anchor = np.stack([tables.no_counts(groups)] * anchors)
        self.thirds = planes.no_counts()
        self.bits = np.zeros(anchors)
        self.pixels = np.zeros(anchors)

    def add(self, anchor: int, item: CodingPass, symbols: NDArray[np.int32]) -> None:
        """Takes in a pass of a file in one piece."""
        self.by_anchor[anchor] += tables.fold(symbols, item.index.astype(np.intp), self.by_anchor.shape[1] // SCALES)
        self.bits[anchor] += cost(symbols.ravel(), Context(item.index.ravel(), item.tables, symbols.shape))

    def add_refined(self, refinement: Refinement, item: CodingPass, symbols: NDArray[np.int32]) -> None:
        """Takes in a pass of a file with a refinement, of which only that counts."""
        for counts, thirds in zip(self.thirds, refinement.thirds, strict=True):
            if item.tables is thirds.tables:
                planes.count(counts, symbols, item.index)

    @property
    def rates(self) -> NDArray[np.float64]:
        """Bits a pixel by anchor level."""
        return self.bits / self.pixels

    def saving(self, before: NDArray[np.uint32], after: NDArray[np.uint32]) -> NDArray[np.float64]:
        """The share of the bits, by anchor level, that other tables save on what was counted."""
        old, new = (np.log2(table.astype(np.float64)) for table in (before, after))
        return 1 - (self.by_anchor * (PRECISION - new)).sum((1, 2)) / (self.by_anchor * (PRECISION - old)).sum((1, 2))


def _count(model: PhotoModel, crops: Sequence[Crop], progress: Progress) -> _Counts:
    """Codes every crop at every anchor level, in turn for each tune, in one piece and with one refinement."""
    config = model.config
    anchors = model.levels // STEPS_PER_ANCHOR + 1
    counts = _Counts(anchors, len(config.slices))
    refined = partial(counts.add_refined, model.refinement)
    for number, chunks in enumerate(crops):
        rows, cols, _ = chunks.shape
        progress(number / len(crops), "counting symbols")
        for anchor in range(anchors):
            level = anchor * STEPS_PER_ANCHOR
            point = OperatingPoint(level, config.latents_at(level), number % len(config.tunes))
            latents = model.analyse(chunks, point).reshape(rows * cols, -1)
            _code(model.passes(rows, cols, point), latents, partial(counts.add, anchor))
            counts.pixels[anchor] += rows * cols * CHUNK * CHUNK
            for count, first in enumerate(COUNTED_PLANES_FROM, 1):
                if first <= anchor - config.below < config.anchors:
                    _code(model.passes(rows, cols, replace(point, planes=count)), latents, refined)
    return counts


def _code(passes: Passes, latents: NDArray[np.float32], note: Callable[[CodingPass, NDArray[np.int32]], None]) -> None:
    """Tells ``note`` of every pass over (rows · cols, n) latents and its symbols, rounded as the codec does."""
    quantizer = Deadzone()

    def answer(item: CodingPass) -> NDArray[np.int32]:
        symbols = symbols_of(item, latents, quantizer)
        thirds = symbols if item.rest is None else symbols_of(replace(item, limits=(-1, 1)), latents, quantizer)
        note(item, thirds)
        return quantizer.lattice(symbols, item.centres)

    converse(passes, answer)


def _samples(
    network: PhotoNetwork, take: TakeCrops, progress: Progress
) -> Iterator[tuple[Crop, NDArray[np.float32], NDArray[np.float32]]]:
    """Batches of crops with levels and tunes: every anchor level in every tune."""
    config = network.config
    for tune in range(len(config.tunes)):
        for anchor in range(config.anchors):
            progress((tune + anchor / config.anchors) / len(config.tunes), "calibrating the prior")
            chunks = np.stack([_chunks(crop) for crop in take(CALIBRATION_BATCH, CALIBRATION_CROP)])
            ones = np.ones(len(chunks), np.float32)
            yield chunks, anchor * ones, tune * ones


def _chunks(crop: NDArray[np.uint8]) -> Crop:
    return Rgb16().split(crop).values


def _configuration(network: PhotoNetwork, name: str, card: Mapping[str, str]) -> dict[str, Any]:
    config = network.config
    return {
        "name": name,
        "architecture": "photo",
        "chunker": "rgb16",
        "chunk_size": CHUNK * CHUNK * 3,
        "latents": config.latents,
        "levels": config.levels,
        "default_level": (config.below + DEFAULT_ANCHOR) * STEPS_PER_ANCHOR,
        "tunes": list(config.tunes),
        "default_tune": config.tunes.index(DEFAULT_TUNE) if DEFAULT_TUNE in config.tunes else 0,
        "max_planes": config.max_planes,
        "free_planes_from": [
            [round((config.below + anchor) * STEPS_PER_ANCHOR) for anchor in anchors]
            for anchors in FREE_PLANES_FROM[: len(config.tunes)]
        ],
        "network": config.to_json(),
        "card": dict(card),
        ENCODER: list(ONLY_ENCODING),
    }
