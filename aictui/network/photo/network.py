"""The whole `photo` network as it is trained: transforms, tables by level and tune, prior, rate and distortion."""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from aictui.network.photo.autoencoder import Analysis, Synthesis, analysis_name, dct_basis
from aictui.network.photo.config import PhotoConfig
from aictui.network.photo.layers import CHUNK_SIZE
from aictui.network.photo.prior import SlicePrior, context
from aictui.network.photo.schedule import pass_of
from aictui.quantizers.deadzone import LARGEST_ZONE

LOG_SCALE_RANGE = (-2.8, 5.0)
SMALLEST_PROBABILITY = 1e-6


Rounding = Callable[[Any, Any, slice], tuple[Any, Any]]
"""Distances of latents from their centres, scales, and which latents they are, to what is decoded and what is rated."""


class Outcome(NamedTuple):
    """What a forward pass gives: chunks, and the bits of every sample and slice, (batch, slices)."""

    chunks: Any
    bits: Any


class PhotoNetwork(keras.Model):
    """Transforms and prior with one table row a tune and anchor level (Ballé 2018, Minnen 2018 for the scheme).

    Tunes share synthesis and prior; each has an analysis of its own, which decides what is worth its bits. Chunks are
    (batch, rows, cols, 768) float32 of chunker ``rgb16``; a level is a float in [0, anchors - 1], a tune a float in
    [0, 1].
    """

    def __init__(self, config: PhotoConfig, variances: NDArray[np.float64] | None = None, **kwargs: Any) -> None:
        """``variances``: of the 768 rows of `dct_basis` on training chunks; they pick and order the latents."""
        super().__init__(**kwargs)
        self.config = config
        self.analyses = [Analysis(config, name=analysis_name(tune)) for tune in config.tunes]
        self.synthesis = Synthesis(config, name="synthesis")
        self.priors = [SlicePrior(config, i, name=f"prior{i}") for i in range(len(config.slices))]
        spread = np.linspace(1, 0.01, CHUNK_SIZE) if variances is None else variances
        self._order = np.argsort(-spread, kind="stable")[: config.latents]
        self._spread = np.sqrt(np.maximum(spread[self._order], 1e-12)).astype(np.float32)
        self.build()

    def build(self, *_: Any) -> None:
        """Builds tables and layers, with the linear path at the transform that `dct_basis` gives."""
        config, shape = self.config, (len(self.config.tunes), self.config.anchors)
        layers: list[Any] = [*self.analyses, self.synthesis, *self.priors]
        for layer in layers:
            layer.build()
        rows = dct_basis()[self._order].astype(np.float32)
        for analysis in self.analyses:
            analysis.linear.kernel.assign(rows.T)
        self.synthesis.linear.kernel.assign(rows)
        lambdas = config.lambda_min * np.exp(2 * config.anchor_ratio * np.arange(config.anchors))
        steps = 5.1 / np.sqrt(lambdas) / 255

        def table(name: str, values: NDArray[Any], trainable: bool = True) -> Any:
            start = keras.initializers.Constant(np.asarray(values, np.float32))
            return self.add_weight(
                shape=values.shape, initializer=start, trainable=trainable, dtype="float32", name=name
            )

        self.deviation = table("deviation", self._spread, trainable=False)
        self.log_gain = table("log_gain", np.broadcast_to(-np.log(steps)[:, None], (*shape, config.latents)))
        base = np.log(self._spread / steps[:, None] * 0.5 + 0.05)
        self.log_scale = table("log_scale", np.broadcast_to(base, (*shape, config.latents)))
        self.analysis_scale8 = table("analysis_scale8", np.zeros((*shape, config.wide)))
        self.analysis_scale16 = table("analysis_scale16", np.zeros((*shape, config.deep)))
        self.synthesis_scale8 = table("synthesis_scale8", np.zeros((*shape, config.wide)))
        self.synthesis_scale16 = table("synthesis_scale16", np.zeros((*shape, config.deep)))
        self.built = True

    def at(self, table: Any, level: Any, tune: Any) -> Any:
        """(tunes, anchors, c) table at (batch,) levels and tunes, linear between anchors: (batch, 1, 1, c)."""
        level, tune = ops.convert_to_tensor(level), ops.convert_to_tensor(tune)
        low = ops.clip(ops.floor(level), 0, self.config.anchors - 2)
        part = (level - low)[:, None]
        index = ops.cast(low, "int32")
        rows = ops.take(table, index, axis=1) * (1 - part) + ops.take(table, index + 1, axis=1) * part
        return (rows[0] + tune[:, None] * (rows[-1] - rows[0]))[:, None, None, :]

    def analyse(self, chunks: Any, level: Any, tune: Any, visual: int) -> Any:
        """Chunks to latents in the units of pixels, before gains; the first ``visual`` have tune 1, the others 0."""
        scale8 = ops.exp(self.at(self.analysis_scale8, level, tune))
        scale16 = ops.exp(self.at(self.analysis_scale16, level, tune))

        def through(analysis: Any, part: slice) -> Any:
            return analysis(chunks[part], self.deviation, scale8[part], scale16[part])

        seen = [through(self.analyses[-1], slice(visual))] if visual else []
        rest = [through(self.analyses[0], slice(visual, None))] if visual < chunks.shape[0] else []
        return ops.concatenate(seen + rest)

    def synthesise(self, latents: Any, level: Any, tune: Any) -> Any:
        """Latents in the units of pixels to chunks."""
        scale8 = ops.exp(self.at(self.synthesis_scale8, level, tune))
        scale16 = ops.exp(self.at(self.synthesis_scale16, level, tune))
        spread = self.deviation + 0.5 * ops.exp(-self.at(self.log_gain, level, tune))
        return self.synthesis(latents, spread, scale8, scale16)

    def lagrangian(self, level: Any) -> Any:
        """(batch,) weight λ of the squared error at a level: bits per pixel + λ · 255² · MSE."""
        return self.config.lambda_min * ops.exp(2 * self.config.anchor_ratio * level)

    def rate_distortion(
        self,
        chunks: Any,
        level: Any,
        tune: Any,
        keep: Any = None,
        *,
        visual: int = 0,
        noise: Any = None,
        dead_zone: float = 0.0,
    ) -> Outcome:
        """Codes chunks with straight-through rounding; the gradient reaches every weight (Minnen & Singh 2020).

        The rate is that of latents with ``noise`` added, uniform in ±0.5 and of the latents' shape
        (batch, rows, cols, latents); without noise that of the rounded symbols. ``dead_zone`` over its scale is how
        far a latent leans to its centre, as in the `deadzone` quantizer. ``keep``, (batch,) int32: slices that are
        kept, the others are zero and free. ``visual``: how many come first that have tune 1, the others have 0.
        Returns `Outcome`; divide its bits by pixels for a rate.
        """
        gain = ops.exp(self.at(self.log_gain, level, tune))
        latents = self.analyse(chunks, level, tune, visual) * gain

        def straight_through(rest: Any, scale: Any, part: slice) -> tuple[Any, Any]:
            zone = ops.minimum(dead_zone / scale**1.25, LARGEST_ZONE)
            symbol = ops.sign(rest) * ops.floor(ops.abs(rest) + 0.5 - zone)
            rounded = rest + ops.stop_gradient(symbol - rest)
            return rounded, rounded if noise is None else rest + noise[..., part]

        values, costs = self.code(latents, self.at(self.log_scale, level, tune), level, tune, straight_through)
        if keep is not None:
            kept = ops.cast(ops.arange(len(self.config.slices))[None] < keep[:, None], "float32")
            costs = costs * kept
            values = values * ops.repeat(kept, np.array(self.config.slices), axis=1)[:, None, None, :]
        return Outcome(self.synthesise(values / gain, level, tune), costs)

    def code(
        self, latents: Any, base: Any, level: Any, tune: Any, rounding: Rounding, growth: Any = 1.0
    ) -> tuple[Any, Any]:
        """Walks over (b, rows, cols, latents) latents in steps; gives what is decoded of them, and (b, slices) bits.

        ``base`` is their log scale before any context; ``growth`` is how many of these steps are one of ``level``, the
        last one that the prior was trained for.
        """
        config = self.config
        rows, cols = latents.shape[1:3]
        setting = ops.stack([level / (config.anchors - 1), tune], axis=1)[:, None, None, :]
        setting = setting * ops.ones((1, rows, cols, 1))
        seen: list[Any] = []
        decoded, bits = [], []
        for prior, size, passes, start in zip(self.priors, config.slices, config.passes, config.starts, strict=True):
            part = slice(start, start + size)
            target = latents[..., part]
            summary = prior.project(ops.concatenate(seen, axis=-1)) if seen else None
            order = pass_of(np.arange(rows)[:, None], np.arange(cols)[None], passes)
            value, known, cost = ops.zeros_like(target), ops.zeros_like(setting[..., :1]), 0.0
            for i in range(passes):
                mask = ops.convert_to_tensor((order == i).astype(np.float32)[None, :, :, None])
                own, mean = prior.look(value / growth, known, i)
                centre, log_scale = prior(summary, own, setting)
                centre = (mean + centre) * growth
                scale = ops.exp(ops.clip(base[..., part] + log_scale, *LOG_SCALE_RANGE))
                rounded, sample = rounding(target - centre, scale, part)
                cost = cost - mask * ops.log2(ops.maximum(unit_mass(ops.abs(sample), scale), SMALLEST_PROBABILITY))
                value, known = value + mask * (centre + rounded), known + mask
            decoded.append(value)
            seen += context(value / growth)
            bits.append(ops.sum(cost, axis=(1, 2, 3)))
        return ops.concatenate(decoded, axis=-1), ops.stack(bits, axis=1)


def restored(config: PhotoConfig, tensors: Mapping[str, NDArray[Any]]) -> PhotoNetwork:
    """The network with the weights of a model file; raises `KeyError` where one is missing."""
    network = PhotoNetwork(config)
    for variable in network.weights:
        variable.assign(tensors[tensor_name(variable)].astype(np.float32))
    return network


def tensor_name(variable: Any) -> str:
    """What a variable of a `PhotoNetwork` is called in a model file, whatever the network is called."""
    return "network/" + str(variable.path).partition("/")[2]


def unit_mass(distance: Any, scale: Any) -> Any:
    """Probability of the unit interval around a value ``distance`` ≥ 0 from the centre of a Gaussian."""
    factor = math.sqrt(0.5) / scale
    return 0.5 * (ops.erf((0.5 - distance) * factor) - ops.erf((-0.5 - distance) * factor))
