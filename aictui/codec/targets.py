"""From what was asked for to the operating point that gives it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from aictui.chunkers.base import CHUNK
from aictui.codec.limits import check_level
from aictui.codec.rate import (
    LOSSLESS,
    PSNR_EXCESS,
    TOLERANCE,
    Axis,
    Search,
    aim_below,
    latent_axis,
    level_axis,
    position_for_psnr,
    position_for_size,
    psnr_guess,
    psnr_slope,
    rehearse,
    size_guess,
    size_scale,
)
from aictui.codec.settings import Target
from aictui.codec.workbench import Trial, Workbench
from aictui.counted import counted
from aictui.errors import TargetError
from aictui.network.base import OperatingPoint
from aictui.progress import Progress, silent, stage

TRIES = {1: 3, 2: 4, 3: 8}
"""How often the prior may run over the image, by effort; a sample of it comes on top."""

TOLERANCES = {1: TOLERANCE, 2: TOLERANCE, 3: 0.003}
"""Which fraction of an asked size may be left unused, by effort."""

SPARE = {1: 0.01, 2: 0.01, 3: 0.0}
"""Which part of a file with refinements may be cut off to save a try, by effort: what comes last tells least.

The picture is then like that of a file up to 0.4 % smaller than the one asked for.
"""

# A sample takes more than its share of the picture's bytes, since the tiles in it are not neighbours in the picture:
_SEAM_SHARE = 0.024  # this part of the bytes more, and …
_SEAM_BITS = 0.0225  # … this many bits a pixel
# A sample is tried no further where it came so near to the aim:
_NEAR_SIZE = 0.06  # by the logarithm of its size
_NEAR_PSNR = 0.2  # in dB


@dataclass(frozen=True)
class Aim:
    """The trial that meets a target best, and the bytes that its file must be cut to where it is longer.

    ``notice`` tells in a line where the model could not give as many bytes as were asked for.
    """

    trial: Trial
    limit: int | None = None
    notice: str | None = None


def take_aim(
    bench: Workbench, target: Target, progress: Progress = silent, *, keep: bool = False, start: int | None = None
) -> Aim:
    """Tries operating points until the target is met; ``keep`` asks for the values of the trial.

    ``start`` is the position to try first, where something is known already. Raises `TargetError`.
    """
    settled = settle(bench, target)
    if settled != target and bench.settings.latents is None:
        notice = f"{target} would leave next to nothing beside the header of so small an image, which is kept finer"
        return replace(take_aim(bench, settled, progress, keep=keep, start=start), notice=notice)
    target = settled
    axis = axis_of(bench)
    if target.kind in {"ratio", "size"}:
        limit = size_limit(bench, target)
        if limit is None:
            return Aim(bench.attempt(point_at(bench, exact_latents(bench, target)), progress, keep=keep, weigh=False))
        trial = _for_size(bench, axis, limit, start, progress, keep)
        return Aim(trial, limit, None if target.lenient else _shortfall(bench, axis, trial, limit))
    if target.kind == "psnr":
        return Aim(_for_psnr(bench, axis, target.value, start, progress, keep))
    return Aim(bench.attempt(point_for(bench, axis, target), progress, keep=keep, weigh=False))


def settle(bench: Workbench, target: Target) -> Target:
    """The target, or the model's default level for a lenient one that header, metadata or settings contradict."""
    if not target.lenient:
        return target
    limit = size_limit(bench, target) if target.kind in {"ratio", "size"} else None
    spoilt = limit is not None and limit < 2 * bench.overhead
    if spoilt or bench.settings.latents is not None:
        model = bench.pipeline.model
        return Target("level", model.levels - 1 if bench.pipeline.bounded else model.default_level)
    return target


def axis_of(bench: Workbench) -> Axis:
    """What rate control varies: the level, or the number of latents where each symbol must fit a byte.

    Latents of a byte each have steps as fine as that allows, so to drop the last ones costs less than to coarsen all.
    """
    if bench.pipeline.bounded:
        grids = bench.pipeline.stack(bench.source.pixels.shape[2])
        return latent_axis(bench.latents, 8 * grids / CHUNK**2)
    return level_axis(bench.pipeline.model)


def point_at(bench: Workbench, position: int) -> OperatingPoint:
    """The operating point at a position of `axis_of`."""
    if bench.pipeline.bounded:
        return bench.point(bench.pipeline.model.levels - 1, position)
    return bench.point(position)


def point_for(bench: Workbench, axis: Axis, target: Target) -> OperatingPoint:
    """The operating point of a ``quality`` or ``level``, which need no search."""
    if target.kind == "level":
        check_level(bench.pipeline.model, target)
        return bench.point(int(target.value))
    share = (target.value - 1) / 99
    if bench.pipeline.bounded:
        return point_at(bench, round(math.exp(share * math.log(axis.last))))
    return point_at(bench, round(axis.first + share * (axis.last - axis.first)))


def size_limit(bench: Workbench, target: Target) -> int | None:
    """The bytes that a file may have; ``None`` for a ratio where a byte a latent makes the header come on top.

    Raises `TargetError` where not even the header fits.
    """
    if target.kind == "ratio" and bench.pipeline.fixed_width:
        return None
    limit = int(target.value if target.kind == "size" else bench.source.raw_bytes / target.value)
    smallest = bench.least(point_at(bench, axis_of(bench).first))
    if limit < smallest and not target.lenient:
        metadata = bench.metadata_bytes()
        detail = f", {metadata} of them metadata and alpha" if metadata else ""
        found = f"this image needs at least {smallest}{detail}"
        highest = math.floor(100 * bench.source.raw_bytes / smallest) / 100
        asked = f"{target} would be {counted(limit, 'byte')}" if target.kind == "ratio" else f"{target} was asked for"
        way = "more bytes" if target.kind == "size" or highest < 1 else f"at most {highest:.12g}x"
        raise TargetError(f"{asked}, and {found}; ask for {way}, or for a level")
    return limit


