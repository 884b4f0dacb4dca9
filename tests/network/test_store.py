import copy
import json
import os
import pickle
import shutil
import struct
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from aictui.errors import FormatError, MissingComponentError
from aictui.network import store
from tests.network.tiny import CONFIG, TENSORS

SHIPPED = store.shipped_folder()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(store.VARIABLE, str(tmp_path / "user"))
    monkeypatch.setattr(store, "shipped_folder", lambda: tmp_path / "shipped")
    return tmp_path


def test_a_saved_model_reads_back_with_its_hash(folder):
    info = store.save(folder / "x.safetensors", TENSORS, CONFIG)
    read, tensors = store.read(info.path)
    assert read == info
    assert read.card == {"data": "nothing"}
    assert all((tensors[name] == TENSORS[name]).all() for name in TENSORS)


def test_equal_models_give_equal_bytes_whatever_the_order(folder):
    one = store.save(folder / "1.safetensors", TENSORS, CONFIG)
    turned = dict(reversed(TENSORS.items())), dict(reversed(CONFIG.items()))
    two = store.save(folder / "2.safetensors", *turned)
    assert one.path.read_bytes() == two.path.read_bytes()


def test_versions_of_a_name_coexist_and_are_found_by_hash(folder):
    first = store.install(TENSORS, CONFIG)
    second = store.install({**TENSORS, "a": np.zeros((2, 3), np.float16)}, CONFIG)
    assert {info.content_hash for info in store.available()} == {first.content_hash, second.content_hash}
    assert store.find("tiny", first.content_hash).path == first.path
    assert store.find(second.reference).path == second.path
    assert store.find(second.content_hash.hex()).path == second.path


def test_a_better_encoder_takes_the_place_of_the_one_before(folder):
    config = CONFIG | {"encoder": ["card", "a"]}
    before = store.install(TENSORS, config)
    after = store.install({**TENSORS, "a": np.zeros((2, 3), np.float16)}, config | {"card": {"data": "more"}})
    assert after.reference == before.reference
    assert [info.card["data"] for info in store.available()] == ["more"]
    assert (store.read(after.path)[1]["a"] == 0).all()


def test_a_flipped_bit_of_what_only_encoding_needs_is_an_error_too(folder):
    path = store.install(TENSORS, CONFIG | {"encoder": ["a"]}).path
    path.write_bytes(path.read_bytes().replace(np.float16(1).tobytes(), np.float16(2).tobytes()))
    with pytest.raises(FormatError, match="damaged"):
        store.read(path)


@pytest.mark.parametrize("starts", ["a", [""], [1], {"a": 1}])
def test_a_list_that_makes_no_sense_is_an_error(folder, starts):
    path = store.install(TENSORS, CONFIG | {"encoder": ["a"]}).path
    old, new = b'\\"encoder\\":[\\"a\\"]', f'"encoder":{json.dumps(starts)}'.replace('"', '\\"').encode()
    data = path.read_bytes()
    assert old in data
    length = struct.unpack("<Q", data[:8])[0] + len(new) - len(old)
    path.write_bytes(struct.pack("<Q", length) + data[8:].replace(old, new))
    with pytest.raises(FormatError, match="encoder"):
        store.read_info(path)


@pytest.mark.parametrize("change", [{"tunes": 5}, {"card": []}, {"max_planes": "two"}, {"bounded": 1}])
def test_what_is_of_another_kind_than_is_read_is_an_error(folder, change):
    info = store.save(folder / "x.safetensors", TENSORS, CONFIG | change)
    with pytest.raises(FormatError, match=next(iter(change))):
        store.read_info(info.path)


def test_a_copy_that_was_cut_does_not_hide_the_whole_model(folder):
    whole = store.install(TENSORS, CONFIG).path
    cut = whole.with_name(f"{whole.stem} (1){whole.suffix}")
    cut.write_bytes(whole.read_bytes()[:-3])
    os.utime(cut, (2**31, 2**31))
    told = []
    assert [info.path for info in store.available(told.append)] == [whole]
    assert "was cut" in told[0]


def _flip(path, old, new):
    """Another byte string of the same length in a model file."""
    data = path.read_bytes()
    assert data.count(old) == 1
    path.write_bytes(data.replace(old, new))


