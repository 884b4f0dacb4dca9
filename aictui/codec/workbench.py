"""One image on the bench: its analysis is kept while operating points are tried."""

import io
import math
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from aictui.codec.coding import PartWriter, Reconstruction, quantize
from aictui.codec.components import Pipeline, model_reference, reference
from aictui.codec.container import record_size, write_container
from aictui.codec.expectation import Expectation
from aictui.codec.header import Header
from aictui.codec.image import SourceImage
from aictui.codec.limits import check_limits
from aictui.codec.payloads import pack_blocks
from aictui.codec.sample import sampled
from aictui.codec.settings import Settings
from aictui.codec.transform import analyse, refine, synthesise
from aictui.entropy.base import Context, EntropyCoder
from aictui.metrics.psnr import psnr
from aictui.network.base import OperatingPoint
from aictui.progress import Progress, silent, stage

REFINED_SYMBOLS = 9 << 23
"""Pictures with more latents (25 megapixels of `photo`) get refinements only where asked: they take more memory."""
KEPT_SYMBOLS = 1 << 24
"""A trial with more symbols is coded at once, so that they need not be kept until the trial turns out to be good."""
KEPT_ANALYSES = 3 << 24
"""The most latents that a workbench keeps, those of all levels together."""
CARRIED_SYMBOLS = 3 << 24
"""Pictures with more latents are analysed anew at every level: to carry latents over takes as much memory again."""
TINY_SAMPLE = 6
"""A sample is coded with refinements, like its picture, where the picture has at least this many times its pixels."""
NEIGHBOURS = 4
"""With room for fewer analyses than this, one that is done early would drive out those that are needed."""

_JPEG_SLOPE = 1.2  # fitted to photos: how fast the logarithm of our bits a pixel grows with that of a JPEG's
_JPEG_QUALITY = 50
_JPEG_HEADER = 620  # bytes
_JPEG_SIDE = 65000  # pixels; JPEG has no longer sides


@dataclass(frozen=True)
class Trial:
    """An operating point tried out.

    ``file_bytes`` comes from code lengths or from the code itself; NaN where nobody asked for the size.

    ``symbols`` holds part number, symbols and context of every pass; where those are too many to keep it is ``None``,
    and ``payloads`` holds the code of every part. ``expectation`` is there where somebody asked for it.
    """

    point: OperatingPoint
    file_bytes: float
    reconstruction: Reconstruction
    symbols: list[tuple[int, NDArray[np.int32], Context]] | None
    payloads: list[bytes] | None = None
    expectation: Expectation | None = None


