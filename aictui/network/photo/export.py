"""From a trained network to the tensors of a model file: weights, and the prior in exact integers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

from aictui.network.photo.exact import (
    ACTIVATION_LIMIT,
    CONTEXT_LIMIT,
    EXACT,
    FINE,
    SETTING,
    TABLE_UNIT,
)
from aictui.network.photo.layers import SLOPE
from aictui.network.photo.network import PhotoNetwork, tensor_name
from aictui.network.photo.prior import context
from aictui.network.photo.schedule import WINDOWS, pass_of
from aictui.network.tables import LOG_SCALE_STEP

Array = NDArray[Any]

_WEIGHT_LIMIT = 32767
_CONTEXT_STEP = 1 / 64
"""What 1 of a lattice value is in the network, where a step is 0.25."""
_CENTRE_STEP = 1 / 16
_LOG_SCALE_STEP = 1 / (FINE * LOG_SCALE_STEP)
_HEADROOM = 1.5
"""How many times the largest seen activations may grow to: in graphics and noise they pass those of photos."""
_DAMPING = 0.01
"""Share of its power that every input is taken to have on its own besides, so that weights do not fit chance."""


class Seen:
    """What was seen of the inputs of a layer: the largest magnitude of each, and their second moments beside a one."""

    def __init__(self, inputs: int) -> None:
        self.largest = np.zeros(inputs)
        self.total = np.zeros((inputs + 1, inputs + 1))

    def add(self, x: Array) -> None:
        """Takes in (n, inputs)."""
        self.largest = np.maximum(self.largest, np.abs(x).max(0))
        with_one = np.concatenate([x, np.ones((len(x), 1), x.dtype)], axis=1)
        self.total += with_one.T @ with_one

    @property
    def moments(self) -> Array:
        """(inputs + 1, inputs + 1) means of products."""
        return self.total / max(self.total[-1, -1], 1)


def calibrate(network: PhotoNetwork, samples: Iterable[tuple[Array, Array, Array]]) -> list[dict[str, Seen]]:
    """What the layers of every slice's prior see in batches of (chunks, levels, tunes), those of tune 1 first."""
    seen: list[dict[str, Seen]] = [{} for _ in network.config.slices]
    for chunks, level, tune in samples:
        gain = ops.exp(network.at(network.log_gain, level, tune))
        latents = network.analyse(chunks, level, tune, visual=int(tune.sum()))
        values = np.rint(ops.convert_to_numpy(latents * gain))
        for i, _, inputs in layer_inputs(network, values, level, tune):
            for name, x in inputs.items():
                seen[i].setdefault(name, Seen(x.shape[1])).add(x)
    return seen


def layer_inputs(
    network: PhotoNetwork, values: Array, level: Array, tune: Array
) -> Iterator[tuple[int, Array, dict[str, Array]]]:
    """For every slice and pass over (batch, rows, cols, latents) values: its index, its mask, what layers see there.

    That is (n, inputs) by the name of the layer.
    """
    config = network.config
    batch, rows, cols, _ = values.shape
    setting = np.stack([level / (config.anchors - 1), tune], axis=1)[:, None, None].astype(np.float32)
    setting = np.broadcast_to(setting, (batch, rows, cols, 2))
    before: list[Array] = []
    for i, (prior, size, passes) in enumerate(zip(network.priors, config.slices, config.passes, strict=True)):
        value = values[..., prior.done : prior.done + size]
        decoded = np.concatenate(before, axis=-1) if before else None
        summary = None if decoded is None else _through(prior.project, decoded)
        order = pass_of(np.arange(rows)[:, None], np.arange(cols)[None], passes)
        for turn in range(passes):
            known = np.broadcast_to((order < turn).astype(np.float32)[None, :, :, None], (batch, rows, cols, 1))
            own, _ = prior.look(value * known, known, turn)
            mask = order == turn
            window = _array(prior.around(summary, own, setting))[:, mask]
            window = window.reshape(-1, window.shape[-2] * window.shape[-1])
            hidden = _leaky(_through(prior.window, window))
            inputs = {"window": window, "hidden": hidden, "head": _leaky(_through(prior.hidden, hidden))}
            if decoded is not None:
                inputs["project"] = decoded[:, mask].reshape(-1, decoded.shape[-1])
            yield i, mask, inputs
        before += [_array(part) for part in context(value)]


def network_tensors(network: PhotoNetwork) -> dict[str, Array]:
    """The weights of a network by name: kernels and biases of the nets in half precision, the rest in full."""
    tensors: dict[str, Array] = {}
    for variable in network.weights:
        name = tensor_name(variable)
        value = np.asarray(_array(variable), np.float32)
        tensors[name] = value.astype(np.float16) if value.ndim in {1, 2, 4} and "linear" not in name else value
    tensors["network/deviation"] = np.asarray(_array(network.deviation), np.float32)
    return tensors


