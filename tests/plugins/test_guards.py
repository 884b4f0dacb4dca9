import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from aictui.chunkers.base import ChunkGrid
from aictui.chunkers.rgb16 import Rgb16
from aictui.entropy.adaptive import Adaptive
from aictui.entropy.base import EntropyCoder, PartDecoder
from aictui.entropy.raw import Raw
from aictui.entropy.tables import uniform_context
from aictui.errors import AictuiError, Cancelled, PluginError, UsageError
from aictui.metrics.base import Metric
from aictui.plugins.guards import guarded
from aictui.plugins.loading import way_back, way_out
from aictui.plugins.sources import PluginSource
from aictui.quantizers.round import Round

SOURCE = PluginSource("acme", "aictui_acme", "aictui-acme", "1.0")

ZEROS = np.zeros(4, np.float32)
CENTRES = np.zeros(4, np.int32)
CONTEXT = uniform_context(2, 2)


def quantizer_that(does: object) -> Round:
    class Mine(Round):
        id = "mine"

        def quantize(self, values, centres, scales):
            return does(values) if callable(does) else does

    return guarded("quantizer", Mine, SOURCE)()


def coder_that(does: object) -> Raw:
    class Mine(Raw):
        id = "mine"

        def encode(self, symbols, context):
            return does(symbols)

        def decode(self, data, context):
            return does(data)

    return guarded("entropy coder", Mine, SOURCE)()


def fail(*_: object) -> None:
    raise KeyError("x")


def leave(*_: object) -> None:
    sys.exit(0)


def give_up(*_: object) -> None:
    raise asyncio.CancelledError


def pretend_to_be_the_user(*_: object) -> None:
    raise KeyboardInterrupt


def assert_names_the_plugin(error: pytest.ExceptionInfo[PluginError], says: str) -> None:
    message = str(error.value)
    assert says in message
    assert "plugin acme" in message
    assert "aictui plugins disable acme" in message
    assert "aictui plugins uninstall aictui-acme" in message


def test_the_way_out_can_be_typed_whatever_a_plugin_is_called() -> None:
    assert way_out(PluginSource("mit leer ü", "x.py")) == "switch it off with `aictui plugins disable 'mit leer ü'`"
    assert way_back(PluginSource("a b", "x.py", state="disabled")) == "`aictui plugins enable 'a b'` lets it load"


def test_a_sound_component_works_as_if_it_were_not_guarded() -> None:
    guard = guarded("quantizer", Round, SOURCE)
    assert issubclass(guard, Round)
    assert (guard.id, guard.options, guard.__name__, guard.__doc__) == ("round", (), "Round", Round.__doc__)
    assert guard().quantize(ZEROS + 2, CENTRES, ZEROS).tolist() == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("does", "says"),
    [
        (fail, "quantizer mine of plugin acme failed in quantize: KeyError: 'x'"),
        (leave, "quantizer mine of plugin acme failed in quantize: SystemExit: 0"),
        (give_up, "quantizer mine of plugin acme failed in quantize: CancelledError"),
        (lambda values: values, "returned float32 (4,) from quantize where int32 (4,) was due"),
        (lambda values: np.zeros(3, np.int32), "returned int32 (3,) from quantize"),
        (lambda values: None, "returned NoneType from quantize"),
    ],
)
def test_a_quantizer_that_raises_or_returns_garbage_is_an_error_of_its_plugin(does: object, says: str) -> None:
    with pytest.raises(PluginError) as error:
        quantizer_that(does).quantize(ZEROS, CENTRES, ZEROS)
    assert_names_the_plugin(error, says)


def test_only_in_the_main_thread_an_interrupt_may_be_the_users() -> None:
    quantize = quantizer_that(pretend_to_be_the_user).quantize
    with pytest.raises(KeyboardInterrupt):
        quantize(ZEROS, CENTRES, ZEROS)
    with ThreadPoolExecutor(1) as pool, pytest.raises(PluginError) as error:
        pool.submit(quantize, ZEROS, CENTRES, ZEROS).result()
    assert_names_the_plugin(error, "failed in quantize: KeyboardInterrupt")


def test_what_a_component_is_given_can_only_be_read() -> None:
    def spoil(values: np.ndarray) -> np.ndarray:
        values[:] = 0
        return values.astype(np.int32)

    values = ZEROS + 2
    with pytest.raises(PluginError, match="read-only"):
        quantizer_that(spoil).quantize(values, CENTRES, ZEROS)
    assert (values == 2).all()


