import io
import os
import random
import signal
import subprocess
import sys
import time
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from aictui.chunkers.base import ChunkGrid
from aictui.chunkers.planes16 import Planes16
from aictui.chunkers.rgb16 import Rgb16
from aictui.entropy.base import EntropyCoder
from aictui.entropy.deflate import Deflate
from aictui.entropy.raw import Raw
from aictui.quantizers.round import Round
from aictui.testing import check_chunker, check_entropy_coder, check_quantizer, conforms, same_as_golden, verdict
from tests.golden import same_as_fixture


class Forgetful(Raw):
    id = "forgetful"

    def decode(self, data, context):
        return np.zeros(len(context.index), np.int32)


class Hanging(Raw):
    id = "hanging"

    def encode(self, symbols, context):
        while len(symbols) > 1:
            time.sleep(0.05)
        return super().encode(symbols, context)


class Deadly(Raw):
    id = "deadly"

    def encode(self, symbols, context):
        os._exit(0)


class Leaving(Raw):
    id = "leaving"

    def encode(self, symbols, context):
        sys.exit(0)


class Chatty(Raw):
    id = "chatty"

    def encode(self, symbols, context):
        print(".", end="", flush=True)
        return super().encode(symbols, context)


class ChattyAndForgetful(Chatty):
    id = "chatty-and-forgetful"

    def decode(self, data, context):
        return np.zeros(len(context.index), np.int32)


class Parental(Raw):
    """Starts a process that outlives it and holds its standard streams."""

    id = "parental"

    def encode(self, symbols, context):
        subprocess.Popen(["sleep", f"37.{os.getppid()}"])
        time.sleep(60)


class Stateful(Raw):
    id = "stateful"
    calls = 0

    def encode(self, symbols, context):
        Stateful.calls += 1
        return super().encode(symbols, context) + bytes([Stateful.calls % 251])

    def decode(self, data, context):
        return super().decode(data[:-1], context)


class Scribbling(Raw):
    id = "scribbling"

    def encode(self, symbols, context):
        symbols += 1
        return super().encode(symbols - 1, context)


class Unlocking(Raw):
    """Zeroes what it is given, which it makes writable."""

    id = "unlocking"

    def encode(self, symbols, context):
        for array in (symbols, context.index):
            array.flags.writeable = True
            array[:] = 0
        return super().encode(symbols, context)


class UnlockingAgain(Unlocking):
    """Does so by what its view is of."""

    id = "unlocking-again"

    def encode(self, symbols, context):
        if symbols.base is not None:
            symbols.base[...] = 0
        return Raw.encode(self, symbols, context)


class UnlockingValues(Round):
    id = "unlocking-values"

    def quantize(self, values, centres, scales):
        symbols = super().quantize(values, centres, scales)
        values.flags.writeable = True
        values[:] = 0
        return symbols


class UnlockingImages(Rgb16):
    id = "unlocking-images"

    def join(self, grid):
        image = super().join(grid)
        grid.values.flags.writeable = True
        grid.values[:] = 0
        return image


class Boastful(Raw):
    """Says of a cut part that it knows everything."""

    id = "boastful"

    def decoder(self, data, *, complete):
        inner = super().decoder(data, complete=complete)
        get = inner.get
        inner.get = lambda context: (get(context)[0], len(context.index))
        return inner


class FarSighted(Planes16):
    id = "far-sighted"

    def split(self, image):
        grid = super().split(image)
        grid.values[...] += image.mean() / 255
        return grid


class Mirrored(Rgb16):
    """Reverses the order of all chunks of the picture, which no margin allows."""

    id = "mirrored"
    margin = 8

    def split(self, image):
        grid = super().split(image)
        return ChunkGrid(np.ascontiguousarray(grid.values[::-1, ::-1]), grid.shape)

    def join(self, grid):
        return super().join(ChunkGrid(grid.values[::-1, ::-1], grid.shape))


class Chequered(Rgb16):
    """Negates every other chunk, counted from where a tile begins."""

    id = "chequered"

    def split(self, image):
        grid = super().split(image)
        return ChunkGrid(self.negated(grid.values), grid.shape)

    def join(self, grid):
        return super().join(ChunkGrid(self.negated(grid.values), grid.shape))

    def negated(self, values):
        odd = np.add.outer(*map(np.arange, values.shape[:2])) % 2 == 1
        return np.where(odd[..., None], -values, values)


class JoinsChequered(Chequered):
    """Does so in `join` alone, where there is something beside the picture itself."""

    id = "joins-chequered"

    def split(self, image):
        return Rgb16.split(self, image)


