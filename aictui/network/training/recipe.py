"""What differs between architectures in training; the loop is the same for all."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aictui.network.identity import Tensors
from aictui.network.training.data import PhotoFolder
from aictui.network.training.events import Quality
from aictui.network.training.optimizer import Rule
from aictui.network.training.stepping import Array, Batch, Loss
from aictui.progress import Progress, silent


class Recipe(ABC):
    """How a network of one architecture is trained."""

    network: Any
    variables: Sequence[Any]
    """The trainable variables."""
    learning_rate: float

    @abstractmethod
    def rules(self, step: int, fraction: float) -> tuple[Rule, ...]:
        """How each variable is updated at this step and fraction of the training; one of a few, compiled once each."""

    @abstractmethod
    def batch(self, photos: PhotoFolder) -> Batch:
        """Inputs of one step, as arrays of unchanging shapes."""

    @abstractmethod
    def loss(self, fraction: float) -> Loss:
        """The loss at a fraction 0..1 of the training: one of a few functions, each compiled once."""

    def learn_from(self, batch: Batch, losses: Array) -> None:  # noqa: B027 - not every recipe does
        """Hears the (n,) losses of a step."""

    @abstractmethod
    def evaluate(self, photos: PhotoFolder) -> tuple[tuple[Quality, ...], float]:
        """Held-out quality of the network's present weights, and a score that grows with it."""

    @abstractmethod
    def finish(
        self, photos: PhotoFolder, notice: Callable[[str], None], progress: Progress = silent
    ) -> tuple[Tensors, dict[str, Any]]:
        """Fits what is fitted after training; tensors and configuration of the model file, without name and card."""

    def memory(self) -> Mapping[str, Array]:
        """What a checkpoint must keep besides the weights."""
        return {}

    def remember(self, memory: Mapping[str, Array]) -> None:  # noqa: B027 - not every recipe does
        """Takes back what `memory` gave."""
