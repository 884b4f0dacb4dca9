"""The rules of a quantizer."""

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aictui.locked import locked
from aictui.quantizers.base import CENTRE_STEPS, Quantizer
from aictui.testing import data
from aictui.testing.fresh import fresh
from aictui.testing.results import Case, require
from aictui.testing.untouched import untouched

CLOSE = 1e-4
"""What values may lie apart that mean the same."""

_FARTHEST = 2.0  # steps that a value may end up away
_OFF_LATTICE = 1.0  # steps that a value may lie away from what the prior is told

Inputs = tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.float32]]


def cases(made: Quantizer) -> Iterator[Case]:
    """The checks of a quantizer with its settings."""
    for name, *inputs in data.quantizer_inputs():
        yield f"{name}: near after the round trip", lambda i=tuple(inputs): _round_trip(made, i)  # type: ignore[misc]
    yield "values far out and not numbers are survived", lambda: _extremes(made)
    yield "a lost symbol, 0, gives the centre", lambda: _lost(made)
    yield "each element is read by itself", lambda: _elementwise(made)
    yield "the same symbols every time", lambda: _same_twice(made)


def report(made: Quantizer) -> Iterator[Case]:
    """Error and rate beside plain rounding; told, not judged."""
    yield "error and rate on latents as of a photo", lambda: _trade(made)


def digest(made: Quantizer) -> str:
    """A fingerprint of what symbols mean: lattice and, to six digits, values."""
    joined, reader = hashlib.sha256(), fresh(made)
    for _, values, centres, scales in data.quantizer_inputs():
        symbols = made.quantize(values, centres, scales)
        restored = reader.dequantize(symbols, centres, scales)
        joined.update(reader.lattice(symbols, centres).tobytes() + np.round(restored, 4).tobytes())
    return joined.hexdigest()


def written(made: Quantizer) -> list[NDArray[Any]]:
    """What the quantizer puts into a file: symbols."""
    inputs = data.quantizer_inputs()
    return [made.quantize(values, centres, scales) for _, values, centres, scales in inputs]


