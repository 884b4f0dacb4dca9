"""Muon for matrices and convolution kernels, AdamW's rule for the rest, as one pure function of ``keras.ops``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops

MOMENTUM = 0.95
BETAS = (0.9, 0.98)
EPSILON = 1e-8
CLIP = 1.0
"""Largest norm of all gradients together."""


@dataclass(frozen=True)
class Rule:
    """How one weight is updated: by Muon or by Adam, with ``share`` of the learning rate; not at all where it is 0."""

    muon: bool
    share: float = 1.0


def slots_of(shapes: Sequence[tuple[int, ...]]) -> list[list[Any]]:
    """The state of every weight at the start: momentum, and the second moment that Adam needs."""
    return [[np.zeros(shape, np.float32) for _ in range(2)] for shape in shapes]


def update(
    values: list[Any], gradients: list[Any], slots: list[list[Any]], rules: Sequence[Rule], rate: Any, step: Any
) -> tuple[list[Any], list[list[Any]]]:
    """New values and state after step number ``step`` (from 1) at learning rate ``rate``."""
    norm = ops.sqrt(sum(ops.sum(ops.square(gradient)) for gradient in gradients))
    shrink = ops.minimum(1.0, CLIP / (norm + 1e-12))
    new_values, new_slots = [], []
    for value, gradient, slot, rule in zip(values, gradients, slots, rules, strict=True):
        if not rule.share:
            new_values.append(value)
            new_slots.append(slot)
            continue
        one = _muon if rule.muon else _adam
        change, state = one(gradient * shrink, slot, step)
        new_values.append(value - rate * rule.share * change)
        new_slots.append(state)
    return new_values, new_slots


def _adam(gradient: Any, slot: list[Any], step: Any) -> tuple[Any, list[Any]]:
    """Adam (Kingma & Ba 2015) without weight decay."""
    first = BETAS[0] * slot[0] + (1 - BETAS[0]) * gradient
    second = BETAS[1] * slot[1] + (1 - BETAS[1]) * ops.square(gradient)
    mean, variance = first / (1 - BETAS[0] ** step), second / (1 - BETAS[1] ** step)
    return mean / (ops.sqrt(variance) + EPSILON), [first, second]


def _muon(gradient: Any, slot: list[Any], step: Any) -> tuple[Any, list[Any]]:
    """Momentum, orthogonalised, with the size of an Adam step (Jordan 2024, Liu et al. 2025)."""
    del step
    momentum = MOMENTUM * slot[0] + (1 - MOMENTUM) * gradient
    ahead = MOMENTUM * momentum + (1 - MOMENTUM) * gradient
    matrix = ops.reshape(ahead, (-1, ahead.shape[-1]))
    scale = 0.2 * max(matrix.shape) ** 0.5
    return ops.reshape(scale * _orthogonal(matrix), ahead.shape), [momentum, slot[1]]


def _orthogonal(matrix: Any) -> Any:
    """The nearest orthogonal matrix, roughly: five Newton–Schulz steps."""
    tall = matrix.shape[0] > matrix.shape[1]
    x = ops.transpose(matrix) if tall else matrix
    x = x / (ops.sqrt(ops.sum(ops.square(x))) + 1e-12)
    for _ in range(5):
        square = ops.matmul(x, ops.transpose(x))
        x = 3.4445 * x + ops.matmul(-4.7750 * square + 2.0315 * ops.matmul(square, square), x)
    return ops.transpose(x) if tall else x
