"""Latents that code a picture better than those of its analysis, found by descending its own rate and distortion.

Stochastic Gumbel annealing (Yang, Bamler, Mandt, "Improving Inference for Neural Image Compression", 2020): every
latent is rounded down or up at random, more surely so with every step, and gradients flow through the mixture.
"""

from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from aictui.network.backend import gradient
from aictui.network.identity import Tensors
from aictui.network.photo.config import STEPS_PER_ANCHOR, PhotoConfig
from aictui.network.photo.distortion import distortion
from aictui.network.photo.levels import Levels
from aictui.network.photo.network import PhotoNetwork, tensor_name
from aictui.progress import Progress

STEPS = 40
RATES = {False: 0.015, True: 0.03}
"""Learning rate of Adam at the start, in steps of the latents, by whether the tune is for people.

A fifth of it is left at the end.
"""
TEMPERATURES = 0.5, 0.05
"""Of the roundings: at the start, and where annealing ends."""
COOLING = 3.0
"""Natural logarithms by which the temperature falls."""
BETAS = (0.9, 0.999)
NEAREST = 1e-3
"""How near to a whole number a latent is taken to be at most, where the logarithm of its odds would be infinite."""

Array = NDArray[np.float32]


class Refiner:
    """Refines latents with the network of a model; the same arrays give the same latents on the same machine."""

    def __init__(self, config: PhotoConfig, levels: Levels, tensors: Tensors) -> None:
        self.config, self._levels = config, levels
        self._network = PhotoNetwork(config)
        values = [tensors[tensor_name(variable)].astype(np.float32) for variable in self._network.weights]
        self._weights = [ops.convert_to_tensor(value) for value in values]
        self._gradients = {visual: gradient(self._loss(visual)) for visual in (False, True)}

    def refined(self, chunks: Array, latents: Array, base: Array, level: int, tune: int, progress: Progress) -> Array:
        """(rows, cols, n) latents of (rows, cols, 768) chunks, in steps, to better ones.

        ``base`` (latents,) is the log scale of all latents before any context; ``level`` is the model's.
        """
        config, levels = self.config, self._levels
        rows, cols, count = latents.shape
        full = np.zeros((1, rows, cols, config.latents), np.float32)
        full[0, ..., :count] = latents
        kept = (np.arange(config.latents) < count).astype(np.float32)
        place = np.full(1, level / STEPS_PER_ANCHOR - config.below, np.float32)
        seen = np.full(1, config.anchor(level), np.float32)
        share = np.full(1, tune / max(len(config.tunes) - 1, 1), np.float32)
        tables = (levels.gain(level, tune), levels.spread(level, tune), *levels.synthesis_scales(level, tune))
        run, rate, random = self._gradients[tune > 0], RATES[tune > 0], np.random.default_rng(0)
        first, second = np.zeros_like(full), np.zeros_like(full)
        warmest, coldest = TEMPERATURES
        for step in range(1, STEPS + 1):
            progress((step - 1) / STEPS, "refining")
            done = step / STEPS
            heat = np.float32(max(coldest, warmest * np.exp(-COOLING * done)))
            noise = random.logistic(size=full.shape).astype(np.float32)
            slope = run(full, self._weights, chunks[None], base, kept, tables, place, seen, share, heat, noise)
            first += (1 - BETAS[0]) * (slope - first)
            second += (1 - BETAS[1]) * (slope * slope - second)
            mean, variance = first / (1 - BETAS[0] ** step), second / (1 - BETAS[1] ** step)
            full -= np.float32(rate * (1 - 0.8 * done)) * mean / (np.sqrt(variance) + 1e-12) * kept
        return full[0, ..., :count]

    def _loss(self, visual: bool) -> Any:
        """Bits a pixel and distortion of latents, with random roundings."""
        network, starts, ratio = self._network, np.array(self.config.starts), self.config.anchor_ratio

        def loss(
            latents: Any,
            weights: list[Any],
            chunks: Any,
            base: Any,
            kept: Any,
            tables: tuple[Any, ...],
            place: Any,
            seen: Any,
            share: Any,
            heat: Any,
            noise: Any,
        ) -> Any:
            def mixed(rest: Any, scale: Any, part: slice) -> tuple[Any, Any]:
                del scale
                low = ops.stop_gradient(ops.floor(rest))
                above = ops.clip(rest - low, NEAREST, 1 - NEAREST)
                odds = (ops.arctanh(above) - ops.arctanh(1 - above)) / heat
                found = low + ops.sigmoid((odds + noise[..., part]) / heat)
                return found, found

            with keras.StatelessScope(state_mapping=list(zip(network.weights, weights, strict=True))):
                growth = ops.exp(ops.maximum(place - seen, 0.0) * ratio)
                values, bits = network.code(latents, base, seen, share, mixed, growth)
                gain, *scales = tables
                decoded = network.synthesis(values * kept / gain, *scales)
                there = ops.take(kept, starts)
                pixels = chunks.shape[1] * chunks.shape[2] * chunks.shape[3] // 3
                rate = ops.sum(bits * there) / pixels
                lagrangian = network.lagrangian(place)
                return rate + ops.sum(distortion(chunks, decoded, lagrangian, place, share, int(visual)))

        return loss