@pytest.fixture
def damaged_copy(folder):
    """A model as it was shipped, and a copy of it in the user's folder that has lost a bit of its weights."""
    shipped = folder / "shipped" / "classic" / "classic.safetensors"
    shipped.parent.mkdir(parents=True)
    shutil.copy(SHIPPED / "classic" / "classic.safetensors", shipped)
    copied = folder / "user" / "classic.safetensors"
    copied.parent.mkdir()
    data = bytearray(shipped.read_bytes())
    data[-1] ^= 1
    copied.write_bytes(data)
    return copied


def test_a_damaged_copy_gives_way_to_an_intact_one_with_a_warning(damaged_copy, folder, caplog):
    shipped = folder / "shipped" / "classic" / "classic.safetensors"
    digest = store.read_info(shipped).content_hash
    assert store.find("classic", digest).path == damaged_copy
    assert store.load("classic", digest).content_hash == digest
    assert store.load("classic").content_hash == digest
    (told,) = caplog.messages
    assert f"{damaged_copy} is damaged" in told
    assert f"{shipped} has the same model" in told


def test_a_damaged_model_without_another_copy_is_an_error(damaged_copy, folder):
    (folder / "shipped" / "classic" / "classic.safetensors").unlink()
    with pytest.raises(FormatError, match="damaged"):
        store.load("classic")


def test_a_copy_with_a_damaged_name_does_not_hide_the_model(folder):
    info = store.save(folder / "shipped" / "tiny" / "tiny.safetensors", TENSORS, CONFIG)
    copied = store.install(TENSORS, CONFIG).path
    _flip(copied, b"tiny", b"tony")
    assert store.find("tiny", info.content_hash).path == info.path
    assert {each.name for each in store.available()} == {"tiny", "tony"}


def test_where_a_model_is_missing_damaged_files_are_named(folder):
    info = store.install(TENSORS, CONFIG)
    info.path.write_bytes(info.path.read_bytes()[:-3])
    with pytest.raises(MissingComponentError, match=rf"{info.path.name} is damaged: it was cut"):
        store.find("tiny", info.content_hash)


@pytest.mark.parametrize("change", [{"name": "a\x1b[2J"}, {"tunes": ["x\n"]}, {"chunker": ""}])
def test_a_name_that_would_do_something_to_a_terminal_is_an_error(folder, change):
    with pytest.raises(FormatError, match="cannot be shown"):
        store.read_info(store.save(folder / "x.safetensors", TENSORS, CONFIG | change).path)


def test_a_card_is_told_without_what_a_terminal_would_obey(folder):
    info = store.save(folder / "x.safetensors", TENSORS, CONFIG | {"card": {"data": "\x1b]0;x\x07"}})
    assert info.card == {"data": "\\x1b]0;x\\x07"}


def test_a_number_that_is_none_is_an_error(folder):
    path = store.install(TENSORS, CONFIG | {"rate": 0.25}).path
    data = path.read_bytes()
    assert data.count(b"0.25") == 1
    path.write_bytes(data.replace(b"0.25", b" NaN"))
    with pytest.raises(FormatError, match="not a safetensors file of aictui"):
        store.read_info(path)


def test_a_users_model_goes_before_a_shipped_one(folder):
    store.save(folder / "shipped" / "tiny" / "tiny.safetensors", TENSORS, CONFIG)
    mine = store.install({"a": np.zeros(1, np.float32)}, CONFIG)
    assert store.find("tiny").content_hash == mine.content_hash


def test_a_missing_model_is_named_with_what_there_is(folder):
    info = store.install(TENSORS, CONFIG)
    with pytest.raises(MissingComponentError, match=rf"needs model photo@31323334.*{info.reference}") as error:
        store.find("photo", b"12345678")
    assert str(error.value).endswith(f"into {store.user_folder()}, or install the plugin that brings it")


@pytest.mark.parametrize("place", [0, 7, 30, 200, -1])
def test_a_flipped_bit_is_an_error_and_a_warning_in_the_list(folder, place):
    path = store.install(TENSORS, CONFIG).path
    data = bytearray(path.read_bytes())
    data[place] ^= 4
    path.write_bytes(data)
    with pytest.raises(FormatError, match="damaged"):
        store.read(path)


