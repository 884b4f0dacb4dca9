"""Transforms of the `photo` model as programs over arrays, with the weights of a file."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from aictui.network.backend import compiles_for_processor, program
from aictui.network.identity import Tensors
from aictui.network.photo.autoencoder import Stage, Transform
from aictui.network.photo.layers import ResidualBlock, residual
from aictui.network.photo.winograd import convolve, transformed

Array = NDArray[np.float32]
Program = Callable[..., Any]

LEAST = 1024
"""Chunks of a grid, padding included, from which on it is worth a second of compiling that blocks take half the time.

XLA's own convolutions for processors reach half of what its products of matrices do.
"""


class Programs:
    """The programs of one model.

    Every stage of a transform is one of its own, since none can be stopped while it runs; residual blocks share theirs,
    since to compile one takes longer than to run it.
    """

    def __init__(self, tensors: Tensors) -> None:
        """``tensors``: the weights by their names in a model file."""
        self._tensors = tensors
        self._quick = compiles_for_processor()
        self._convolutions: dict[tuple[str, bool], Any] = {}

    def of(self, layer: Transform, phase: str) -> Callable[..., Array]:
        """A transform as a function of the arguments of its ``call``, and of ``progress``, which is told ``phase``."""
        with keras.StatelessScope(initialize_variables=False):  # random values would take longer than the rest
            layer.build()
        inner = {id(weight) for block in layer.stages if isinstance(block, ResidualBlock) for weight in block.weights}
        outer = [weight for weight in layer.weights if id(weight) not in inner]
        values = [ops.convert_to_tensor(self._value(variable)) for variable in outer]

        def block(stage: ResidualBlock) -> Program:
            def run(found: Any, source: Any, *arguments: Any) -> Any:
                quick = self._quick and source.shape[1] * source.shape[2] >= LEAST
                weights = [self._convolution(part, quick) for part in (stage.first, stage.second)]
                return self._residual(weights, found, arguments[-1])

            return run

        def between(stage: Stage) -> Program:
            def with_weights(values: list[Any], *arguments: Any) -> Any:
                with keras.StatelessScope(state_mapping=list(zip(outer, values, strict=True))):
                    return stage(*arguments)

            return partial(program(with_weights), values)

        steps = [block(stage) if isinstance(stage, ResidualBlock) else between(stage) for stage in layer.stages]

        def run(*arguments: Array, progress: Callable[[float, str], object]) -> Array:
            tensors = [ops.convert_to_tensor(argument) for argument in arguments]  # once, and not for every step
            found = tensors[0]
            for number, step in enumerate(steps):
                progress(number / len(steps), phase)
                found = step(found, *tensors)
            return np.asarray(ops.convert_to_numpy(found))

        return run

    @cached_property
    def _residual(self) -> Program:
        """The program of residual blocks, of their convolutions, features and what is inside."""

        def run(weights: list[Any], x: Any, inside: Any) -> Any:
            first, second = (
                (lambda y, kernel=kernel, bias=bias: _convolve(y, kernel) + bias) for kernel, bias in weights
            )
            return residual(x, inside, first, second)

        return program(run)

    def _convolution(self, layer: Any, quick: bool) -> Any:
        """Kernel, as `_convolve` takes it, and bias; transforms for other numbers of latents have the same."""
        key = str(layer.kernel.path), quick
        if key not in self._convolutions:
            kernel, bias = self._value(layer.kernel), self._value(layer.bias)
            parts = transformed(kernel) if quick else kernel
            self._convolutions[key] = keras.tree.map_structure(ops.convert_to_tensor, (parts, bias))
        return self._convolutions[key]

    def _value(self, variable: Any) -> Array:
        whole = self._tensors[f"network/{variable.path}"]
        return whole[tuple(map(slice, variable.shape))].astype(np.float32)  # of no more latents than the layer has


def _convolve(x: Any, kernel: Any) -> Any:
    """By a kernel, or one that was `transformed`."""
    return convolve(x, kernel) if isinstance(kernel, list) else ops.conv(x, kernel, padding="same")
