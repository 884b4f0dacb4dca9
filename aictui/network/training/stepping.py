"""One training step of a Keras network, compiled with JAX or by autograd with PyTorch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from aictui.errors import MissingComponentError
from aictui.network.training.optimizer import Rule, slots_of, update

Array = NDArray[Any]
Batch = dict[str, Array]
Loss = Callable[[dict[str, Any]], Any]

AVERAGE = 0.999
"""Share of itself that the average of the weights keeps at a step, once there were many."""


@dataclass
class State:
    """All that a step changes: weights, optimizer state, average of the weights; arrays of the backend."""

    values: list[Any]
    slots: list[list[Any]]
    average: list[Any]
    step: int = 0


class Stepper:
    """Runs steps on the trainable ``variables`` of a network and keeps their state."""

    def __init__(self, variables: Sequence[Any]) -> None:
        self.backend = keras.config.backend()
        if self.backend not in {"jax", "torch"}:
            raise MissingComponentError(f"training runs on jax or torch, not on {self.backend}; set KERAS_BACKEND")
        self.variables = list(variables)
        values = [np.asarray(keras.ops.convert_to_numpy(variable.value)) for variable in variables]
        slots = slots_of([value.shape for value in values])
        self.state = State([], [], [])
        self.restore(values, slots, values, 0)
        self._compiled: dict[tuple[Loss, tuple[Rule, ...]], Callable[..., Any]] = {}

    def step(self, loss: Loss, rules: tuple[Rule, ...], batch: Batch, rate: float) -> tuple[float, Array]:
        """Takes one step; returns the weighted mean loss and the (n,) losses of the batch.

        ``loss`` maps the batch as tensors to (n,) losses and the weight of each.
        """
        run = self._run_torch if self.backend == "torch" else self._run_jax
        return run(loss, rules, batch, rate)

    def restore(self, values: list[Array], slots: list[list[Array]], average: list[Array], step: int) -> None:
        """Goes on from a state that `export` gave."""

        def tensor(array: Array) -> Any:
            return keras.ops.convert_to_tensor(np.array(array, np.float32))

        self.state = State(
            [tensor(value) for value in values],
            [[tensor(part) for part in slot] for slot in slots],
            [tensor(value) for value in average],
            step,
        )

    def export(self) -> tuple[list[Array], list[list[Array]], list[Array], int]:
        """The whole state as arrays."""
        state = self.state
        return _arrays(state.values), [_arrays(slot) for slot in state.slots], _arrays(state.average), state.step

    def assign(self, values: Sequence[Array]) -> None:
        """Puts values into the network's variables."""
        for variable, value in zip(self.variables, values, strict=True):
            variable.assign(value)

    @staticmethod
    def _advance(state: State, gradients: list[Any], rules: tuple[Rule, ...], rate: Any, step: Any) -> Any:
        values, slots = update(state.values, gradients, state.slots, rules, rate, step)
        keep = keras.ops.minimum(AVERAGE, (1 + step) / (10 + step))
        average = [mean + (1 - keep) * (value - mean) for mean, value in zip(state.average, values, strict=True)]
        return values, slots, average

    def _run_jax(self, loss: Loss, rules: tuple[Rule, ...], batch: Batch, rate: float) -> tuple[float, Array]:
        import jax

        key = loss, rules
        if key not in self._compiled:

            def mean_loss(values: list[Any], batch: dict[str, Any]) -> Any:
                with keras.StatelessScope(state_mapping=list(zip(self.variables, values, strict=True))):
                    losses, weights = loss(batch)
                return keras.ops.mean(losses * weights), losses

            def advance(values: Any, slots: Any, average: Any, rate: Any, step: Any, batch: Any) -> Any:
                (total, losses), gradients = jax.value_and_grad(mean_loss, has_aux=True)(values, batch)
                return total, losses, self._advance(State(values, slots, average), gradients, rules, rate, step)

            self._compiled[key] = jax.jit(advance, donate_argnums=(0, 1))
        state = self.state
        total, losses, (values, slots, average) = self._compiled[key](
            state.values, state.slots, state.average, rate, float(state.step + 1), batch
        )
        self.state = State(values, slots, average, state.step + 1)
        return float(total), np.asarray(losses)

    def _run_torch(self, loss: Loss, rules: tuple[Rule, ...], batch: Batch, rate: float) -> tuple[float, Array]:
        import torch

        state = self.state
        leaves = [value.detach().requires_grad_() for value in state.values]
        tensors = {name: keras.ops.convert_to_tensor(array) for name, array in batch.items()}
        with keras.StatelessScope(state_mapping=list(zip(self.variables, leaves, strict=True))):
            losses, weights = loss(tensors)
        total = (losses * weights).mean()
        gradients = torch.autograd.grad(total, leaves, allow_unused=True)
        with torch.no_grad():
            full = [
                torch.zeros_like(leaf) if grad is None else grad for leaf, grad in zip(leaves, gradients, strict=True)
            ]
            values, slots, average = self._advance(state, full, rules, rate, state.step + 1)
        self.state = State(values, slots, average, state.step + 1)
        return float(total.detach()), losses.detach().float().cpu().numpy()


def _arrays(values: Sequence[Any]) -> list[Array]:
    return [np.asarray(keras.ops.convert_to_numpy(value)) for value in values]