class Ranking(EntropyCoder):
    """Keeps the table of what it has coded to itself."""

    id = "ranking"
    summary = "ranks of symbols"
    table = np.zeros(1, np.int32)

    def encode(self, symbols, context):
        self.table, ranks = np.unique(symbols, return_inverse=True)
        return Deflate().encode(ranks.astype(np.int32), context)

    def decode(self, data, context):
        ranks = Deflate().decode(data, context)
        if ranks.size and (ranks.min() < 0 or ranks.max() >= len(self.table)):
            raise ValueError("no such rank")
        return self.table[ranks]


class Caching(Ranking):
    """Keeps it for all instances of a process."""

    id = "caching"

    def encode(self, symbols, context):
        data = super().encode(symbols, context)
        CACHE[data] = symbols.copy()
        return data

    def decode(self, data, context):
        if data not in CACHE or len(CACHE[data]) != len(context.index):
            raise ValueError("not in the cache")
        return CACHE[data]


CACHE = {}


class Biased(Round):
    """Learns a bias from what it quantizes."""

    id = "biased"
    bias = np.float32(0)

    def quantize(self, values, centres, scales):
        symbols = super().quantize(values, centres, scales)
        self.bias = np.float32(0.25) if symbols.any() else np.float32(0)
        return symbols

    def dequantize(self, symbols, centres, scales):
        return super().dequantize(symbols, centres, scales) + np.sign(symbols).astype(np.float32) * self.bias


class Centred(Rgb16):
    """Takes the mean away, which it keeps for itself."""

    id = "centred"
    margin = 8
    mean = np.float32(0)

    def split(self, image):
        grid = super().split(image)
        self.mean = grid.values.mean()
        return ChunkGrid(grid.values - self.mean, grid.shape)

    def join(self, grid):
        return super().join(ChunkGrid(grid.values + self.mean, grid.shape))


class Coarse(Round):
    id = "coarse"

    def quantize(self, values, centres, scales):
        return super().quantize(values, centres, scales) // 8 * 8


class Averaging(Round):
    """Adds what depends on how many symbols there are, and not on their order."""

    id = "averaging"

    def dequantize(self, symbols, centres, scales):
        middle = np.float32(scales.mean() / 1000 if scales.size else 0)
        return super().dequantize(symbols, centres, scales) + middle


class Pretending(Rgb16):
    """Says that models for other chunks fit."""

    id = "pretending"
    like = "planes16"


class Overflowing(EntropyCoder):
    """Unpacks everything before it looks at how much is due."""

    id = "overflowing"
    summary = "takes all memory for a few bytes"

    def encode(self, symbols, context):
        return zlib.compress(symbols.astype("<i4").tobytes())

    def decode(self, data, context):
        try:
            raw = zlib.decompress(data)
        except zlib.error as error:
            raise ValueError(str(error)) from None
        if len(raw) != 4 * len(context.index):
            raise ValueError("another number of symbols")
        return np.frombuffer(raw, "<i4").astype(np.int32)


class Seeding(Raw):
    """Changes what all of a process shares."""

    id = "seeding"

    def encode(self, symbols, context):
        np.seterr(all="raise")
        random.seed(1)
        np.random.seed(1)
        os.chdir("/")
        sys.stderr.close()
        sys.setrecursionlimit(4321)
        with suppress(ValueError):  # outside of the main thread
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        return super().encode(symbols, context)


def failures(checks) -> list[str]:
    return [f"{check.name}: {check.detail}" for check in checks if not check.passed]


@pytest.mark.parametrize(
    ("check", "component", "finding"),
    [
        (check_entropy_coder, Forgetful, "symbols of 1000 come back wrong"),
        (check_entropy_coder, Stateful, "the bytes differ between two runs"),
        (check_entropy_coder, Scribbling, "read-only"),
        (check_entropy_coder, Unlocking, "one symbol comes back: it changes an array that it was given"),
        (check_entropy_coder, UnlockingAgain, "one symbol comes back: it changes an array that it was given"),
        (check_quantizer, UnlockingValues, "near after the round trip: it changes an array that it was given"),
        (check_chunker, UnlockingImages, "within one grey level: it changes an array that it was given"),
        (check_entropy_coder, Boastful, "a symbol told as known is wrong"),
        (check_entropy_coder, Overflowing, "MB where 8 symbols are due; unpack no more than those need"),
        (check_chunker, FarSighted, "reaches chunk"),
        (check_chunker, Mirrored, "chunk (0, 0) reaches chunk (20, 22)"),
        (check_chunker, Chequered, "each is another than in the image"),
        (check_chunker, JoinsChequered, "each shows something else than in the image"),
        (check_quantizer, Coarse, "steps away"),
        (check_entropy_coder, Ranking, "a thousand equal symbols comes back: 1000 symbols of 1000 come back wrong"),
        (check_entropy_coder, Caching, "another process cannot read what this one wrote: ValueError: not in the cache"),
        (check_quantizer, Biased, "an instance that has not quantized the values reads the symbols differently"),
        (check_chunker, Centred, "comes back 8 grey levels off"),
        (check_quantizer, Averaging, "dequantize depends on an element's neighbours"),
        (check_chunker, Pretending, "models of planes16, which it is like, take 256 values a chunk in planes"),
    ],
)
def test_the_kit_finds_what_is_wrong(check, component, finding):
    assert any(finding in failure for failure in failures(check(component)))