def test_a_quantizer_must_keep_to_the_range_that_it_declares() -> None:
    class Byte(Round):
        id = "byte"
        symbol_range = (-128, 127)

    with pytest.raises(PluginError, match=r"symbols outside -128\.\.127"):
        guarded("quantizer", Byte, SOURCE)().quantize(ZEROS + 200, CENTRES, ZEROS)


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_values_that_are_not_finite_are_an_error_of_their_plugin(number: float) -> None:
    class Spoiling(Round):
        def dequantize(self, symbols, centres, scales):
            return np.where(symbols == 0, symbols, number).astype(np.float32)

    class Blank(Rgb16):
        def split(self, image):
            return ChunkGrid(np.full_like(super().split(image).values, number), image.shape)

    with pytest.raises(PluginError) as error:
        guarded("quantizer", Spoiling, SOURCE)().dequantize(np.array([0, 1], np.int32), CENTRES[:2], ZEROS[:2])
    assert_names_the_plugin(error, "returned numbers from dequantize that are not finite")
    with pytest.raises(PluginError, match="returned numbers from split that are not finite"):
        guarded("chunker", Blank, SOURCE)().split(np.zeros((16, 16, 3), np.uint8))


@pytest.mark.parametrize(
    ("does", "says"),
    [(fail, "failed in encode"), (lambda symbols: "text", "returned str from encode, not bytes")],
)
def test_an_entropy_coder_that_cannot_encode_is_an_error_of_its_plugin(does: object, says: str) -> None:
    with pytest.raises(PluginError) as error:
        coder_that(does).encode(CENTRES, CONTEXT)
    assert_names_the_plugin(error, says)


def test_an_entropy_coder_may_call_data_damaged() -> None:
    def damaged(_: bytes) -> None:
        raise ValueError("damaged")

    with pytest.raises(ValueError, match="damaged"):
        coder_that(damaged).decode(b"", CONTEXT)


def test_an_entropy_coder_that_decodes_the_wrong_number_of_symbols_is_an_error_of_its_plugin() -> None:
    with pytest.raises(PluginError, match=r"returned int32 \(7,\) from decode"):
        coder_that(lambda data: np.zeros(7, np.int32)).decode(b"", CONTEXT)


def test_parts_are_guarded_too() -> None:
    with pytest.raises(PluginError, match="plugin acme"):
        coder_that(fail).encoder().put(CENTRES, CONTEXT)


def test_a_part_goes_through_guards_unchanged() -> None:
    coder = guarded("entropy coder", Raw, SOURCE)()
    encoder = coder.encoder()
    encoder.put(np.array([1, 2, 3, -4], np.int32), CONTEXT)
    symbols, known = coder.decoder(encoder.finish(), complete=True).get(CONTEXT)
    assert symbols.tolist() == [1, 2, 3, -4]
    assert known == 4


@pytest.mark.parametrize("values", [None, [0.0], np.zeros((1, 1, 768)), np.zeros((1, 1, 5), np.float32)])
def test_a_chunker_that_returns_garbage_is_an_error_of_its_plugin(values: object) -> None:
    class Mine(Rgb16):
        def split(self, image):
            return values if values is None else ChunkGrid(values, image.shape)

    with pytest.raises(PluginError, match="chunker rgb16 of plugin acme returned"):
        guarded("chunker", Mine, SOURCE)().split(np.zeros((3, 3, 3), np.uint8))


