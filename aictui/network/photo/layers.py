"""Layers and reshapings that the nets share; channels last, (batch, rows, cols, channels)."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from aictui.chunkers.base import CHUNK

CHANNELS = 3
CHUNK_SIZE = CHUNK * CHUNK * CHANNELS
"""Numbers of a chunk."""
HALF_CHUNK = CHUNK // 2
QUARTER_SIZE = HALF_CHUNK * HALF_CHUNK * CHANNELS
"""Numbers of a quarter of a chunk, which is what nets see at 1/8 of the resolution."""

SLOPE = 0.125
"""Slope of LeakyReLU below 0: a power of two, so that it is exact in fixed point too."""


@keras.saving.register_keras_serializable("aictui")
class ResidualBlock(keras.layers.Layer):
    """`residual` with two convolutions of 3×3 kernels."""

    def __init__(self, channels: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.channels = channels
        self.first = keras.layers.Conv2D(channels, 3, padding="same", kernel_initializer="he_uniform", name="first")
        small = keras.initializers.VarianceScaling(0.04, "fan_in", "uniform")
        self.second = keras.layers.Conv2D(channels, 3, padding="same", kernel_initializer=small, name="second")

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Builds both convolutions."""
        self.first.build(shape)
        self.second.build(shape)

    def call(self, x: Any, inside: Any = None) -> Any:
        """(batch, rows, cols, channels) to the same shape."""
        return residual(x, inside, self.first, self.second)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape of the input."""
        return shape

    def get_config(self) -> dict[str, Any]:
        """What rebuilds the layer."""
        return {**super().get_config(), "channels": self.channels}


def residual(x: Any, inside: Any, first: Callable[[Any], Any], second: Callable[[Any], Any]) -> Any:
    """``x + second(leaky_relu(first(x)))``.

    ``inside``, of the resolution of ``x`` or of half of it, is 1 inside the image and 0 in padding: with it a padded
    grid gives, inside, what the grid alone gives. It may be ``None``.
    """
    inner = ops.leaky_relu(first(x), SLOPE)
    if inside is None:
        return x + second(inner)
    if inside.shape[1] != x.shape[1]:
        inside = double(inside)
    return (x + second(inner * inside)) * inside


def space_to_depth(x: Any, size: int) -> Any:
    """(b, h, w, c) to (b, h / size, w / size, size * size * c), channels ordered dy, dx, c."""
    _, height, width, channels = x.shape
    x = ops.reshape(x, (-1, height // size, size, width // size, size, channels))
    x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
    return ops.reshape(x, (-1, height // size, width // size, size * size * channels))


def depth_to_space(x: Any, size: int) -> Any:
    """The inverse of `space_to_depth`."""
    _, height, width, channels = x.shape
    channels //= size * size
    x = ops.reshape(x, (-1, height, width, size, size, channels))
    x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
    return ops.reshape(x, (-1, height * size, width * size, channels))


def chunks_to_features(chunks: Any) -> Any:
    """(b, rows, cols, CHUNK_SIZE) chunks to (b, 2 * rows, 2 * cols, QUARTER_SIZE): each quarter of a chunk a vector."""
    _, rows, cols, _ = chunks.shape
    x = ops.reshape(chunks, (-1, rows, cols, 2, HALF_CHUNK, 2, HALF_CHUNK * CHANNELS))
    x = ops.transpose(x, (0, 1, 3, 2, 5, 4, 6))
    return ops.reshape(x, (-1, 2 * rows, 2 * cols, QUARTER_SIZE))


def features_to_chunks(features: Any) -> Any:
    """The inverse of `chunks_to_features`."""
    _, height, width, _ = features.shape
    x = ops.reshape(features, (-1, height // 2, 2, width // 2, 2, HALF_CHUNK, HALF_CHUNK * CHANNELS))
    x = ops.transpose(x, (0, 1, 3, 2, 5, 4, 6))
    return ops.reshape(x, (-1, height // 2, width // 2, CHUNK_SIZE))


def double(inside: Any) -> Any:
    """(b, rows, cols, 1) to (b, 2 * rows, 2 * cols, 1), every value four times."""
    return ops.repeat(ops.repeat(inside, 2, axis=1), 2, axis=2)


def maybe(inside: Any, x: Any) -> Any:
    """``x`` where ``inside`` is 1, else 0; ``x`` where it is ``None``."""
    return x if inside is None else x * inside
