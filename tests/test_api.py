import io
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import aictui
from aictui.errors import InputError, UsageError

pytestmark = pytest.mark.usefixtures("linear")


def test_every_public_name_is_there():
    assert sorted(aictui.__all__) == sorted(
        ["__version__", "compress", "decompress", "errors", "hookimpl", "inspect", "models", "open", "plugins"]
    )
    for name in aictui.__all__:
        assert getattr(aictui, name) is not None
        assert name in dir(aictui)
    with pytest.raises(AttributeError, match="no attribute 'magic'"):
        _ = aictui.magic


def test_an_image_goes_there_and_back(photo):
    data = aictui.compress(photo, model="linear", ratio=20)
    image = aictui.decompress(data)
    assert isinstance(data, bytes)
    assert (image.mode, image.size) == ("RGB", (144, 96))
    assert np.abs(np.asarray(image).astype(int) - photo).mean() < 5
    assert aictui.inspect(data).ratio >= 20


@pytest.mark.parametrize(
    "target", [{"ratio": 30}, {"size": 2000}, {"psnr": 38}, {"quality": 40}, {"level": 30}, {"latents": 9}, {}]
)
def test_every_way_to_say_how_small_works(photo, target):
    assert aictui.inspect(aictui.compress(photo, model="linear", **target)).width == 144


def test_components_and_options_reach_the_file(photo):
    data = aictui.compress(
        photo,
        model="linear",
        quantizer="deadzone",
        coder="deflate",
        tune="visual",
        planes=1,
        effort=1,
        options={"quantizer": {"zone": 0.2}},
        keep=(),
    )
    info = aictui.inspect(data)
    assert (info.coder.id, info.quantizer.options, info.point.tune, info.point.planes) == (
        "deflate",
        {"zone": 0.2},
        1,
        1,
    )


def test_two_targets_at_once_are_refused(photo):
    with pytest.raises(UsageError, match="only one target can be met, not ratio and psnr"):
        aictui.compress(photo, model="linear", ratio=3, psnr=30)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"keep": "exif"}, "keep lists metadata"),
        ({"ratio": "16"}, "ratio takes a number, not '16'"),
        ({"size": 0}, "size takes a number from 1, not 0"),
        ({"planes": "auto"}, "planes is a whole number from 0 to 3, not 'auto'"),
        ({"latents": "9"}, "latents is a whole number from 1, not '9'"),
        ({"latents": True}, "latents is a whole number from 1, not True"),
        ({"effort": "2"}, "effort is 1, 2 or 3, not '2'"),
        ({"coder": 3}, "coder is a name, not 3"),
        ({"keep": None}, "keep lists metadata"),
        ({"keep": [["exif"]]}, "keep lists metadata"),
        ({"keep": np.array("exif")}, "keep lists metadata"),
        ({"keep": ["smell"]}, "metadata to keep is exif, icc or xmp, all or none, not 'smell'"),
        ({"effort": [1]}, r"effort is 1, 2 or 3, not \[1\]"),
        ({"effort": True}, "effort is 1, 2 or 3, not True"),
        ({"ratio": True}, "ratio takes a number, not True"),
        ({"options": {"quantizer": {"zone": np.array([0.1, 0.2])}}}, "zone takes a number"),
        ({"ratio": 10**5000}, "ratio takes a number from 1 to 1000000, not inf"),
        ({"effort": 10**5000}, "effort is 1, 2 or 3, not a number of thousands of digits"),
        ({"options": 0}, "options are those of a chunker, quantizer or coder"),
        ({"options": [1]}, "options are those of a chunker, quantizer or coder"),
        ({"options": {3: {}}}, "options belong to a chunker, quantizer or coder, not 3"),
        ({"options": {"quantizer": {3: 1}}}, "the options of a quantizer are names with values"),
    ],
)
def test_arguments_of_another_type_are_told(photo, wrong, says):
    with pytest.raises(UsageError, match=says):
        aictui.compress(photo, model="linear", **wrong)


def test_data_of_another_type_is_told_or_taken(photo):
    data = aictui.compress(photo, model="linear")
    assert aictui.inspect(bytearray(data)) == aictui.inspect(io.BytesIO(data)) == aictui.inspect(data)
    assert aictui.decompress(memoryview(data)).size == aictui.decompress(data).size
    for wrong in (None, data):
        with pytest.raises(InputError, match=f"an image is a path, .* not {type(wrong).__name__}"):
            aictui.compress(wrong, model="linear")
    with pytest.raises(UsageError, match=r"not str; aictui\.open takes its path"):
        aictui.decompress("a.aic")
    for take in (aictui.open, aictui.inspect):
        with pytest.raises(UsageError, match="not as NoneType"):
            take(None)