def test_a_grid_of_other_chunks_than_those_of_16_pixels_is_an_error_of_its_plugin() -> None:
    class Small(Rgb16):
        id = "small"
        chunk_size = 192

        def split(self, image):
            return ChunkGrid(np.zeros((-(-image.shape[0] // 8), -(-image.shape[1] // 8), 192), np.float32), image.shape)

    with pytest.raises(PluginError) as error:
        guarded("chunker", Small, SOURCE)().split(np.zeros((30, 40, 3), np.uint8))
    assert_names_the_plugin(error, "returned float32 (4, 5, 192) from split where float32 (2, 3, 192) was due")


def test_a_component_that_cannot_be_made_is_an_error_of_its_plugin() -> None:
    class Failing(Round):
        def __init__(self, **settings):
            fail()

    class Forgetful(Round):
        def __init__(self, **settings):
            pass

    for component, says in [(Failing, "failed in __init__: KeyError"), (Forgetful, "does not call that of its base")]:
        with pytest.raises(PluginError) as error:
            guarded("quantizer", component, SOURCE)()
        assert_names_the_plugin(error, says)


def test_an_option_that_a_component_does_not_have_is_no_error_of_its_plugin() -> None:
    with pytest.raises(UsageError, match="quantizer round has no option 'depth'"):
        guarded("quantizer", Round, SOURCE)(depth=3)


def test_what_codes_a_part_must_be_one_of_its_kind() -> None:
    class Mine(Raw):
        def encoder(self):
            return None

        def decoder(self, data, *, complete):
            return None

    coder = guarded("entropy coder", Mine, SOURCE)()
    with pytest.raises(PluginError, match="of plugin acme returned NoneType from encoder, not PartEncoder"):
        coder.encoder()
    with pytest.raises(PluginError, match="of plugin acme returned NoneType from decoder, not PartDecoder"):
        coder.decoder(b"", complete=True)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "returned no pair of symbols and how many are known from get"),
        (CENTRES, "returned no pair"),
        ((None, 4), "returned NoneType from get"),
        ((CENTRES, -5), "knows -5 of 4 symbols in get"),
        ((CENTRES, 10**9), "knows 1000000000 of 4 symbols in get"),
        ((CENTRES, "all"), "knows str of 4 symbols in get"),
    ],
)
def test_a_part_must_give_the_symbols_of_a_pass_and_how_many_are_known(answer: object, says: str) -> None:
    class Decoder(PartDecoder):
        def get(self, context):
            return answer

    class Mine(Raw):
        def decoder(self, data, *, complete):
            return Decoder()

    with pytest.raises(PluginError) as error:
        guarded("entropy coder", Mine, SOURCE)().decoder(b"", complete=True).get(CONTEXT)
    assert_names_the_plugin(error, says)


def test_a_metric_that_fails_is_an_error_of_its_plugin() -> None:
    metric = guarded("metric", Metric(id="mine", title="Mine", measure=fail), SOURCE)
    with pytest.raises(PluginError, match="metric mine of plugin acme failed in measure"):
        metric.measure(ZEROS, ZEROS)


def test_what_should_be_a_number_and_is_none_is_an_error_of_its_plugin() -> None:
    class Mine(Raw):
        def bits(self, symbols, context):
            return None

    metric = guarded("metric", Metric(id="mine", title="Mine", measure=lambda a, b: None), SOURCE)
    with pytest.raises(PluginError, match="metric mine of plugin acme failed in measure: TypeError"):
        metric.measure(ZEROS, ZEROS)
    with pytest.raises(PluginError, match="plugin acme failed in bits: TypeError"):
        guarded("entropy coder", Mine, SOURCE)().bits(CENTRES, CONTEXT)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -5.0, 1e300])
def test_a_size_that_cannot_be_is_an_error_of_its_plugin(number: float) -> None:
    class Mine(Raw):
        id = "mine"

        def bits(self, symbols, context):
            return number

    with pytest.raises(PluginError) as error:
        guarded("entropy coder", Mine, SOURCE)().bits(CENTRES, CONTEXT)
    assert_names_the_plugin(error, f"tells of {number:g} bits in bits")


@pytest.mark.parametrize("kind", [UsageError, PluginError, Cancelled])
def test_what_a_plugin_tells_the_user_on_purpose_names_it(kind: type[AictuiError]) -> None:
    def complain(_: object) -> None:
        raise kind("this option does not work here")

    with pytest.raises(PluginError) as error:
        quantizer_that(complain).quantize(ZEROS, CENTRES, ZEROS)
    assert_names_the_plugin(error, "failed in quantize: this option does not work here; ")


def test_what_aictui_tells_the_user_is_passed_on_through_a_plugin() -> None:
    def ask_for_too_much(_: object) -> None:
        Round(depth=3)

    with pytest.raises(UsageError, match=r"^quantizer round has no option 'depth'"):
        quantizer_that(ask_for_too_much).quantize(ZEROS, CENTRES, ZEROS)


def test_an_exception_that_cannot_be_told_is_an_error_of_its_plugin() -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no words")

    def fail_mutely(_: object) -> None:
        raise MuteError

    with pytest.raises(PluginError) as error:
        quantizer_that(fail_mutely).quantize(ZEROS, CENTRES, ZEROS)
    assert_names_the_plugin(error, "failed in quantize: MuteError; ")


def test_a_guard_leaves_what_a_coder_can_do_as_it_is() -> None:
    class InBlocks(Raw):
        id = "blocks"
        encoder, decoder, bits = EntropyCoder.encoder, EntropyCoder.decoder, EntropyCoder.bits

    for kind in (Adaptive, Raw, InBlocks):
        alone, made = kind(), guarded("entropy coder", kind, SOURCE)()
        assert made.in_blocks == alone.in_blocks
        assert made.counts_by_coding == alone.counts_by_coding
    assert InBlocks().in_blocks
    assert not Adaptive().in_blocks


def test_what_a_coder_and_a_chunker_are_given_can_only_be_read() -> None:
    def spoil(symbols):
        CONTEXT.tables.frequencies[0, 0] = 1

    class Mine(Rgb16):
        id = "mine"

        def join(self, grid):
            grid.values[:] = 0
            return super().join(grid)

    with pytest.raises(PluginError, match="read-only"):
        coder_that(spoil).encode(CENTRES, CONTEXT)
    chunker = guarded("chunker", Mine, SOURCE)()
    with pytest.raises(PluginError, match="read-only"):
        chunker.join(chunker.split(np.zeros((16, 16, 3), np.uint8)))
    assert not CONTEXT.index.flags.writeable
