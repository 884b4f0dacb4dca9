"""The training loop: steps until the time is up, measures on held-out photos, keeps the best, resumes."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from aictui.counted import counted
from aictui.errors import FormatError, UsageError
from aictui.network import store
from aictui.network.backend import use_keras
from aictui.network.store import ModelInfo
from aictui.network.training.checkpoint import Checkpoint
from aictui.network.training.data import PhotoFolder
from aictui.network.training.events import Evaluated, Event, Finished, Fitting, Noticed, Quality, Started, Stepped
from aictui.network.training.request import TrainingRequest

if TYPE_CHECKING:
    from aictui.network.training.recipe import Recipe
    from aictui.network.training.stepping import Stepper

WARM_UP = 50
"""Steps in which the learning rate rises."""
LAST_RATE = 0.02
"""Share of the learning rate that is left at the end of its cosine."""
MEASURES = 12
"""How often the held-out photos are measured, evenly over the time."""
KEEP_SECONDS = 60.0
"""Time between checkpoints."""


def _unheard(event: Event) -> None:
    """For those who do not want to know."""
    del event


def train(
    request: TrainingRequest,
    on_event: Callable[[Event], None] = _unheard,
    cancelled: Callable[[], bool] = lambda: False,
) -> ModelInfo:
    """Trains a model and installs it in the user's folder.

    ``on_event`` hears what happens; once ``cancelled`` answers true, the best weights so far are saved. Raises
    `UsageError`, `InputError`, `MissingComponentError`, `OutputError`: also where a training of this name is running.
    """
    checkpoint = Checkpoint(store.user_folder() / "training" / f"{request.name}.npz")
    with checkpoint.alone():
        return _train(request, checkpoint, on_event, cancelled)


def _train(
    request: TrainingRequest,
    checkpoint: Checkpoint,
    on_event: Callable[[Event], None],
    cancelled: Callable[[], bool],
) -> ModelInfo:
    use_keras()
    from aictui.network.training.recipes import recipe_for
    from aictui.network.training.stepping import Stepper

    def notice(text: str) -> None:
        on_event(Noticed(text))

    if there := next((info for info in store.available() if info.name == request.name), None):
        notice(f"{request.name} will mean the new model; the one that is there stays {there.reference}")
    photos = PhotoFolder(request.folder, notice, request.seed)
    checkpoint.check_place()
    recipe = recipe_for(request, photos)
    stepper = Stepper(recipe.variables)
    run = _Run(request, photos, recipe, stepper, checkpoint, on_event)
    if not request.fresh:
        run.resume()
    weights = sum(int(np.prod(variable.shape)) for variable in recipe.variables)
    on_event(Started(len(photos.training), len(photos.held_out), weights, stepper.state.step, stepper.backend))
    stopped = run.until_done(cancelled)
    run.keep()
    stepper.assign(run.best)
    notice("fitting the probability tables")
    tensors, config = recipe.finish(photos, notice, lambda fraction, phase: on_event(Fitting(fraction, phase)))
    card = {
        "data": f"{counted(len(photos.training), 'photo')} of {request.folder.name}",
        "training": f"{run.seconds / 60:.1f} minutes, {stepper.state.step} steps on {stepper.backend}",
        **{f"PSNR held out, {quality.label}": f"{quality.psnr:.2f} dB" for quality in run.qualities},
    }
    info = store.install(tensors, {**config, "name": request.name, "architecture": request.architecture, "card": card})
    checkpoint.remove()
    on_event(Finished(info, stepper.state.step, run.seconds, stopped))
    return info


class _Run:
    """The state of a training besides the weights."""

    def __init__(
        self,
        request: TrainingRequest,
        photos: PhotoFolder,
        recipe: "Recipe",
        stepper: "Stepper",
        checkpoint: Checkpoint,
        tell: Callable[[Event], None],
    ) -> None:
        self.request, self.photos, self.recipe, self.stepper = request, photos, recipe, stepper
        self.checkpoint, self.tell = checkpoint, tell
        self.seconds = 0.0
        self.score = -math.inf
        self.qualities: tuple[Quality, ...] = ()
        self.best = stepper.export()[2]
        self.measures = 0
        start = None if request.start is None else store.find(request.start).content_hash.hex()
        choices = (request.architecture, request.chunker, start, request.exact)
        self.identity = json.dumps({"photos": photos.identity, "choices": choices})

    @property
    def fraction(self) -> float:
        """How much of the training is done."""
        by_time = self.seconds / (60 * self.request.minutes)
        return min(max(by_time, self.stepper.state.step / self.request.steps if self.request.steps else 0.0), 1.0)

    def until_done(self, cancelled: Callable[[], bool]) -> bool:
        """Steps until the time is up; true where the user stopped it."""
        began, before, saved = time.monotonic(), self.seconds, time.monotonic()
        if self.measures == 0:
            self.measure()
        while self.fraction < 1:
            if cancelled():
                self.measure()
                return True
            self._step()
            self.seconds = before + time.monotonic() - began
            if self.fraction >= self.measures / MEASURES and math.isnan(self.measure()):
                self.tell(
                    Noticed("the training has diverged; the best weights before that are kept: take a lower rate")
                )
                return False
            if time.monotonic() - saved > KEEP_SECONDS:
                self.keep()
                saved = time.monotonic()
        return False

    def measure(self) -> float:
        """Measures the average of the weights on the held-out photos, and keeps it where it is the best.

        Returns the score, which is not a number once the training has diverged.
        """
        average = self.stepper.export()[2]
        self.stepper.assign(average)
        qualities, score = self.recipe.evaluate(self.photos)
        best = score > self.score
        if best:
            self.score, self.best, self.qualities = score, average, qualities
        self.measures = int(self.fraction * MEASURES) + 1
        self.tell(Evaluated(self.stepper.state.step, qualities, score, best))
        return float(score)

    def keep(self) -> None:
        """Writes a checkpoint."""
        values, slots, average, step = self.stepper.export()
        arrays: dict[str, Any] = {"step": step, "seconds": self.seconds, "score": self.score, "measures": self.measures}
        arrays |= {f"value{i}": value for i, value in enumerate(values)}
        arrays |= {f"average{i}": value for i, value in enumerate(average)}
        arrays["identity"] = self.identity
        arrays["qualities"] = json.dumps([asdict(quality) for quality in self.qualities])
        arrays |= {f"best{i}": value for i, value in enumerate(self.best)}
        arrays |= {f"slot{i}.{j}": part for i, slot in enumerate(slots) for j, part in enumerate(slot)}
        arrays |= {f"memory.{name}": value for name, value in self.recipe.memory().items()}
        self.checkpoint.save(arrays)

    def resume(self) -> None:
        """Goes on from the checkpoint, where there is one that fits; raises `UsageError` for one of another training.

        Its weights were the best on other photos, or of another loss, and it may hold hours of work.
        """
        try:
            arrays = self.checkpoint.load()
        except FormatError as error:
            self.tell(Noticed(f"{error}; training starts anew"))
            return
        if arrays is None:
            return
        if str(arrays.get("identity", self.identity)) != self.identity:
            raise UsageError(
                f"a training called {self.request.name} was interrupted that had other photos or choices; go on with "
                "that by the same command, or take another --out for this one, or --fresh to forget that one"
            )
        values, slots, _, _ = self.stepper.export()
        shapes = {f"{kind}{i}": value.shape for i, value in enumerate(values) for kind in ("value", "average", "best")}
        shapes |= {f"slot{i}.{j}": part.shape for i, slot in enumerate(slots) for j, part in enumerate(slot)}
        shapes |= dict.fromkeys(("step", "seconds", "score", "measures", "qualities"), ())
        shapes |= {f"memory.{name}": value.shape for name, value in self.recipe.memory().items()}
        if any(name not in arrays or arrays[name].shape != shape for name, shape in shapes.items()):
            self.tell(Noticed(f"{self.checkpoint.path} belongs to a network of another shape; training starts anew"))
            return
        count = range(len(values))
        self.stepper.restore(
            [arrays[f"value{i}"] for i in count],
            [[arrays[f"slot{i}.{j}"] for j in range(len(slots[i]))] for i in count],
            [arrays[f"average{i}"] for i in count],
            int(arrays["step"]),
        )
        self.best = [arrays[f"best{i}"] for i in count]
        self.qualities = tuple(Quality(**values) for values in json.loads(str(arrays["qualities"])))
        self.seconds, self.score = float(arrays["seconds"]), float(arrays["score"])
        self.measures = int(arrays["measures"])
        prefix = "memory."
        self.recipe.remember({name[len(prefix) :]: value for name, value in arrays.items() if name.startswith(prefix)})
        self.photos.rng = np.random.default_rng([self.request.seed, int(arrays["step"])])  # not the crops of before

    def _step(self) -> None:
        step, fraction = self.stepper.state.step, self.fraction
        cosine = LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + math.cos(math.pi * fraction))
        rate = (self.request.learning_rate or self.recipe.learning_rate) * min(1.0, (step + 1) / WARM_UP) * cosine
        batch = self.recipe.batch(self.photos)
        rules = self.recipe.rules(step, fraction)
        loss, losses = self.stepper.step(self.recipe.loss(fraction), rules, batch, rate)
        self.recipe.learn_from(batch, losses)
        left = self.seconds * (1 - fraction) / fraction if fraction > 0 else 60 * self.request.minutes
        self.tell(Stepped(step + 1, fraction, self.seconds, left, loss))
