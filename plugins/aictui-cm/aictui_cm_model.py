"""The model of `cm`: what is expected of every binary decision, and how that is learned.

A symbol is a chain of decisions "its magnitude reaches the next threshold", then its sign, then low bits. Each
predictor has an adaptive probability of a decision in a context of its own; the table of the prior gives one more.
A mixer adds their logits with weights that learn from every decision. All arithmetic is on 64-bit integers, and
the two tables of the logistic function come from correctly rounded decimals, so the bytes never change.
"""

from decimal import Decimal, localcontext
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from aictui.entropy.base import Context
from aictui.entropy.tables import SymbolTables

BLOCK = 4096
"""Symbols that are coded in one call."""


class CODER:
    """Places in the arithmetic coder's state."""

    low, high, at_least, at_most, place, fill = range(6)


UNIT = 9  # thresholds 0..9 are one apart, those after that double: 9, 17, 33, …
LINKS = 38
THRESHOLDS = np.array([*range(UNIT + 1), *(UNIT + (8 << step) - 8 for step in range(1, 31))], np.int64)
SIGN = LINKS  # the node of the sign, after those of the chain
NODES = LINKS + 1

LEARNERS = 8  # predictors that learn
INPUTS = LEARNERS + 2  # the prior's table and a constant
SLOTS = 1 << 16  # adaptive probabilities of a predictor
LOUDNESS = 8  # classes of how large the surroundings are
SETS = NODES * LOUDNESS * 2

LIMIT = 3071  # logits are in 1/256, clipped to -12..12
TRUSTED, TRIED = 59_000, 5_200  # first weights of the prior and of what learns, in 1/65536
RATE = 5  # of the mixer
SETTLED = 250  # decisions after which a probability learns no slower


