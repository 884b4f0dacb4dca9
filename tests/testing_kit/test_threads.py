import threading
import time

import numpy as np
import pytest

from aictui.entropy.raw import Raw
from aictui.quantizers.round import Round
from aictui.testing import check_entropy_coder, check_quantizer

PAUSE = 5e-3
"""Seconds in which others come to work on the same buffer, also on a machine that has much to do."""


class Crowded(Raw):
    """Works on one buffer for all instances of a process."""

    id = "crowded"
    buffer = np.empty(1 << 20, np.int32)

    def encode(self, symbols, context):
        work = self.buffer[: len(symbols)]
        work[:] = symbols
        time.sleep(PAUSE)
        return super().encode(work, context)


class CrowdedQuantizer(Round):
    """Does so in a buffer for every shape."""

    id = "crowded-quantizer"

    def quantize(self, values, centres, scales):
        work = BUFFERS.setdefault(values.shape, np.empty_like(values))
        np.nan_to_num(values).clip(-1e9, 1e9, out=work)
        time.sleep(PAUSE)
        work -= centres / 16
        np.rint(work, out=work)
        return work.astype(np.int32)


BUFFERS = {}


class TakingTurns(Crowded):
    """Lets one instance at a time work on the buffer."""

    id = "taking-turns"
    lock = threading.Lock()

    def encode(self, symbols, context):
        with self.lock:
            return super().encode(symbols, context)


class OneEach(Raw):
    """Has a buffer for every thread."""

    id = "one-each"
    own = threading.local()

    def encode(self, symbols, context):
        self.own.symbols = symbols.copy()
        time.sleep(PAUSE)
        return super().encode(self.own.symbols, context)


@pytest.mark.parametrize(
    ("check", "component", "finding"),
    [
        (
            check_entropy_coder,
            Crowded,
            "several threads at once: while others are at work, an instance writes something",
        ),
        (check_quantizer, CrowdedQuantizer, "several threads at once: while others are at work, an instance writes"),
    ],
)
def test_the_kit_finds_instances_that_spoil_each_others_work(check, component, finding):
    assert any(finding in f"{result.name}: {result.detail}" for result in check(component) if not result.passed)


@pytest.mark.parametrize("component", [TakingTurns, OneEach])
def test_a_component_whose_threads_keep_apart_is_not_blamed(component):
    assert all(result.passed for result in check_entropy_coder(component))