def test_files_are_opened_and_inspected_by_name_or_stream(tmp_path, photo):
    path = tmp_path / "a.aic"
    data = aictui.compress(photo, model="linear")
    path.write_bytes(data)
    for file in (path, str(path), io.BytesIO(data)):
        assert aictui.open(file).size == (144, 96)
    assert aictui.inspect(path) == aictui.inspect(str(path)) == aictui.inspect(data)


def test_a_file_that_gives_no_bytes_is_told(tmp_path, photo):
    path = tmp_path / "a.aic"
    path.write_bytes(aictui.compress(photo, model="linear"))
    with path.open("rb") as closed:
        pass
    with path.open(encoding="latin1") as text, (tmp_path / "b.aic").open("wb") as written:
        for file, error, says in (
            (closed, InputError, "the file cannot be read: .*closed"),
            (written, InputError, "the file cannot be read: "),
            (text, UsageError, r"open for reading bytes \('rb'\); this one gives str"),
        ):
            for take in (aictui.open, aictui.inspect):
                with pytest.raises(error, match=says):
                    take(file)


def test_damage_may_be_shown_if_asked(photo):
    data = bytearray(aictui.compress(photo, model="linear"))
    data[-5] ^= 1
    with pytest.raises(aictui.errors.FormatError):
        aictui.decompress(bytes(data))
    assert aictui.decompress(bytes(data), keep_damaged=True).size == (144, 96)


def test_pillow_images_keep_their_metadata(photo):
    image = Image.fromarray(photo)
    image.info["icc_profile"] = b"profile"
    assert aictui.decompress(aictui.compress(image, model="linear")).info["icc_profile"] == b"profile"


def test_importing_the_library_imports_no_framework():
    code = "import sys, aictui.api; sys.exit(bool({'keras', 'jax', 'torch', 'textual'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_numbers_of_numpy_and_any_kind_of_path_are_taken(tmp_path, photo):
    class Place:
        def __fspath__(self):
            return str(tmp_path / "a.png")

    Image.fromarray(photo).save(tmp_path / "a.png")
    options = {"quantizer": {"zone": np.float64(0.1)}}
    data = aictui.compress(Place(), model="linear", ratio=np.float32(8), options=options)
    assert data == aictui.compress(photo, model="linear", ratio=8, options={"quantizer": {"zone": 0.1}})
    deep = photo.astype(">u2") * 257
    assert aictui.inspect(aictui.compress(deep, model="linear")).width == photo.shape[1]


def test_a_place_may_tell_its_name_in_bytes(tmp_path, photo):
    class Place:
        def __init__(self, name):
            self.name = os.fsencode(tmp_path / name)

        def __fspath__(self):
            return self.name

    Image.fromarray(photo).save(tmp_path / "a.png")
    data = aictui.compress(Place("a.png"), model="linear")
    (tmp_path / "a.aic").write_bytes(data)
    assert aictui.open(Place("a.aic")).size == (144, 96)
    assert aictui.inspect(Place("a.aic")) == aictui.inspect(data)


@pytest.mark.parametrize(
    ("small", "plain"),
    [
        ({"latents": np.int8(8)}, {"latents": 8}),
        ({"effort": np.uint8(2), "planes": np.int8(0)}, {"effort": 2, "planes": 0}),
        ({"ratio": np.float16(16)}, {"ratio": 16}),
    ],
)
def test_numbers_of_few_bits_are_worth_as_much_as_others(photo, small, plain):
    large = np.tile(photo, (2, 2, 1))  # of more bytes than the largest number of 16 bits
    assert aictui.compress(large, model="linear", **small) == aictui.compress(large, model="linear", **plain)


def test_progress_is_heard_and_may_stop_the_work(photo):
    heard = []
    data = aictui.compress(photo, model="linear", progress=lambda fraction, phase: heard.append(fraction))
    assert heard == sorted(heard)
    assert (heard[0], heard[-1]) == (0, 1)

    def stop(fraction, phase):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        aictui.decompress(data, progress=stop)
