"""The slow figures, taken while nobody waits: metrics, decode time, and the peers at the same number of bytes."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aictui.codec.peers import Peer, PeerResult, match
from aictui.errors import Cancelled
from aictui.metrics.base import Metric
from aictui.progress import Progress
from aictui.tui.live import Failed
from aictui.tui.mailbox import Mailbox

logger = logging.getLogger(__name__)

LARGEST_MEASURED = 12_000_000
"""Pixels beyond which the costly metrics are not taken."""

LARGEST_SAMPLE = 6_000_000
"""Values beyond which pictures of the curve are not kept to be measured."""

_GLANCE_SECONDS = 0.2
_CHEAP = "psnr"


@dataclass(frozen=True, eq=False)
class Task:
    """What to measure: ``reference`` and ``pixels`` are (height, width, 3) uint8.

    ``data`` is the finished file, at the size of which ``peers`` are matched, in this order.
    """

    generation: int
    reference: NDArray[np.uint8]
    pixels: NDArray[np.uint8]
    data: bytes
    peers: Sequence[Peer] = ()


@dataclass(frozen=True, eq=False)
class Sample:
    """A picture of the image's curve to measure when nothing else is to do; ``key`` finds its place there again."""

    key: tuple[str, int]
    reference: NDArray[np.uint8]
    pixels: NDArray[np.uint8]


class Pause:
    """Measure nothing until told otherwise."""


@dataclass(frozen=True)
class Measured:
    """The value of a metric; ``peer`` is the id of the peer that it belongs to, empty for our own picture.

    ``value`` is ``None`` where the metric cannot be taken of this picture.
    """

    generation: int
    peer: str
    metric: str
    value: float | None


@dataclass(frozen=True)
class DecodeTimed:
    """How long decoding the finished file took."""

    generation: int
    seconds: float


@dataclass(frozen=True, eq=False)
class Matched:
    """A peer at the same number of bytes."""

    generation: int
    result: PeerResult

    @property
    def peer(self) -> str:
        """The id of the peer."""
        return self.result.peer.id


@dataclass(frozen=True)
class Unmatched:
    """A peer, by its id, that cannot encode the image."""

    generation: int
    peer: str


@dataclass(frozen=True)
class SampleMeasured:
    """The values of a sample's metrics by id, without those that cannot be taken."""

    key: tuple[str, int]
    metrics: dict[str, float]


MeasuringNews = Measured | DecodeTimed | Matched | Unmatched | SampleMeasured | Failed


class MeasuringLoop:
    """Measures the newest task and drops what it overtakes; ``post`` is called from the loop's thread."""

    def __init__(
        self,
        post: Callable[[MeasuringNews], object],
        metrics: Callable[[], Sequence[Metric]],
        decode: Callable[[bytes, Progress], object],
    ) -> None:
        self._post = post
        self._metrics = metrics
        self._decode = decode
        self._mailbox: Mailbox[Task | Pause] = Mailbox()
        self._pressing: Task | None = None
        self._samples: deque[Sample] = deque()
        self._failed: set[str] = set()

    def ask(self, task: Task | Pause) -> None:
        """Measure this next, or nothing; any thread may call."""
        self._pressing = task if isinstance(task, Task) else None
        self._mailbox.put(task)

    def measure_later(self, sample: Sample) -> None:
        """Measure this when nothing else is to do, unless the image is large; any thread may call."""
        if sample.pixels.size <= LARGEST_SAMPLE:
            self._samples.append(sample)

    @property
    def pressing(self) -> bool:
        """Whether figures of the user's own picture are being taken, which other work should not disturb."""
        return self._pressing is not None

    def stop(self) -> None:
        """End the loop."""
        self._mailbox.close()

    def run(self) -> None:
        """Measure until stopped."""
        paused = False
        while not self._mailbox.closed:
            if self._mailbox.wait(_GLANCE_SECONDS):
                task = self._mailbox.take()
                paused = isinstance(task, Pause)
                if isinstance(task, Task):
                    self._serve(task)
            elif self._samples and not paused:
                self._measure_sample(self._samples.popleft())

    def _serve(self, task: Task) -> None:
        try:
            self._measure(task)
        except Cancelled:
            return
        except Exception as error:  # of a plugin, or a codec in C: what comes next must be measured all the same
            self._settle(task)
            self._post(Failed(task.generation, error))

    def _settle(self, task: Task) -> None:
        """Notes that what presses of this task is done, unless another came meanwhile."""
        if self._pressing is task:
            self._pressing = None

    def _watch(self, _fraction: float, _phase: str) -> None:
        self._check()

    def _measure(self, task: Task) -> None:
        start = time.perf_counter()
        self._decode(task.data, self._watch)
        self._post(DecodeTimed(task.generation, time.perf_counter() - start))
        self._metrics_of(task, "", task.pixels)
        self._settle(task)
        for peer in task.peers:
            self._check()
            try:
                result = match(task.reference, peer, len(task.data), self._watch)
            except Cancelled:
                raise
            except Exception as error:  # whatever Pillow's writers say of an image that is too large for a format
                logger.warning("%s cannot encode the image: %r", peer.title, error)
                self._post(Unmatched(task.generation, peer.id))
                continue
            self._post(Matched(task.generation, result))
            self._metrics_of(task, peer.id, result.pixels)

    def _measure_sample(self, sample: Sample) -> None:
        try:
            values = {name: value for name, value in self._values(sample.reference, sample.pixels) if value is not None}
        except Cancelled:
            self._samples.appendleft(sample)
        else:
            self._post(SampleMeasured(sample.key, values))

    def _metrics_of(self, task: Task, peer: str, pixels: NDArray[np.uint8]) -> None:
        for metric, value in self._values(task.reference, pixels):
            self._post(Measured(task.generation, peer, metric, value))

    def _values(self, reference: NDArray[np.uint8], pixels: NDArray[np.uint8]) -> Iterator[tuple[str, float | None]]:
        height, width = pixels.shape[:2]
        for metric in self._metrics():
            too_small = min(height, width) < metric.minimum_side
            too_large = height * width > LARGEST_MEASURED and metric.id != _CHEAP
            if too_small or too_large:
                yield metric.id, None
                continue
            self._check()
            try:
                value = float(metric.measure(reference, pixels))
            except Exception as error:  # of a plugin
                self._tell_once(metric.id, error)
                yield metric.id, None
                continue
            yield metric.id, value

    def _tell_once(self, metric: str, error: Exception) -> None:
        if metric not in self._failed:
            self._failed.add(metric)
            logger.warning("metric %s failed: %s", metric, error)

    def _check(self) -> None:
        if self._mailbox.overtaken:
            raise Cancelled("overtaken by a newer task")