def exact_latents(bench: Workbench, target: Target) -> int:
    """How many latents a ratio keeps where each takes a byte, as the original method counts: 256 / ratio.

    Raises `TargetError` for less than one.
    """
    most = bench.pipeline.model.chunk_size
    count = int(most / target.value)
    if count < 1 and not target.lenient:
        coder = bench.pipeline.coder.id
        raise TargetError(f"entropy coder {coder} gives at most {most}x: one byte a chunk; take entropy coder range")
    return min(max(count, 1), bench.latents)


def _shortfall(bench: Workbench, axis: Axis, trial: Trial, limit: int) -> str | None:
    last = point_at(bench, axis.last)
    coarser = trial.point.latents < last.latents if bench.pipeline.bounded else trial.point.level < last.level
    if coarser or trial.file_bytes >= limit * (1 - TOLERANCE):
        return None
    model = bench.pipeline.model.name
    return (
        f"{limit:,} bytes were asked for; the finest that model {model} has takes about {math.ceil(trial.file_bytes):,}"
    )


def _for_size(bench: Workbench, axis: Axis, limit: int, start: int | None, progress: Progress, keep: bool) -> Trial:
    tolerance = TOLERANCES[bench.settings.effort]
    overhead = bench.overhead
    aim = size_scale(aim_below(limit, tolerance), overhead)
    guess = size_guess(axis, limit, overhead, bench.pixels, bench.complexity) if start is None else start
    sample = _sample(bench) if start is None else None
    if sample is not None:
        share = sample.weight / bench.weight * (1 + _SEAM_SHARE + _SEAM_BITS * bench.pixels / (8 * limit))

        def expected(position: int) -> float:
            trial = sample.attempt(point_at(sample, position))
            return size_scale((trial.file_bytes - sample.overhead) / share, 0.0)

        axis = rehearse(Search(axis), aim, guess, _NEAR_SIZE, expected)
        guess = axis.position(aim)
    tries = TRIES[bench.settings.effort]
    trials = _Trials(bench, progress, tries, lambda trial: trial.file_bytes, limit, keep=keep, weigh=True)
    cuttable = not bench.pipeline.coder.in_blocks

    def spare(position: int) -> float:
        return SPARE[bench.settings.effort] if trials.kept[position].point.planes else 0.0

    found = position_for_size(
        Search(axis),
        limit,
        guess,
        trials.measure,
        tries,
        overhead=overhead,
        tolerance=tolerance,
        cuttable=cuttable,
        spare=spare,
    )
    return trials.kept[found]


def _for_psnr(bench: Workbench, axis: Axis, goal: float, start: int | None, progress: Progress, keep: bool) -> Trial:
    search = Search(axis, psnr_slope(bench.complexity))
    guess = psnr_guess(axis, goal, bench.complexity) if start is None else start
    sample = _sample(bench) if start is None else None
    if sample is not None:

        def expected(position: int) -> float:
            trial = sample.attempt(point_at(sample, position), keep=True, weigh=False)
            return _finite_psnr(sample, trial)

        search = Search(rehearse(search, goal, guess, _NEAR_PSNR, expected))
        guess = search.axis.position(goal + PSNR_EXCESS / 2)
    tries = TRIES[bench.settings.effort]
    just_below = math.nextafter(goal, 0)
    trials = _Trials(bench, progress, tries, partial(_finite_psnr, bench), just_below, keep=keep, weigh=False)
    position = position_for_psnr(search, goal, guess, trials.measure, tries)
    if position is None:
        raise TargetError(
            f"{goal:g} dB cannot be reached: the most is {trials.highest:.2f} dB here; ask for less, or another model"
        )
    return trials.kept[position]


def _finite_psnr(bench: Workbench, trial: Trial) -> float:
    return min(bench.psnr(bench.show(trial)), LOSSLESS)


def _sample(bench: Workbench) -> Workbench | None:
    """A part of the picture to learn from how it behaves; latents of a byte each need none."""
    return None if bench.pipeline.bounded else bench.sample()


class _Trials:
    """Measures positions and keeps the trials nearest to a goal from both sides, so that memory stays bounded."""

    def __init__(
        self,
        bench: Workbench,
        progress: Progress,
        tries: int,
        value: Callable[[Trial], float],
        goal: float,
        *,
        keep: bool,
        weigh: bool,
    ) -> None:
        self.kept: dict[int, Trial] = {}
        self.highest = -math.inf
        self._bench = bench
        self._progress = progress
        self._tries = tries
        self._value = value
        self._goal = goal
        self._keep = keep
        self._weigh = weigh
        self._values: dict[int, float] = {}

    def measure(self, position: int) -> float:
        """The value at a position."""
        left = (1 - 1 / self._tries) ** len(self._values)  # nobody knows how many tries it will take
        part = stage(self._progress, 1 - left, 1 - left * (1 - 1 / self._tries))
        values = self._keep or not self._weigh  # of which a PSNR is made
        trial = self._bench.attempt(point_at(self._bench, position), part, keep=values, weigh=self._weigh)
        value = self._values[position] = self._value(trial)
        self.highest = max(self.highest, value)
        if not self._keep:
            trial = replace(trial, reconstruction=replace(trial.reconstruction, values=None))
        self.kept[position] = trial
        below = max((p for p in self.kept if self._values[p] <= self._goal), default=None)
        above = min((p for p in self.kept if self._values[p] > self._goal), default=None)
        self.kept = {p: trial for p, trial in self.kept.items() if p in {below, above}}
        return value
