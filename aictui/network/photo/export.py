"""From a trained network to the tensors of a model file: weights, and the prior in exact integers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

from aictui.network.photo.exact import (
    ACTIVATION_LIMIT,
    CONTEXT_LIMIT,
    CONTEXT_SHIFT,
    EXACT,
    FINE,
    LOG_SCALE_STEP,
    SETTING,
    TABLE_UNIT,
)
from aictui.network.photo.layers import SLOPE
from aictui.network.photo.network import PhotoNetwork, tensor_name
from aictui.network.photo.prior import context
from aictui.network.photo.schedule import pass_of

Array = NDArray[Any]

_WEIGHT_LIMIT = 32767
_CONTEXT_EXPONENT = 6  # a step is 16 in the integer context and 0.25 in the network
_SETTING_EXPONENT = SETTING.bit_length() - 1
_CENTRE_EXPONENT = 4
_LOG_SCALE_EXPONENT = (FINE * LOG_SCALE_STEP).bit_length() - 1


@dataclass
class Ranges:
    """Largest magnitude of every channel of a slice's activations: after projection and after both hidden layers."""

    summary: Array
    first: Array
    second: Array

    def widen(self, summary: Array | None, first: Array, second: Array) -> None:
        """Takes in one more set of activations, summary (n, channels), the others (batch, n, channels)."""
        if summary is not None:
            self.summary = np.maximum(self.summary, np.abs(summary).max(0))
        self.first = np.maximum(self.first, np.abs(first).max((0, 1)))
        self.second = np.maximum(self.second, np.abs(second).max((0, 1)))


def calibrate(network: PhotoNetwork, samples: Iterable[tuple[Array, Array, Array]]) -> list[Ranges]:
    """The `Ranges` of every slice over batches of (chunks, levels, tunes)."""
    config = network.config
    ranges = [Ranges(np.zeros(config.summary), np.zeros(config.prior), np.zeros(config.prior)) for _ in config.slices]
    for chunks, level, tune in samples:
        gain = ops.exp(network.at(network.log_gain, level, tune))
        values = np.rint(ops.convert_to_numpy(network.analyse(chunks, level, tune) * gain))
        for i, mask, summary, first, second in activations(network, values, level, tune):
            ranges[i].widen(
                None if summary is None else summary.reshape(-1, config.summary), first[:, mask], second[:, mask]
            )
    return ranges


def activations(
    network: PhotoNetwork, values: Array, level: Array, tune: Array
) -> Iterator[tuple[int, Array, Array | None, Array, Array]]:
    """For every slice and pass: its index, mask, summary and hidden layers on (batch, rows, cols, latents) values."""
    config = network.config
    batch, rows, cols, _ = values.shape
    setting = np.stack([level / (config.anchors - 1), tune], axis=1)[:, None, None].astype(np.float32)
    setting = np.broadcast_to(setting, (batch, rows, cols, 2))
    seen: list[Any] = []
    for i, (prior, size, passes) in enumerate(zip(network.priors, config.slices, config.passes, strict=True)):
        value = values[..., prior.done : prior.done + size]
        summary = prior.project(ops.concatenate(seen, axis=-1)) if seen else None
        order = pass_of(np.arange(rows)[:, None], np.arange(cols)[None], passes)
        for turn in range(passes):
            known = np.broadcast_to((order < turn).astype(np.float32)[None, :, :, None], (batch, rows, cols, 1))
            own, _ = prior.look(value * known, known, turn)
            first = ops.leaky_relu(prior.first(summary, own, setting), SLOPE)
            second = ops.leaky_relu(prior.hidden(first), SLOPE)
            arrays = (None if a is None else ops.convert_to_numpy(a) for a in (summary, first, second))
            yield (i, order == turn, *arrays)
        seen += context(value)


def network_tensors(network: PhotoNetwork) -> dict[str, Array]:
    """The weights of a network by name: kernels and biases of the nets in half precision, the rest in full."""
    tensors: dict[str, Array] = {}
    for variable in network.weights:
        name = tensor_name(variable)
        value = np.asarray(_array(variable), np.float32)
        tensors[name] = value.astype(np.float16) if value.ndim in {1, 2, 4} and "linear" not in name else value
    tensors["network/deviation"] = np.asarray(_array(network.deviation), np.float32)
    return tensors


