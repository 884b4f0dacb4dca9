"""The `classic` network in Keras: principal components, and dense nets that say what a cut latent probably was."""

from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from aictui.network.classic.config import ClassicConfig

SLOPE = 0.125


@keras.saving.register_keras_serializable("aictui")
class Expectation(keras.layers.Layer):
    """A dense net that expects a group of latents from the ones before it; zero to start with.

    (n, start) latents in standard deviations to (n, size).
    """

    def __init__(self, start: int, size: int, width: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start, self.size, self.width = start, size, width
        self.first = keras.layers.Dense(width, kernel_initializer="he_uniform", name="first")
        self.second = keras.layers.Dense(width, kernel_initializer="he_uniform", name="second")
        self.last = keras.layers.Dense(size, kernel_initializer="zeros", name="last")

    def build(self, *_: Any) -> None:
        """Builds the three dense layers."""
        self.first.build((None, self.start))
        self.second.build((None, self.width))
        self.last.build((None, self.width))

    def call(self, known: Any) -> Any:
        """What is expected of the group."""
        hidden = ops.leaky_relu(self.first(known), SLOPE)
        hidden = ops.leaky_relu(self.second(hidden), SLOPE)
        return self.last(hidden)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """(n, size)."""
        return (shape[0], self.size)

    def get_config(self) -> dict[str, Any]:
        """What rebuilds the layer."""
        return {**super().get_config(), "start": self.start, "size": self.size, "width": self.width}


@keras.saving.register_keras_serializable("aictui")
class ClassicNetwork(keras.Model):
    """Chunk vectors to ordered latents and back, each chunk by itself.

    The latents are principal components, from which additive coupling (Dinh et al. 2014, "NICE") takes what the
    earlier ones let expect: latent group = components of the group - expectation(earlier groups). The decoder adds
    the expectations back in order. With all latents that is exact; of a cut latent, written as 0, there remains
    what is expected of it given those that are kept.
    """

    def __init__(self, chunk_size: int, latents: int, width: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.chunk_size, self.latents, self.width = chunk_size, latents, width
        self.groups = ClassicConfig(chunk_size, latents, width).groups
        self.expectations = [
            Expectation(group.start, group.stop - group.start, width, name=f"expectation{group.start}")
            for group in self.groups[1:]
        ]
        self.build()

    def build(self, *_: Any) -> None:
        """Builds the nets and the fixed tables."""

        def table(name: str, shape: tuple[int, ...], start: str) -> Any:
            return self.add_weight(shape=shape, initializer=start, trainable=False, dtype="float32", name=name)

        self.mean = table("mean", (self.chunk_size,), "zeros")
        self.basis = table("basis", (self.chunk_size, self.latents), "identity")
        self.deviation = table("deviation", (self.latents,), "ones")
        for layer in self.expectations:
            layer.build()
        self.built = True

    def start_from(self, mean: NDArray[Any], basis: NDArray[Any], deviation: NDArray[Any]) -> None:
        """Sets the principal components: mean (D,), orthonormal columns (D, K) and their deviations (K,)."""
        self.mean.assign(mean.astype(np.float32))
        self.basis.assign(basis.astype(np.float32))
        self.deviation.assign(deviation.astype(np.float32))

    def encode(self, chunks: Any) -> Any:
        """(n, D) chunks to (n, K) latents, in the units of pixels."""
        components = ops.matmul(chunks - self.mean, self.basis) / self.deviation
        parts = [components[:, self.groups[0]]]
        for group, expectation in zip(self.groups[1:], self.expectations, strict=True):
            parts.append(components[:, group] - expectation(components[:, : group.start]))
        return ops.concatenate(parts, axis=-1) * self.deviation

    def decode(self, latents: Any) -> Any:
        """(n, K) latents, those that are cut being 0, to (n, D) chunks."""
        scaled = latents / self.deviation
        known = scaled[:, self.groups[0]]
        for group, expectation in zip(self.groups[1:], self.expectations, strict=True):
            known = ops.concatenate([known, scaled[:, group] + expectation(known)], axis=-1)
        return ops.matmul(known * self.deviation, ops.transpose(self.basis)) + self.mean

    def call(self, chunks: Any) -> Any:
        """The reconstruction of (n, D) chunks from all latents."""
        return self.decode(self.encode(chunks))

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape of the input."""
        return shape

    def get_config(self) -> dict[str, Any]:
        """What rebuilds the network."""
        return {"chunk_size": self.chunk_size, "latents": self.latents, "width": self.width, "name": self.name}
