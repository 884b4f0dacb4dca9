"""The transforms of the `photo` model: chunks to latents and back, a linear path with a net added to each."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from aictui.network.photo.config import PhotoConfig
from aictui.network.photo.layers import (
    CHUNK_SIZE,
    QUARTER_SIZE,
    ResidualBlock,
    chunks_to_features,
    depth_to_space,
    double,
    features_to_chunks,
    maybe,
    space_to_depth,
)

LIMIT = 8.0
"""Standard deviations that latents are clipped to before they enter the synthesis net."""

Stage = Callable[..., Any]
"""Part of a transform: a residual block, or what is given what came before it and the arguments of the transform."""


def dct_basis() -> NDArray[np.float64]:
    """(768, 768) orthonormal rows over a chunk (dy, dx, channel): opponent colour × two 16-point DCT-II."""
    frequency, place = np.arange(16)[:, None], np.arange(16)[None]
    dct = np.cos(np.pi * (place + 0.5) * frequency / 16) * np.where(frequency == 0, 1, np.sqrt(2)) / 4
    colour = np.array([[1, 1, 1], [1, 0, -1], [1, -2, 1]]) / np.sqrt([[3], [2], [6]])
    return np.einsum("kc,uy,vx->kuvyxc", colour, dct, dct).reshape(CHUNK_SIZE, CHUNK_SIZE)


def analysis_name(tune: str) -> str:
    """What the analysis of a tune is called in a model file."""
    return f"analysis_{tune}"


class Transform(keras.layers.Layer):
    """What `Analysis` and `Synthesis` share: their stages run one after another."""

    def call(self, source: Any, deviation: Any, scale8: Any, scale16: Any, inside: Any = None) -> Any:
        """(b, rows, cols, n) chunks or latents to the other.

        ``deviation``, broadcastable to the latents, is the unit in which the net sees or makes them; ``scale8`` and
        ``scale16``, broadcastable to the features at 1/8 and 1/16 of the resolution, tell the level; ``inside``
        (b, rows, cols, 1) is 0 in padding.
        """
        h = source
        for stage in self.stages:
            block = isinstance(stage, ResidualBlock)
            h = stage(h, inside) if block else stage(h, source, deviation, scale8, scale16, inside)
        return h

    @property
    def stages(self) -> tuple[Stage, ...]:
        """What `call` does one after another."""
        raise NotImplementedError


class Analysis(Transform):
    """Chunks to latents: the linear transform, plus what a net over the neighbourhood adds to it."""

    def __init__(self, config: PhotoConfig, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        dense, wide, deep = keras.layers.Dense, config.wide, config.deep
        self.linear = dense(config.latents, use_bias=False, name="linear", dtype="float32")
        self.entry8 = dense(wide, name="entry8")
        self.blocks8 = [ResidualBlock(wide, name=f"block8_{i}") for i in range(config.analysis_blocks[0])]
        self.entry16 = dense(deep, name="entry16")
        self.blocks16 = [ResidualBlock(deep, name=f"block16_{i}") for i in range(config.analysis_blocks[1])]
        self.exit = dense(config.latents, kernel_initializer="zeros", name="exit")
        self.config = config

    def build(self, *_: Any) -> None:
        """Builds every layer; the sizes come from the configuration."""
        wide, deep = self.config.wide, self.config.deep
        self.linear.build((None, None, None, CHUNK_SIZE))
        self.entry8.build((None, None, None, QUARTER_SIZE))
        self.entry16.build((None, None, None, 4 * wide))
        self.exit.build((None, None, None, deep))
        for blocks, width in ((self.blocks8, wide), (self.blocks16, deep)):
            for block in blocks:
                block.build((None, None, None, width))

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Features at 1/8 of the resolution, then at 1/16, then latents."""
        return self._enter8, *self.blocks8, self._enter16, *self.blocks16, self._leave

    def _enter8(self, h: Any, chunks: Any, deviation: Any, scale8: Any, scale16: Any, inside: Any) -> Any:
        del h, deviation, scale16
        inside8 = None if inside is None else double(inside)
        return maybe(inside8, self.entry8(chunks_to_features(chunks * 2)) * scale8)

    def _enter16(self, h: Any, chunks: Any, deviation: Any, scale8: Any, scale16: Any, inside: Any) -> Any:
        del chunks, deviation, scale8
        return maybe(inside, self.entry16(space_to_depth(h, 2)) * scale16)

    def _leave(self, h: Any, chunks: Any, deviation: Any, scale8: Any, scale16: Any, inside: Any) -> Any:
        del scale8, scale16, inside
        return self.linear(chunks) + 2 * ops.cast(self.exit(h), "float32") * deviation


class Synthesis(Transform):
    """Latents to chunks, the mirror image of `Analysis`, with blocks of its own number."""

    def __init__(self, config: PhotoConfig, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        dense, wide, deep = keras.layers.Dense, config.wide, config.deep
        self.linear = dense(CHUNK_SIZE, use_bias=False, name="linear", dtype="float32")
        self.entry16 = dense(deep, name="entry16")
        self.blocks16 = [ResidualBlock(deep, name=f"block16_{i}") for i in range(config.synthesis_blocks[1])]
        self.entry8 = dense(4 * wide, name="entry8")
        self.blocks8 = [ResidualBlock(wide, name=f"block8_{i}") for i in range(config.synthesis_blocks[0])]
        self.exit = dense(QUARTER_SIZE, kernel_initializer="zeros", name="exit")
        self.config = config

    def build(self, *_: Any) -> None:
        """Builds every layer; the sizes come from the configuration."""
        wide, deep, latents = self.config.wide, self.config.deep, self.config.latents
        self.linear.build((None, None, None, latents))
        self.entry16.build((None, None, None, latents))
        self.entry8.build((None, None, None, deep))
        self.exit.build((None, None, None, wide))
        for blocks, width in ((self.blocks8, wide), (self.blocks16, deep)):
            for block in blocks:
                block.build((None, None, None, width))

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Features at 1/16 of the resolution, then at 1/8, then chunks."""
        return self._enter16, *self.blocks16, self._enter8, *self.blocks8, self._leave

    def _enter16(self, h: Any, latents: Any, spread: Any, scale8: Any, scale16: Any, inside: Any) -> Any:
        del h, scale8
        return maybe(inside, self.entry16(ops.clip(latents / spread, -LIMIT, LIMIT)) * scale16)

    def _enter8(self, h: Any, latents: Any, spread: Any, scale8: Any, scale16: Any, inside: Any) -> Any:
        del latents, spread, scale8, scale16
        inside8 = None if inside is None else double(inside)
        return maybe(inside8, depth_to_space(self.entry8(h), 2))

    def _leave(self, h: Any, latents: Any, spread: Any, scale8: Any, scale16: Any, inside: Any) -> Any:
        del spread, scale16, inside
        return self.linear(latents) + 0.5 * ops.cast(features_to_chunks(self.exit(h * scale8)), "float32")