def exact_tensors(network: PhotoNetwork, ranges: list[Ranges]) -> dict[str, Array]:
    """The tensors of `exact.ExactPrior`: 8-bit weights, biases and shifts by output channel, the log-scale table."""
    config = network.config
    tensors: dict[str, Array] = {}
    for i, (prior, size, seen) in enumerate(zip(network.priors, config.slices, ranges, strict=True)):
        name = f"exact/{i}"
        exponents = {part: _exponents(getattr(seen, part)) for part in ("summary", "first", "second")}
        parts = [(2, _SETTING_EXPONENT + CONTEXT_SHIFT, SETTING << CONTEXT_SHIFT)]
        if prior.passes > 1:
            own = (3 if prior.relative else 2) * size + 1
            parts.insert(0, (own, _CONTEXT_EXPONENT + CONTEXT_SHIFT, CONTEXT_LIMIT << CONTEXT_SHIFT))
        counts, shifts, limits = (np.array(column) for column in zip(*parts, strict=True))
        window = np.repeat(shifts, counts), np.repeat(limits, counts)
        if prior.done:
            window = (
                np.concatenate([exponents["summary"], window[0]]),
                np.concatenate([_full(config.summary), window[1]]),
            )
            kernel, bias = (_array(w) for w in prior.project.weights)
            order = _values_first(config.slices[:i])
            inputs = np.full(2 * prior.done, _CONTEXT_EXPONENT), np.full(2 * prior.done, CONTEXT_LIMIT)
            _put(tensors, f"{name}/project", kernel[order], bias, inputs, exponents["summary"])
        kernel, bias = (_array(w) for w in prior.window.weights)
        _put(tensors, f"{name}/window", kernel, bias, window, exponents["first"])
        kernel, bias = (_array(w) for w in prior.hidden.weights)
        _put(tensors, f"{name}/hidden", kernel, bias, (exponents["first"], _full(config.prior)), exponents["second"])
        kernel, bias = (_array(w) for w in prior.head.weights)
        outputs = np.repeat([_CENTRE_EXPONENT, _LOG_SCALE_EXPONENT], size)
        _put(tensors, f"{name}/head", kernel, bias, (exponents["second"], _full(config.prior)), outputs)
    tensors["exact/log_scale"] = np.rint(_array(network.log_scale) * TABLE_UNIT).astype(np.int16)
    return tensors


def _array(variable: Any) -> Array:
    return np.asarray(ops.convert_to_numpy(ops.convert_to_tensor(variable)))


def _full(channels: int) -> Array:
    """(channels,) largest activations."""
    return np.full(channels, ACTIVATION_LIMIT)


def _exponents(largest: Array) -> Array:
    """Exponents a such that activations times 2**a fill the integer range."""
    return np.floor(np.log2(ACTIVATION_LIMIT / np.maximum(largest, 1e-3))).astype(int)


def _values_first(sizes: tuple[int, ...]) -> Array:
    """Reorders (values, magnitudes) slice by slice into all values, then all magnitudes."""
    starts = np.cumsum([0, *sizes])
    values = [np.arange(2 * start, 2 * start + size) for start, size in zip(starts, sizes, strict=False)]
    return np.concatenate([*values, *(v + size for v, size in zip(values, sizes, strict=True))])


def _put(
    tensors: dict[str, Array], name: str, kernel: Array, bias: Array, inputs: tuple[Array, Array], outputs: Array
) -> None:
    """Quantizes (…, in, out) weights as finely as float32 can add up what they give.

    ``inputs``: exponents and largest magnitudes: a real input is an integer up to that magnitude times
    2**-exponent; a real output an integer times 2**-outputs.
    """
    exponents, limits = inputs
    scaled = np.ldexp(kernel.astype(np.float64), -exponents[:, None])
    reach = (np.abs(scaled) * limits[:, None]).reshape(-1, scaled.shape[-1]).sum(0) + np.abs(bias)
    slack = limits.sum() * (scaled.size // scaled.shape[-2] // scaled.shape[-1])  # every weight rounded up by a half
    exponent = np.floor(np.log2((EXACT - slack / 2 - 1) / np.maximum(reach, 1e-9))).astype(int)
    weights = np.rint(np.ldexp(scaled, exponent))
    tensors[f"{name}/weights"] = np.clip(weights, -_WEIGHT_LIMIT, _WEIGHT_LIMIT).astype(np.int16)
    tensors[f"{name}/bias"] = np.rint(np.ldexp(bias.astype(np.float64), exponent)).astype(np.int32)
    tensors[f"{name}/shift"] = (exponent - outputs).astype(np.int8)
