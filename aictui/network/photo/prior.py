"""The prior in floating point, as it is trained; files are coded with its integer twin in `exact`."""

from typing import Any

import keras
from keras import ops

from aictui.network.photo.config import PhotoConfig
from aictui.network.photo.layers import SLOPE
from aictui.network.photo.schedule import WINDOWS

CONTEXT_LIMIT = 15.0
"""The prior sees decoded latents clipped to so many steps."""

CONTEXT_SCALE = 0.25


def context(values: Any) -> list[Any]:
    """What the prior sees of decoded latents, in steps: the clipped value and its magnitude, in quarters."""
    seen = ops.clip(values, -CONTEXT_LIMIT, CONTEXT_LIMIT) * CONTEXT_SCALE
    return [seen, ops.abs(seen)]


class SlicePrior(keras.layers.Layer):
    """Centre and log scale of one slice, in steps, from earlier slices and the earlier passes over its own."""

    def __init__(self, config: PhotoConfig, index: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size, self.passes, self.done = config.slices[index], config.passes[index], config.starts[index]
        self.summary, self.width = config.summary, config.prior
        if self.done:
            self.project = keras.layers.Dense(config.summary, name="project")
        self.window = keras.layers.Conv2D(config.prior, WINDOWS[self.passes], padding="same", name="window")
        self.hidden = keras.layers.Dense(config.prior, name="hidden")
        small = keras.initializers.VarianceScaling(0.01, "fan_in", "uniform")
        self.head = keras.layers.Dense(2 * self.size, kernel_initializer=small, name="head")

    def build(self, *_: Any) -> None:
        """Builds every layer; the sizes come from the configuration."""
        own = 2 * self.size + 1 if self.passes > 1 else 0
        if self.done:
            self.project.build((None, None, None, 2 * self.done))
        self.window.build((None, None, None, (self.summary if self.done else 0) + own + 2))
        self.hidden.build((None, None, None, self.width))
        self.head.build((None, None, None, self.width))

    def call(self, summary: list[Any], own: list[Any], setting: Any) -> tuple[Any, Any]:
        """Two (b, rows, cols, size) tensors: centre, and what is added to the base of the log scale.

        ``summary`` is empty or [the projection of earlier slices], ``own`` empty or [context…, known mask],
        ``setting`` (b, rows, cols, 2): place on the scale of levels and tune.
        """
        h = self.window(ops.concatenate([*summary, *own, setting], axis=-1))
        h = self.hidden(ops.leaky_relu(h, SLOPE))
        out = ops.cast(self.head(ops.leaky_relu(h, SLOPE)), "float32")
        return out[..., : self.size], out[..., self.size :]