def exact_tensors(network: PhotoNetwork, seen: list[dict[str, Seen]]) -> dict[str, Array]:
    """The tensors of `exact.ExactPrior`: weights, biases and shifts by output channel, the log-scale table."""
    config = network.config
    tensors: dict[str, Array] = {}
    for i, (prior, size, layers) in enumerate(zip(network.priors, config.slices, seen, strict=True)):
        window = [_Whole.of(2, 1 / SETTING, SETTING)]
        if prior.passes > 1:
            own = (3 if prior.relative else 2) * size + 1
            window.insert(0, _Whole.of(own, _CONTEXT_STEP, CONTEXT_LIMIT))
        places = WINDOWS[prior.passes] ** 2
        summary, hidden, head = _Whole.of(0, 1, 1), *(_filled(layers[name].largest) for name in ("hidden", "head"))
        if prior.done:
            summary = _filled(layers["window"].largest.reshape(places, -1)[:, : config.summary].max(0))
            decoded = _Whole.of(2 * prior.done, _CONTEXT_STEP, CONTEXT_LIMIT)
            _put(tensors, f"exact/{i}/project", prior.project, layers["project"], decoded, summary.steps)
            order = _values_first(config.slices[:i])
            tensors[f"exact/{i}/project/weights"] = tensors[f"exact/{i}/project/weights"][order]
        around = _Whole.join([summary, *window] * places)
        _put(tensors, f"exact/{i}/window", prior.window, layers["window"], around, hidden.steps)
        _put(tensors, f"exact/{i}/hidden", prior.hidden, layers["hidden"], hidden, head.steps)
        outputs = np.repeat([_CENTRE_STEP, _LOG_SCALE_STEP], size)
        _put(tensors, f"exact/{i}/head", prior.head, layers["head"], head, outputs)
    tensors["exact/log_scale"] = np.rint(_array(network.log_scale) * TABLE_UNIT).astype(np.int16)
    return tensors


@dataclass(frozen=True)
class _Whole:
    """Real numbers as whole ones: what 1 stands for, and the largest magnitudes, of each."""

    steps: Array
    limits: Array

    @classmethod
    def of(cls, count: int, step: float, limit: int) -> "_Whole":
        """So many that are alike."""
        return cls(np.full(count, step, np.float64), np.full(count, limit))

    @classmethod
    def join(cls, parts: Sequence["_Whole"]) -> "_Whole":
        """One after the other."""
        return cls(np.concatenate([p.steps for p in parts]), np.concatenate([p.limits for p in parts]))


def _filled(largest: Array) -> _Whole:
    """Activations that fill the integer range, but for some headroom."""
    return _Whole(np.maximum(largest, 1e-3) * _HEADROOM / ACTIVATION_LIMIT, np.full(len(largest), ACTIVATION_LIMIT))


def _array(variable: Any) -> Array:
    return np.asarray(ops.convert_to_numpy(ops.convert_to_tensor(variable)))


def _through(layer: Any, x: Array) -> Array:
    """What a layer without its nonlinearity makes of its inputs, (…, inputs)."""
    kernel, bias = (_array(weights) for weights in layer.weights)
    return x @ kernel.reshape(-1, kernel.shape[-1]) + bias


def _leaky(x: Array) -> Array:
    return np.maximum(x, SLOPE * x)


def _values_first(sizes: tuple[int, ...]) -> Array:
    """Reorders (values, magnitudes) slice by slice into all values, then all magnitudes."""
    starts = np.cumsum([0, *sizes])
    values = [np.arange(2 * start, 2 * start + size) for start, size in zip(starts, sizes, strict=False)]
    return np.concatenate([*values, *(v + size for v, size in zip(values, sizes, strict=True))])


def _put(tensors: dict[str, Array], name: str, layer: Any, seen: Seen, inputs: _Whole, outputs: Array) -> None:
    """Quantizes a layer as finely as float32 can add up what it gives; ``outputs``: what 1 of each output stands for.

    An output is its accumulator times 2**-shift, so one of the accumulator is 2**-shift of an output.
    """
    kernel, bias = (_array(weights).astype(np.float64) for weights in layer.weights)
    flat = kernel.reshape(-1, kernel.shape[-1])
    real = np.concatenate([flat * inputs.steps[:, None], bias[None]]) / outputs
    bounds = np.append(inputs.limits, 1)
    scale = np.append(1 / inputs.steps, 1)
    moments = seen.moments * scale[:, None] * scale
    reach = np.maximum(bounds @ np.abs(real) / EXACT, np.abs(real[:-1]).max(0) / _WEIGHT_LIMIT)
    shift = np.floor(-np.log2(np.maximum(reach, 1e-9))).astype(int)
    whole = np.empty_like(real)
    todo = np.ones(len(shift), bool)
    while todo.any():
        whole[:, todo] = whole_weights(np.ldexp(real[:, todo], shift[todo]), moments)
        todo = (bounds @ np.abs(whole) > EXACT) | (np.abs(whole[:-1]).max(0) > _WEIGHT_LIMIT)
        shift -= todo
    tensors[f"{name}/weights"] = whole[:-1].astype(np.int16).reshape(kernel.shape)
    tensors[f"{name}/bias"] = whole[-1].astype(np.int32)
    tensors[f"{name}/shift"] = shift.astype(np.int8)


def whole_weights(weights: Array, moments: Array) -> Array:
    """Whole (inputs, outputs) weights that give nearly the same on inputs of these (inputs, inputs) ``moments``.

    They are rounded one input after the other, and those still to come make up for the error, as far as their inputs
    tell of those before (GPTQ, Frantar et al. 2023). The last input is one, for biases.
    """
    power = moments.diagonal()[:-1]
    order = np.append(np.argsort(-power, kind="stable"), len(power))
    damping = _DAMPING * np.append(np.maximum(power, 1e-6 * power.max()), 0)
    inverse = np.linalg.inv((moments + np.diag(damping))[np.ix_(order, order)])
    upper = np.linalg.cholesky(inverse).T
    rest, whole = weights[order], np.empty_like(weights)
    for place, row in enumerate(order):
        whole[row] = np.rint(rest[place])
        error = (rest[place] - whole[row]) / upper[place, place]
        rest[place + 1 :] -= upper[place, place + 1 :, None] * error
    return whole