@pytest.mark.parametrize("keep", [0, 5, 100, -3])
def test_a_cut_file_is_an_error(folder, keep):
    path = store.install(TENSORS, CONFIG).path
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(FormatError):
        store.read(path)


def test_a_damaged_file_does_not_hide_the_others(folder):
    store.install(TENSORS, CONFIG)
    (store.user_folder() / "broken.safetensors").write_bytes(b"not a model at all")
    told: list[str] = []
    assert [info.name for info in store.available(told.append)] == ["tiny"]
    assert "broken.safetensors" in told[0]


def test_a_huge_header_is_refused_unread(tmp_path):
    path = tmp_path / "x.safetensors"
    path.write_bytes(struct.pack("<Q", 1 << 60) + b"{}")
    with pytest.raises(FormatError, match="too long"):
        store.read_info(path)


def test_a_file_of_another_program_is_refused(tmp_path):
    header = json.dumps({"__metadata__": {"format": "pt"}}).encode()
    path = tmp_path / "x.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header)
    with pytest.raises(FormatError, match="not a safetensors file of aictui"):
        store.read_info(path)


def test_an_unknown_architecture_names_those_that_are_known(tmp_path):
    info = store.save(tmp_path / "x.safetensors", TENSORS, CONFIG | {"architecture": "cubist"})
    with pytest.raises(MissingComponentError, match=r"'cubist'.*classic"):
        store.load_file(info.path)


def test_what_a_model_lacks_is_said(tmp_path):
    info = store.save(tmp_path / "x.safetensors", TENSORS, CONFIG | {"width": 8})
    with pytest.raises(FormatError, match="bounded_steps"):
        store.load_file(info.path)


def test_nothing_is_left_where_saving_fails(tmp_path):
    from aictui.errors import OutputError

    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    with pytest.raises(OutputError):
        store.save(Path(blocked) / "x.safetensors", TENSORS, CONFIG)


def test_a_link_to_nowhere_among_the_models_is_told_and_left_out(folder):
    kept = store.install(TENSORS, CONFIG)
    (folder / "user" / "gone.safetensors").symlink_to(folder / "nowhere")
    told = []
    assert store.available(told.append) == [kept]
    assert "gone.safetensors cannot be read" in told[0]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_among_the_models_is_told_and_left_out(folder):
    (folder / "user").mkdir()
    os.mkfifo(folder / "user" / f"pipe{store.SUFFIX}")
    told = []
    reading = threading.Thread(target=lambda: store.available(told.append), daemon=True)
    reading.start()
    reading.join(10)
    assert not reading.is_alive()
    assert any("it is a pipe" in line for line in told)


def test_threads_that_ask_at_once_share_one_model(folder, monkeypatch):
    store.install(TENSORS, CONFIG)
    made = []

    def load_file(path):
        time.sleep(0.02)
        made.append(path)
        return object()

    monkeypatch.setattr(store, "load_file", load_file)
    with ThreadPoolExecutor(4) as pool:
        models = list(pool.map(store.load, ["tiny"] * 4))
    assert len(made) == len(set(map(id, models))) == 1


def test_what_is_told_of_a_model_can_be_copied_and_sent_to_another_process(folder):
    info = store.install(TENSORS, CONFIG)
    assert info.card is not None
    for copied in (copy.deepcopy(info), pickle.loads(pickle.dumps(info))):
        assert copied == info
        assert copied.card == info.card
        with pytest.raises(TypeError):
            copied.config["name"] = "another"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_a_process_that_was_forked_from_one_that_uses_a_model_is_told_not_left_hanging():
    pytest.importorskip("jax")
    program = (
        "import os, sys, numpy, aictui\n"
        "image = numpy.zeros((16, 16, 3), numpy.uint8)\n"
        "aictui.compress(image, model='classic')\n"
        "if not os.fork():\n"
        "    try:\n"
        "        aictui.compress(image, model='classic')\n"
        "    except aictui.errors.UsageError as error:\n"
        "        os._exit(7 * (\"get_context('spawn')\" in str(error)))\n"
        "    os._exit(1)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))\n"
    )
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    command = [sys.executable, "-W", "ignore", "-c", program]
    assert subprocess.run(command, env=environment, timeout=60, check=False).returncode == 7
