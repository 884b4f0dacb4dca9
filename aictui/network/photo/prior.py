"""The prior in floating point, as it is trained; files are coded with its integer twin in `exact`."""

from typing import Any

import keras
from keras import ops

from aictui.network.photo.config import PhotoConfig
from aictui.network.photo.layers import SLOPE
from aictui.network.photo.schedule import WINDOWS, nearest, taps

CONTEXT_LIMIT = 15.0
"""Steps that decoded latents are clipped to before the prior sees them."""

CONTEXT_SCALE = 0.25


def context(values: Any) -> list[Any]:
    """What the prior sees of decoded latents, in steps: the clipped value and its magnitude, in quarters."""
    seen = _clipped(values)
    return [seen, ops.abs(seen)]


class SlicePrior(keras.layers.Layer):
    """Centre and log scale of one slice, in steps, from earlier slices and the earlier passes over its own."""

    def __init__(self, config: PhotoConfig, index: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size, self.passes, self.done = config.slices[index], config.passes[index], config.starts[index]
        self.relative = index < config.relative_slices
        self.summary, self.width = config.summary, config.prior
        if self.done:
            self.project = keras.layers.Dense(config.summary, name="project")
        self.window = keras.layers.Conv2D(config.prior, WINDOWS[self.passes], padding="same", name="window")
        self.hidden = keras.layers.Dense(config.prior, name="hidden")
        small = keras.initializers.VarianceScaling(0.01, "fan_in", "uniform")
        self.head = keras.layers.Dense(2 * self.size, kernel_initializer=small, name="head")

    def build(self, *_: Any) -> None:
        """Builds every layer; the sizes come from the configuration."""
        own = (3 if self.relative else 2) * self.size + 1 if self.passes > 1 else 0
        if self.done:
            self.project.build((None, None, None, 2 * self.done))
        self.window.build((None, None, None, (self.summary if self.done else 0) + own + 2))
        self.hidden.build((None, None, None, self.width))
        self.head.build((None, None, None, self.width))

    def look(self, value: Any, known: Any, turn: int) -> tuple[Any, Any]:
        """What a pass sees of its own slice, for `call`, and the mean to which its centre is added.

        ``value`` (b, rows, cols, size): what earlier passes decoded, 0 elsewhere, in steps; ``known``
        (b, rows, cols, 1) is 1 where they did. The mean has the shape of ``value``, or is 0. Not a part of `call`,
        whose inputs may be rounded to half precision.
        """
        if self.passes == 1:
            return None, 0.0
        own = [*context(value), known]
        if not self.relative:
            return ops.concatenate(own, axis=-1), 0.0
        around, there = (_neighbours(plane, self.passes) for plane in (value, known))
        near = [_TAPS[self.passes].index(taps(self.passes)[turn][i]) for i in nearest(self.passes)[turn]]
        mean = ops.zeros_like(value)
        if near:
            total = sum(around[..., i, :] for i in near)
            mean = total / ops.maximum(sum(there[..., i, :] for i in near), 1.0)
        difference = _clipped(around - mean[..., None, :]) * there
        return ops.concatenate([*context(around), difference, there], axis=-1), mean

    def first(self, summary: Any, own: Any, setting: Any) -> Any:
        """(b, rows, cols, width) sums of the first layer; the arguments are those of `call`."""
        if not self.relative:
            return self.window(ops.concatenate([part for part in (summary, own, setting) if part is not None], axis=-1))
        seen = self.around(summary, own, setting)
        kernel = ops.reshape(self.window.kernel, (-1, self.width))
        return ops.matmul(ops.reshape(seen, (*seen.shape[:3], kernel.shape[0])), kernel) + self.window.bias

    def around(self, summary: Any, own: Any, setting: Any) -> Any:
        """(b, rows, cols, window, inputs): all that the first layer sees; the arguments are those of `call`."""
        summary, setting = (None if part is None else _neighbours(part, self.passes) for part in (summary, setting))
        if own is not None and not self.relative:
            own = _neighbours(own, self.passes)
        return ops.concatenate([part for part in (summary, own, setting) if part is not None], axis=-1)

    def call(self, summary: Any, own: Any, setting: Any) -> tuple[Any, Any]:
        """Two (b, rows, cols, size) tensors: centre, and what is added to the base of the log scale.

        ``summary`` is the projection of earlier slices, if any, ``own`` what `look` gives, ``setting``
        (b, rows, cols, 2): place on the scale of levels and tune.
        """
        h = self.first(summary, own, setting)
        h = self.hidden(ops.leaky_relu(h, SLOPE))
        out = ops.cast(self.head(ops.leaky_relu(h, SLOPE)), "float32")
        return out[..., : self.size], out[..., self.size :]


_TAPS = {
    passes: [(dy, dx) for dy in range(-(side // 2), side // 2 + 1) for dx in range(-(side // 2), side // 2 + 1)]
    for passes, side in WINDOWS.items()
}
"""All places of a window, by the number of passes of a slice."""


def _clipped(values: Any) -> Any:
    return ops.clip(values, -CONTEXT_LIMIT, CONTEXT_LIMIT) * CONTEXT_SCALE


def _neighbours(plane: Any, passes: int) -> Any:
    """(b, rows, cols, window, c): the values around each of the (b, rows, cols, c), 0 outside of the grid."""
    rows, cols, half = plane.shape[1], plane.shape[2], WINDOWS[passes] // 2
    padded = ops.pad(plane, [[0, 0], [half, half], [half, half], [0, 0]])
    shifted = [padded[:, half + dy : half + dy + rows, half + dx : half + dx + cols] for dy, dx in _TAPS[passes]]
    return ops.stack(shifted, axis=3)