def test_what_changes_the_process_for_all_others_is_told(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stderr", io.StringIO())
    limit, handler = sys.getrecursionlimit(), signal.getsignal(signal.SIGTERM)
    with np.errstate():
        found = failures(check_entropy_coder(Seeding))
    sys.setrecursionlimit(limit)
    signal.signal(signal.SIGTERM, handler)
    (told,) = [failure for failure in found if failure.startswith("the process is left as it was")]
    for what in (
        "the working folder",
        "the standard streams",
        "the signal handlers",
        "the recursion limit",
        "np.seterr",
        "the state of random",
        "the state of np.random",
    ):
        assert what in told


def test_conforms_tells_every_broken_rule_at_once():
    with pytest.raises(AssertionError) as caught:
        conforms(Forgetful)
    told = str(caught.value)
    assert told.startswith("entropy coder forgetful\n")
    assert "FAIL latents as of a photo comes back" in told
    assert "ok  " not in told


@pytest.mark.parametrize(
    "attributes",
    [
        {"id": "größe"},
        {"id": "a b"},
        {"id": "x" * 60},
        {"id": None},
        {"version": 300},
        {"version": True},
        {"options": []},
        {"symbol_range": (5, 1)},
    ],
)
def test_what_would_not_be_offered_to_anybody_does_not_conform(attributes):
    refused = type("Refused", (Raw,), {"id": "refused", **attributes})
    (name,) = attributes
    with pytest.raises(AssertionError, match=rf"FAIL declares an id, a summary and options: Refused\.{name} must be"):
        conforms(refused)


def test_a_component_that_hangs_is_stopped_and_the_check_named():
    for seconds in (4, 20, 60):  # a busy machine may take longer to start a process
        (found,) = verdict([Hanging], seconds=seconds)
        if found.checks[-1].name != "starts":
            break
    assert not found.passed
    assert str(found).splitlines()[-1] == f"  FAIL the extremes comes back: stopped after {seconds} s"


def test_a_component_that_ends_the_process_is_told():
    (found,) = verdict([Deadly])
    assert str(found.checks[-1]) == "FAIL an empty pass comes back: the process ended with exit code 0"


def test_a_component_that_exits_is_told_for_what_it_does_and_is_checked_further():
    (found,) = verdict([Leaving])
    assert "an empty pass comes back: SystemExit: 0" in failures(found.checks)
    assert any(check.name == "bits tells the size" for check in found.checks)


def test_what_a_component_prints_takes_no_check_away():
    plain, chatty, wrong = verdict([Raw, Chatty, ChattyAndForgetful])
    assert chatty.passed
    assert [check.name for check in chatty.checks] == [check.name for check in plain.checks]
    assert failures(wrong.checks)[0] == "one symbol comes back: 1 symbols of 1 come back wrong"
    assert len(wrong.checks) == len(plain.checks)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_a_component_ends_in_time_with_all_that_it_started():
    start = time.monotonic()
    (found,) = verdict([Parental], seconds=4)
    assert time.monotonic() - start < 20
    assert found.checks[-1].detail == "stopped after 4 s"
    assert not any(f"37.{os.getpid()}".encode() in command for command in commands_running())


def commands_running():
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield path.read_bytes()


def test_a_verdict_names_the_component_and_every_check():
    (found,) = verdict([Raw])
    assert found.passed
    assert str(found).splitlines()[0] == "entropy coder raw"
    assert any(check.name == "size on latents as of a photo" for check in found.checks)


def test_a_golden_file_is_made_once_and_compared_ever_after(tmp_path):
    same_as_golden(Raw, tmp_path)
    same_as_golden(Raw, tmp_path)
    changed = type("Raw", (Forgetful,), {"id": "raw"})
    with pytest.raises(AssertionError, match="Give the new meaning a new id"):
        same_as_golden(changed, tmp_path)


def test_a_golden_file_of_a_built_in_component_is_never_made_anew():
    missing = type("Raw", (Raw,), {"id": "nobody"})
    with pytest.raises(AssertionError, match=r"nobody\.json is missing"):
        same_as_fixture(missing, "entropy")


def test_every_kind_of_component_is_known():
    with pytest.raises(TypeError, match="not a chunker, quantizer or entropy coder"):
        conforms(type("Odd", (), {}))
    assert issubclass(Raw, EntropyCoder)