def read(made: Quantizer, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    """The values, and places on the lattice, of symbols that are `written`."""
    found = []
    for symbols, (_, _, centres, scales) in zip(given, data.quantizer_inputs(), strict=True):
        found += [made.dequantize(symbols, centres, scales), made.lattice(symbols, centres)]
    return found


def golden(made: Quantizer) -> dict[str, str]:
    """What symbols -3..3 mean, by centre: lattice and values."""
    symbols = np.arange(-3, 4, dtype=np.int32)
    found = {}
    for centre in (0, 7, -1600):
        for scale in (0.1, 1.0, 20.0):
            centres, scales = np.full(7, centre, np.int32), np.full(7, scale, np.float32)
            lattice = made.lattice(symbols, centres).tolist()
            values = [round(float(value), 4) for value in made.dequantize(symbols, centres, scales)]
            found[f"centre {centre}, scale {scale:g}"] = f"{lattice} {values}"
    return found


def changed(made: Quantizer, due: dict[str, str]) -> list[str]:
    """Which of ``due`` the quantizer no longer gives."""
    found = golden(made)
    return [name for name in due if found.get(name) != due[name]]


def _round_trip(made: Quantizer, inputs: Inputs) -> str:
    values, centres, scales = locked(inputs[0]), locked(inputs[1]), locked(inputs[2])
    with untouched(*inputs):
        symbols = made.quantize(values, centres, scales)
    _require_array(symbols, np.int32, values.shape, "quantize")
    if made.symbol_range and symbols.size:
        low, high = made.symbol_range
        inside = low <= int(symbols.min()) and int(symbols.max()) <= high
        require(inside, f"symbols leave {low}..{high}")
    reader = fresh(made)
    with untouched(symbols, *inputs):
        restored = reader.dequantize(locked(symbols), centres, scales)
        lattice = reader.lattice(locked(symbols), centres)
    _require_array(restored, np.float32, values.shape, "dequantize")
    _require_array(lattice, np.int32, values.shape, "lattice")
    known = (made.dequantize(symbols, centres, scales), made.lattice(symbols, centres))
    same = all(np.allclose(a, b, rtol=0, atol=CLOSE) for a, b in zip(known, (restored, lattice), strict=True))
    require(same, "an instance that has not quantized the values reads the symbols differently")
    if not values.size:
        return ""
    error = np.abs(restored - values)
    require(float(error.max()) <= _FARTHEST, f"a value ends up {error.max():.2f} steps away")
    apart = np.abs(lattice / CENTRE_STEPS - restored)
    require(float(apart.max()) <= _OFF_LATTICE, f"lattice and value lie {apart.max():.2f} steps apart")
    return f"mean squared error {float((error**2).mean()):.4f}"


def _extremes(made: Quantizer) -> None:
    values = np.array([1e30, -1e30, np.inf, -np.inf, np.nan, 3e9, -3e9, 0], np.float32)
    centres = np.array([0, 0, 16, -16, 0, 1 << 20, -(1 << 20), 5], np.int32)
    scales = np.array([1, 1e-30, 1e30, 1, 1, 1, 0, 1], np.float32)
    symbols = made.quantize(values, centres, scales)
    _require_array(symbols, np.int32, values.shape, "quantize")
    restored = made.dequantize(symbols, centres, scales)
    require(bool(np.isfinite(restored).all()), "a value far out comes back as no finite number")


def _lost(made: Quantizer) -> None:
    centres = np.arange(-500, 500, dtype=np.int32)
    scales = np.ones(1000, np.float32)
    apart = np.abs(made.dequantize(np.zeros(1000, np.int32), centres, scales) - centres / CENTRE_STEPS)
    require(float(apart.max()) <= 0.5 + 1e-6, f"symbol 0 is {apart.max():.2f} steps from the centre")


def _elementwise(made: Quantizer) -> None:
    values, centres, scales = _photo()
    symbols = made.quantize(values, centres, scales)
    order = data.random().permutation(symbols.size)[: symbols.size // 2]  # as of a file that was cut
    symbols, centres, scales = symbols.ravel(), centres.ravel(), scales.ravel()
    whole = made.dequantize(symbols, centres, scales)[order]
    picked = made.dequantize(symbols[order], centres[order], scales[order])
    require(bool((whole == picked).all()), "dequantize depends on an element's neighbours")
    same = made.lattice(symbols, centres)[order] == made.lattice(symbols[order], centres[order])
    require(bool(same.all()), "lattice depends on an element's neighbours")


def _same_twice(made: Quantizer) -> None:
    first = digest(made)
    require(digest(fresh(made)) == first, "symbols or their meaning differ between two runs")


def _trade(made: Quantizer) -> str:
    from aictui.quantizers.round import Round

    told = []
    for each in (made, Round()):
        values, centres, scales = _photo()
        symbols = each.quantize(values, centres, scales)
        error = float(((each.dequantize(symbols, centres, scales) - values) ** 2).mean())
        told.append(f"{each.id}: error {error:.4f}, {_entropy(symbols, scales):.3f} bits a symbol")
    return "; ".join(told)


def _entropy(symbols: NDArray[np.int32], scales: NDArray[np.float32]) -> float:
    from aictui.entropy.base import Context
    from aictui.entropy.tables import cost

    known = data.tables()
    index = np.clip(np.searchsorted(known.scales, scales.ravel()), 0, len(known.scales) - 1).astype(np.uint16)
    return cost(symbols.ravel(), Context(index, known, (symbols.size, 1))) / symbols.size


def _photo() -> Inputs:
    generator = data.random()
    scales = np.exp(generator.normal(-0.7, 1.0, (400, 32))).astype(np.float32).clip(0.1, 40)
    centres = generator.randint(-40, 40, scales.shape).astype(np.int32)
    values = generator.laplace(size=scales.shape) * scales / np.sqrt(2) + centres / CENTRE_STEPS
    return values.astype(np.float32), centres, scales


def _require_array(found: object, dtype: type, shape: tuple[int, ...], method: str) -> None:
    right = isinstance(found, np.ndarray) and found.dtype == dtype and found.shape == shape
    require(right, f"{method} must return {np.dtype(dtype).name} of shape {shape}")