def _logistic() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Probabilities in 1/65536 of the logits -LIMIT..LIMIT, and logits of the probabilities in 1/4096."""
    with localcontext() as context:
        context.prec = 20
        squash = [int(Decimal(65536) / (1 + (Decimal(-logit) / 256).exp())) for logit in range(-LIMIT, LIMIT + 1)]
    rising = np.array(squash, np.int64)
    middles = np.arange(4096, dtype=np.int64) * 16 + 8
    return np.clip(rising, 16, 65536 - 16), np.searchsorted(rising, middles).astype(np.int64) - LIMIT


SQUASH, STRETCH = _logistic()
STEPS = np.array([65536 * 2 // (2 * count + 3) + 20 for count in range(SETTLED + 1)], np.int64)
TRUST = np.array([min(256, 64 * count) for count in range(SETTLED + 1)], np.int64)
SIZES = np.array([min(int(value).bit_length() + (value > 2), LOUDNESS - 1) for value in range(256)], np.int64)


class Learned:
    """What is learned in the course of a part."""

    def __init__(self) -> None:
        self._chances = np.full((LEARNERS, SLOTS), 1 << 15, np.int64)
        self._counts = np.zeros((LEARNERS, SLOTS), np.int64)
        self._weights = np.full((2, SETS, INPUTS), TRIED, np.int64)
        self._weights[..., LEARNERS] = TRUSTED
        self._low_bits = np.full(4 * NODES, 1 << 15, np.int64)
        self._tables: SymbolTables | None = None
        self._logits = np.zeros((0, NODES), np.int64)
        self._before: dict[tuple[int, int], NDArray[np.int64]] = {}
        self._shape = (0, 0)
        self.arrays: tuple[Any, ...] = ()

    def start(self, context: Context, lags: tuple[int, int]) -> None:
        """Prepares for a pass: ``arrays`` are what `code_block` takes."""
        if context.tables is not self._tables:
            self._tables, self._logits = context.tables, _table_logits(context.tables)
        self._shape = context.shape
        before = self._before.get(context.shape)
        before = np.zeros(len(context.index), np.int64) if before is None else before
        self.arrays = (
            *(context.index.astype(np.int64), context.shape[1], *lags, before),
            *(self._logits, self._chances, self._counts, self._weights, self._low_bits),
        )

    def finish(self, symbols: NDArray[np.int64]) -> None:
        """Remembers the pass for later ones of the same shape."""
        self._before[self._shape] = symbols


def _table_logits(tables: SymbolTables) -> NDArray[np.int64]:
    """(contexts, NODES): what the tables of the prior expect of every decision."""
    frequencies = tables.frequencies.astype(np.int64)
    magnitudes = np.abs(np.arange(frequencies.shape[1] - 1) + tables.minimum)
    beyond = frequencies[:, -1]
    tails = np.stack([frequencies[:, :-1][:, magnitudes >= low].sum(1) + beyond for low in THRESHOLDS[: LINKS + 1]], 1)
    chances = np.ones((len(frequencies), NODES), np.int64)
    chances[:, :LINKS] = tails[:, 1:] * 4096 // tails[:, :-1]
    negative = frequencies[:, :-1][:, np.arange(frequencies.shape[1] - 1) + tables.minimum < 0].sum(1)
    chances[:, SIGN] = (2 * negative + beyond) * 2048 // np.maximum(tails[:, 1], 1)
    logits: NDArray[np.int64] = STRETCH[np.clip(chances, 0, 4095)]
    return logits


@njit(cache=True)
def _code_bit(writing: bool, bit: int, chance: int, coder: Any, data: Any) -> int:
    """Codes a bit that is 1 with ``chance`` in 1/65536; returns it, or -1 where a cut stream does not decide it."""
    low, high = coder[0], coder[1]
    middle = low + ((high - low) >> 16) * chance + ((((high - low) & 0xFFFF) * chance) >> 16)
    if not writing:
        bit = 1 if coder[2] <= middle else 0
        if (coder[3] <= middle) != (coder[2] <= middle):
            return -1
    if bit:
        high = middle
    else:
        low = middle + 1
    while (low ^ high) & 0xFF000000 == 0:
        if writing:
            data[coder[4]] = high >> 24
        else:
            there = coder[4] < len(data)
            coder[2] = (coder[2] << 8) & 0xFFFFFFFF | (data[coder[4]] if there else 0)
            coder[3] = (coder[3] << 8) & 0xFFFFFFFF | (data[coder[4]] if there else coder[5])
        coder[4] += 1
        low = (low << 8) & 0xFFFFFFFF
        high = (high << 8) & 0xFFFFFFFF | 0xFF
    coder[0], coder[1] = low, high
    return bit


@njit(cache=True)
def put_number(number: int, bits: int, coder: Any, data: Any) -> None:
    """Writes the low ``bits`` of a number, the high ones first."""
    for place in range(bits - 1, -1, -1):
        _code_bit(True, (number >> place) & 1, 1 << 15, coder, data)


@njit(cache=True)
def take_number(bits: int, coder: Any, data: Any) -> int:
    """Reads a number of this many bits; -1 where a cut stream does not decide it."""
    number = 0
    for _ in range(bits):
        bit = _code_bit(False, 0, 1 << 15, coder, data)
        if bit < 0:
            return -1
        number = number << 1 | bit
    return number


@njit(cache=True)
def _size(value: int) -> int:
    return SIZES[min(value, 255)]


@njit(cache=True)
def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


@njit(cache=True)
def _observe(
    place: int, symbols: Any, row: int, latents: int, row_lag: int, plane_lag: int, before: Any, contexts: Any
) -> tuple[int, int]:
    """Fills in the learners' contexts; returns the class of how large the surroundings are, and their signs."""
    latent = place % latents
    left = symbols[place - latents] if place >= latents else 0
    left2 = symbols[place - 2 * latents] if place >= 2 * latents else 0
    up = symbols[place - row_lag] if row_lag and place >= row_lag else 0
    corner = symbols[place - row_lag + latents] if row_lag and place >= row_lag else 0
    above = symbols[place - plane_lag] if plane_lag and place >= plane_lag else before[place]
    last = symbols[place - 1] if latent >= 1 else 0
    last2 = symbols[place - 2] if latent >= 2 else 0
    energy = 0
    for back in range(1, min(latent, 8) + 1):
        energy += abs(symbols[place - back])
    beside = abs(left) + abs(up)
    around = beside + (abs(left2) + abs(corner) >> 1)
    here = 2 * abs(last) + abs(last2)
    total = around + abs(above) + abs(last)

    contexts[0] = row
    contexts[1] = (row * 8 + _size(here)) * 8 + _size(around)
    contexts[2] = latent * 8 + _size(abs(above))
    contexts[3] = (latent * 8 + _size(beside)) * 8 + _size(abs(last))
    contexts[4] = (_size(abs(above)) * 8 + _size(abs(left))) * 8 + _size(abs(up)) + 512 * _size(abs(last))
    contexts[5] = (min(energy, 60) * 8 + _size(around)) * 8 + min(latent, 7)
    contexts[6] = row * 64 + min(total, 63)
    contexts[7] = (row * 8 + _size(abs(above))) * 8 + _size(energy)
    return _size(total), 40 + _sign(left) + 3 * _sign(up) + 9 * _sign(above) + 27 * _sign(last)