class Workbench:
    """An image with its pipeline: tries points, shows them, and writes them."""

    def __init__(self, source: SourceImage, pipeline: Pipeline, settings: Settings) -> None:
        self.source = source
        self.pipeline = pipeline
        self.settings = settings
        model = pipeline.model
        check_limits(model, settings)
        self.latents = settings.latents or model.latents
        self._tune = model.default_tune if settings.tune is None else model.tunes.index(settings.tune)
        self._blocks, self.notices = pack_blocks(source, settings.keep)
        self._header = Header(
            width=source.width,
            height=source.height,
            grey=source.pixels.shape[2] == 1,
            model=model_reference(pipeline.model),
            chunker=reference(pipeline.chunker),
            quantizer=reference(pipeline.quantizer),
            coder=reference(pipeline.coder),
            point=self.point(0),
        )
        self._analyses: OrderedDict[OperatingPoint, NDArray[np.floating]] = OrderedDict()
        self._refined: OrderedDict[OperatingPoint, NDArray[np.floating]] = OrderedDict()

    @property
    def symbols(self) -> int:
        """How many latents the image has, each of them one symbol in every plane of precision."""
        rows, cols = self.pipeline.chunker.grid_shape(self.source.pixels.shape)
        return rows * cols * self.latents

    @cached_property
    def _nests(self) -> bool:
        return self.pipeline.quantizer.nests

    @property
    def pixels(self) -> int:
        """How many pixels the image has."""
        return self.source.width * self.source.height

    @property
    def weight(self) -> float:
        """The bytes of its JPEG file, about: parts of one picture should take bytes in proportion to them."""
        return self.pixels * math.exp(self.complexity / _JPEG_SLOPE)

    @cached_property
    def complexity(self) -> float:
        """How hard it is to code, by its JPEG file: the logarithm of its bytes over those of an ordinary photo."""
        if self.pipeline.bounded:
            return 0.0
        buffer = io.BytesIO()
        picture = self.source.pixels[:_JPEG_SIDE, :_JPEG_SIDE]
        Image.fromarray(picture.squeeze(2) if picture.shape[2] == 1 else picture).save(
            buffer, "JPEG", quality=_JPEG_QUALITY
        )
        size = max(len(buffer.getvalue()) - _JPEG_HEADER, 1)
        return _JPEG_SLOPE * math.log(8 * size / (picture.shape[0] * picture.shape[1]))

    def sample(self) -> "Workbench | None":
        """A small part of the picture from all over it; ``None`` where it would save little time.

        It is coded without refinements, which take several times as long, unless it is tiny next to the picture.
        """
        pixels = sampled(self.source.pixels)
        if pixels is None:
            return None
        tiny = pixels.size * TINY_SAMPLE <= self.source.pixels.size
        settings = self.settings if tiny else replace(self.settings, planes=0)
        return Workbench(SourceImage(pixels), self.pipeline, settings)

    def point(self, level: int, latents: int | None = None) -> OperatingPoint:
        """The operating point at a level of the model, with as many latents as the settings or the caller say."""
        stack = self.pipeline.stack(self.source.pixels.shape[2])
        if latents is None:
            latents = min(self.latents, self.pipeline.model.latents_at(level))
        point = OperatingPoint(level, latents, self._tune, 0, self.pipeline.bounded, stack)
        planes = self.settings.planes
        if planes is None:
            refinable = self.symbols <= REFINED_SYMBOLS and self._nests
            planes = self.pipeline.model.auto_planes(point) if refinable else 0
        return replace(point, planes=planes)

    @cached_property
    def overhead(self) -> int:
        """Bytes of a file without any part."""
        return len(write_container(self._header, self._blocks, []))

    def least(self, point: OperatingPoint) -> int:
        """Bytes of the shortest file of a point: header, metadata and alpha, and everything else cut off."""
        plane_parts = (1,) * (point.planes + 1) if point.planes else ()
        header = replace(self._header, point=point, plane_parts=plane_parts, trimmed=True)
        return len(write_container(header, self._blocks, [b""]))

    def metadata_bytes(self) -> int:
        """Bytes of metadata and alpha among the overhead."""
        return self.overhead - len(write_container(self._header, {}, []))

    def analysed(
        self, point: OperatingPoint, progress: Progress = silent, *, rough: bool = False
    ) -> NDArray[np.floating]:
        """The (rows, cols, point.latents) latents of a point; ``rough`` is content with those of a point nearby.

        At the highest effort they are refined, unless ``rough``.
        """
        model = self.pipeline.model
        kept = self.latents if point.bounded else point.latents
        key = replace(point, latents=kept, planes=0)
        analyses = self._refined if self.refines and not rough else self._analyses
        if key not in analyses:
            near = self._analysed_near(key, analyses) or (model.nearby(key) if rough or model.carries_exactly else key)
            if near != key:
                return model.carried(self.analysed(near, progress, rough=rough), near, key)[..., : point.latents]
            while len(analyses) >= self._room:  # before another is made, or both would be in memory at once
                analyses.popitem(last=False)
            analyses[key] = self._analyse(key, progress, better=analyses is self._refined)
        analyses.move_to_end(key)
        return analyses[key][..., : point.latents]

    @property
    def carries(self) -> bool:
        """Whether there is memory for latents carried from another level."""
        return self.symbols <= CARRIED_SYMBOLS

    @property
    def keeps_analyses(self) -> bool:
        """Whether analyses of several levels are kept, so that to do one before it is needed gains time."""
        return self._room >= NEIGHBOURS

    @property
    def _room(self) -> int:
        return max(1, KEPT_ANALYSES // self.symbols)

    def _analyse(self, key: OperatingPoint, progress: Progress, *, better: bool) -> NDArray[np.floating]:
        pixels, chunker, model = self.source.pixels, self.pipeline.chunker, self.pipeline.model
        if not better:
            return analyse(pixels, chunker, model, key, progress)
        latents = analyse(pixels, chunker, model, key, stage(progress, 0.0, 0.02))
        refine(pixels, chunker, model, key, latents, stage(progress, 0.02, 1.0))
        return latents

    @cached_property
    def refines(self) -> bool:
        """Whether latents are refined, which a model can where it sees the picture as it was trained to."""
        model, chunker = self.pipeline.model, self.pipeline.chunker
        able = model.refining_window > 0 and chunker.id == model.chunker and not self.pipeline.bounded
        return able and self.settings.effort == 3

    def _analysed_near(
        self, key: OperatingPoint, analyses: OrderedDict[OperatingPoint, NDArray[np.floating]]
    ) -> OperatingPoint | None:
        """A point that is analysed already and so close that its analysis does for ``key`` too."""
        if not self.refines and (self.settings.effort == 3 or not self.carries):
            return None  # carried latents take as much memory again, but to refine anew takes minutes
        reach = self.pipeline.model.carried_levels
        for other in reversed(analyses):
            if abs(other.level - key.level) <= reach and replace(other, level=key.level) == key:
                return other
        return None

    def attempt(
        self,
        point: OperatingPoint,
        progress: Progress = silent,
        *,
        keep: bool = False,
        weigh: bool = True,
        rough: bool = False,
        expect: bool = False,
    ) -> Trial:
        """Quantizes at a point; ``keep`` asks for the values, ``weigh`` for the size from code lengths.

        A ``rough`` trial may rest on the analysis of a point nearby; it cannot be written. ``expect`` asks for what
        `glance` needs, which takes as much memory as the latents and half as much again.
        """
        point, latents = self._coded(point, self.analysed(point, stage(progress, 0.0, 0.5), rough=rough))
        coder = self.pipeline.coder
        collected: list[tuple[int, NDArray[np.int32], Context]] = []
        many = latents.size * (1 + point.planes) > KEPT_SYMBOLS
        measured = weigh and coder.counts_by_coding
        code = PartWriter(coder) if measured or (many and not rough) else None
        lengths = _Lengths(coder) if weigh and code is None else None

        def sink(part: int, symbols: NDArray[np.int32], context: Context) -> None:
            for meter in (code, lengths):
                if meter is not None:
                    meter.put(part, symbols, context)
            if not many:
                collected.append((part, symbols, context))

        model, quantizer = self.pipeline.model, self.pipeline.quantizer
        expectation = Expectation(point, latents.shape[0] * latents.shape[1]) if expect else None
        note = None if expectation is None else expectation.note
        result = quantize(model, latents, point, quantizer, sink, stage(progress, 0.5, 1.0), keep=keep, note=note)
        payloads, size = None, math.nan
        if code is not None:
            payloads = code.finish()
            size = self.overhead + sum(record_size(len(payload)) for payload in payloads)
        elif lengths is not None:
            size = self.overhead + lengths.file_bytes()
        return Trial(point, size, result, None if many else collected, payloads, expectation)

    def _coded(
        self, point: OperatingPoint, latents: NDArray[np.floating]
    ) -> tuple[OperatingPoint, NDArray[np.floating]]:
        """The point with as many latents as are worth coding, and those."""
        if self.settings.latents is None and not point.bounded:
            count = self.pipeline.model.worthwhile(latents)
            point, latents = replace(point, latents=count), latents[..., :count]
        return point, latents

    def glance(self, expectation: Expectation, point: OperatingPoint, progress: Progress = silent) -> Trial | None:
        """A trial that can only be shown, by what was expected nearby; ``None`` where that does not serve."""
        model, quantizer = self.pipeline.model, self.pipeline.quantizer
        point, latents = self._coded(point, self.analysed(point, progress, rough=True))
        if not expectation.serves(model, point):
            return None
        latents = latents.astype(np.float32, copy=False)
        values = expectation.values(model, quantizer, latents, point)
        return Trial(point, math.nan, Reconstruction(values, point.level), None)

    def write(self, trial: Trial) -> bytes:
        """The real file of a trial."""
        payloads = trial.payloads
        if payloads is None:
            assert trial.symbols is not None
            writer = PartWriter(self.pipeline.coder)
            for part, symbols, context in trial.symbols:
                writer.put(part, symbols, context)
            payloads = writer.finish()
        plane_parts = trial.reconstruction.plane_parts if trial.point.planes else ()
        header = replace(self._header, point=trial.point, plane_parts=plane_parts)
        return write_container(header, self._blocks, payloads)

    def show(self, trial: Trial, progress: Progress = silent) -> NDArray[np.uint8]:
        """The picture of a trial whose values were kept, (height, width, 1 or 3)."""
        result = trial.reconstruction
        assert result.values is not None
        model, chunker, shape = self.pipeline.model, self.pipeline.chunker, self.source.pixels.shape
        return synthesise(result.values, shape, chunker, model, trial.point, result.level, progress)

    def psnr(self, pixels: NDArray[np.uint8]) -> float:
        """PSNR in dB of a reconstruction against the source."""
        return psnr(self.source.pixels, pixels)


class _Lengths:
    """The size of parts from code lengths."""

    def __init__(self, coder: EntropyCoder) -> None:
        self._coder = coder
        self._bits: dict[int, float] = {}

    def put(self, part: int, symbols: NDArray[np.int32], context: Context) -> None:
        """Adds a pass."""
        self._bits[part] = self._bits.get(part, 0.0) + self._coder.bits(symbols, context)

    def file_bytes(self) -> float:
        """Bytes of all parts with their lengths and check sums; the end of a stream takes about half a byte more."""
        return sum(record_size(int(bits / 8)) + bits / 8 % 1 + 0.5 for bits in self._bits.values())
