"""The loop behind the slider: a quick estimate, then the picture, then, when the slider rests, the exact file.

It runs in a worker thread and knows nothing of widgets. Every request carries a generation, every piece of news
repeats it, so whoever listens can tell what is stale.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from aictui.codec.live import Estimate, Exact, Preview
from aictui.codec.settings import Settings, Target
from aictui.errors import AictuiError, Cancelled
from aictui.progress import Progress
from aictui.tui.mailbox import Mailbox

Answer = TypeVar("Answer")

_GLANCE_SECONDS = 0.2

REST_SECONDS = 0.3
"""How long the slider rests before the exact file is made."""

PATIENCE_SECONDS = 1.0
"""How long a picture may take before it is told how far it is: most are there before anybody could read that."""

CURVE_RATIOS = (256, 128, 96, 64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2)
"""The ratios at which the rate–distortion curve of an image is sampled while nothing else is to do."""


NEXT_OCTAVES = (1 / 4, -1 / 4, 1, -1)
"""How far the slider is likely to move next, the likeliest first."""


class Session(Protocol):
    """What the loop needs of `aictui.codec.live.LiveSession`."""

    def estimate(self, target: Target, progress: Progress = ...) -> Estimate:
        """The figures of a target."""

    def preview(self, target: Target, progress: Progress = ...) -> Preview:
        """The picture of a target."""

    def sample(self, target: Target, progress: Progress = ...) -> Preview:
        """A picture that teaches where the curve runs."""

    def prepare(self, target: Target, progress: Progress = ...) -> None:
        """Whatever makes the picture of a target come sooner."""

    def exact(self, target: Target, progress: Progress = ...) -> Exact:
        """The file of a target."""


@dataclass(frozen=True)
class Request:
    """What the view asks for."""

    generation: int
    settings: Settings

    @property
    def pipeline(self) -> Settings:
        """The settings without the target: what a session is opened for."""
        return replace(self.settings, target=Target("ratio", 16))


@dataclass(frozen=True)
class Opening:
    """The pipeline of a request is being loaded, which may take seconds."""

    generation: int
    model: str


@dataclass(frozen=True)
class Estimated:
    """The figures of a request, before its picture."""

    generation: int
    estimate: Estimate


@dataclass(frozen=True)
class Previewed:
    """The picture of a request, and how long it took in seconds."""

    generation: int
    preview: Preview
    seconds: float


@dataclass(frozen=True)
class Encoding:
    """The exact file is being made, or a picture that takes its time; ``fraction`` is 0..1."""

    generation: int
    fraction: float
    phase: str


@dataclass(frozen=True)
class Completed:
    """The exact file of a request and its picture."""

    generation: int
    exact: Exact


@dataclass(frozen=True)
class Sampled:
    """A point of the image's rate–distortion curve for a pipeline, and its picture."""

    generation: int
    pipeline: Settings
    preview: Preview


@dataclass(frozen=True)
class Failed:
    """A request cannot be served; ``error`` says why."""

    generation: int
    error: Exception


News = Opening | Estimated | Previewed | Encoding | Completed | Sampled | Failed


class LiveLoop:
    """Serves the newest request and drops what it overtakes.

    ``open_session`` may take seconds and runs in the loop's thread; ``post`` is called from that thread. The curve
    is sampled only while ``idle`` says that nobody else needs the processor more.
    """

    def __init__(
        self,
        open_session: Callable[[Settings], Session],
        post: Callable[[News], object],
        *,
        idle: Callable[[], bool] = lambda: True,
        rest: float = REST_SECONDS,
        patience: float = PATIENCE_SECONDS,
        curve: tuple[float, ...] = CURVE_RATIOS,
    ) -> None:
        self._open_session = open_session
        self._post = post
        self._idle = idle
        self._rest = rest
        self._patience = patience
        self._curve = curve
        self._mailbox: Mailbox[Request] = Mailbox()
        self._session: Session | None = None
        self._pipeline: Settings | None = None
        self._sampled: set[float] = set()

    def ask(self, request: Request) -> None:
        """Serve this next, in place of everything asked before; any thread may call."""
        self._mailbox.put(request)

    def stop(self) -> None:
        """End the loop as soon as the work at hand notices."""
        self._mailbox.close()

    def run(self) -> None:
        """Serve requests until stopped."""
        while (request := self._mailbox.take()) is not None:
            try:
                self._serve(request)
            except Cancelled:
                continue
            except Exception as error:
                # Components come from plugins and may raise anything; the view must live on.
                if not isinstance(error, AictuiError):
                    self._pipeline = None
                self._post(Failed(request.generation, error))

    def _serve(self, request: Request) -> None:
        target = request.settings.target
        session = self._session_of(request)
        progress = self._progress(request, after=self._patience)
        progress(0, "")
        self._post(Estimated(request.generation, session.estimate(target, progress)))
        start = time.perf_counter()
        preview = session.preview(target, progress)
        self._post(Previewed(request.generation, preview, time.perf_counter() - start))
        if self._mailbox.wait(self._rest):
            return
        exact = session.exact(target, self._progress(request, after=0))
        self._post(Completed(request.generation, exact))
        self._explore(session, request, exact.encoded.info.ratio)

    def _session_of(self, request: Request) -> Session:
        if self._session is None or self._pipeline != request.pipeline:
            self._post(Opening(request.generation, request.settings.model))
            self._session = None
            self._session = self._open_session(request.pipeline)
            self._pipeline = request.pipeline
            self._sampled = set()
        return self._session

    def _explore(self, session: Session, request: Request, here: float) -> None:
        """Makes ready for the next move, and samples the curve from here outwards, until something else is to do."""
        progress = self._progress(request)
        for octaves in NEXT_OCTAVES:
            self._when_idle(session.prepare, here * 2**octaves, progress)
        for ratio in sorted(self._curve, key=lambda ratio: abs(math.log(ratio / here))):
            if ratio in self._sampled:
                continue
            preview = self._when_idle(session.sample, ratio, progress)
            self._sampled.add(ratio)
            if preview is not None:
                self._post(Sampled(request.generation, request.pipeline, preview))

    def _when_idle(self, work: Callable[[Target, Progress], Answer], ratio: float, progress: Progress) -> Answer | None:
        """What ``work`` gives; ``None`` where the ratio cannot be. Raises `Cancelled` once something else is to do."""
        while not self._idle():
            if self._mailbox.wait(_GLANCE_SECONDS):
                raise Cancelled("overtaken by a newer request")
        try:
            return work(Target("ratio", ratio), progress)
        except Cancelled:
            raise
        except AictuiError:
            return None

    def _progress(self, request: Request, *, after: float = math.inf) -> Progress:
        """Stops the work on ``request`` once it is overtaken, and after ``after`` seconds tells how far it is."""
        start = time.perf_counter()

        def report(fraction: float, phase: str) -> None:
            if self._mailbox.overtaken:
                raise Cancelled("overtaken by a newer request")
            if time.perf_counter() - start >= after:
                self._post(Encoding(request.generation, fraction, phase))

        return report