@njit(cache=True)
def _decide(
    writing: bool,
    bit: int,
    node: int,
    logit: int,
    sets: tuple[int, int],
    signs: int,
    contexts: Any,
    learned: tuple[Any, Any, Any],
    coder: Any,
    data: Any,
) -> int:
    """Codes one decision and learns from it; returns it, or -1 where a cut stream ends."""
    chances, counts, weights = learned
    slots = np.empty(LEARNERS, np.int64)
    inputs = np.empty(INPUTS, np.int64)
    for learner in range(LEARNERS):
        key = contexts[learner]
        if node == SIGN:
            key = key % 64 * 81 + signs if learner else signs
        slot = ((key * 48 + node) * 2654435761 >> 7) & (SLOTS - 1)
        slots[learner] = slot
        inputs[learner] = STRETCH[chances[learner, slot] >> 4] * TRUST[counts[learner, slot]] >> 8
    inputs[LEARNERS] = logit
    inputs[LEARNERS + 1] = 256
    first, second = 0, 0
    for item in range(INPUTS):
        first += weights[0, sets[0], item] * inputs[item]
        second += weights[1, sets[1], item] * inputs[item]
    mixed = SQUASH[min(max((first + second) >> 17, -LIMIT), LIMIT) + LIMIT]
    bit = _code_bit(writing, bit, mixed, coder, data)
    if bit < 0:
        return bit
    for mixer, dot in enumerate((first, second)):
        chance = SQUASH[min(max(dot >> 16, -LIMIT), LIMIT) + LIMIT]
        error = ((bit << 16) - chance) * RATE
        for item in range(INPUTS):
            weights[mixer, sets[mixer], item] += (inputs[item] * error + (1 << 17)) >> 18
    for learner in range(LEARNERS):
        slot = slots[learner]
        count = counts[learner, slot]
        chances[learner, slot] += ((bit * 65535 - chances[learner, slot]) * STEPS[count]) >> 16
        counts[learner, slot] = min(count + 1, SETTLED)
    return bit


@njit(cache=True)
def _code_rest(writing: bool, rest: int, link: int, low_bits: Any, coder: Any, data: Any) -> int:
    """Codes how far a magnitude is above its threshold, two bits learned and the others as they are; or -1."""
    found = 1
    for place in range(link - UNIT + 2, -1, -1):
        bit = (rest >> place) & 1
        if found < 4:
            slot = 4 * link + found
            bit = _code_bit(writing, bit, min(max(low_bits[slot], 32), 65504), coder, data)
            if bit >= 0:
                low_bits[slot] += ((bit << 16) - low_bits[slot]) >> 5
        else:
            bit = _code_bit(writing, bit, 1 << 15, coder, data)
        if bit < 0:
            return bit
        found = found << 1 | bit
    return found - (1 << (link - UNIT + 3))


@njit(cache=True)
def code_block(
    writing: bool,
    start: int,
    stop: int,
    symbols: Any,
    index: Any,
    latents: int,
    row_lag: int,
    plane_lag: int,
    before: Any,
    logits: Any,
    chances: Any,
    counts: Any,
    weights: Any,
    low_bits: Any,
    coder: Any,
    data: Any,
) -> int:
    """Codes symbols start..stop - 1 and returns how far it got: less than ``stop`` where a cut stream ends."""
    contexts = np.zeros(LEARNERS, np.int64)
    learned = (chances, counts, weights)
    for place in range(start, stop):
        row, value = index[place], symbols[place]
        position = min(place % latents, 2 * LOUDNESS - 1)
        loud, signs = _observe(place, symbols, row, latents, row_lag, plane_lag, before, contexts)
        link = 0
        while link < LINKS:
            bit = 1 if abs(value) >= THRESHOLDS[link + 1] else 0
            sets = (link * LOUDNESS + loud, link * LOUDNESS * 2 + position)
            bit = _decide(writing, bit, link, logits[row, link], sets, signs, contexts, learned, coder, data)
            if bit < 0:
                return place
            if not bit:
                break
            link += 1
        if link == 0:
            continue
        sets = (SIGN * LOUDNESS + signs % LOUDNESS, SIGN * LOUDNESS * 2 + position)
        negative = 1 if value < 0 else 0
        negative = _decide(writing, negative, SIGN, logits[row, SIGN], sets, signs, contexts, learned, coder, data)
        if negative < 0:
            return place
        rest = 0
        if link >= UNIT:
            rest = _code_rest(writing, abs(value) - THRESHOLDS[link], link, low_bits, coder, data)
            if rest < 0:
                return place
        if not writing:
            size = min(THRESHOLDS[link] + rest, 1 << 31)
            symbols[place] = -size if negative else min(size, (1 << 31) - 1)
    return stop
