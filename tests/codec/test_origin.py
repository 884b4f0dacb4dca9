from dataclasses import replace

import pytest

from aictui.codec.encode import encode
from aictui.codec.image import SourceImage
from aictui.codec.inspect import inspect
from aictui.codec.origin import settings_of
from aictui.codec.settings import Settings, Target
from aictui.codec.trim import trim
from aictui.errors import MissingComponentError


@pytest.fixture
def source(photo):
    return SourceImage(photo, metadata={"icc": b"profile"})


def test_a_file_made_anew_with_its_settings_is_the_same_file(linear, source):
    wanted = Settings(
        target=Target("ratio", 9),
        model="linear",
        quantizer="deadzone",
        coder="adaptive",
        options={"quantizer": {"zone": 0.2}},
        tune="visual",
        planes=1,
        keep=frozenset(),
    )
    made = encode(source, wanted)
    settings = settings_of(made.info, Settings(effort=2))
    assert settings.target.kind == "ratio"
    assert settings.target.value == pytest.approx(made.info.ratio, abs=0.01)
    assert replace(settings, target=wanted.target) == replace(wanted, chunker="planes16")
    assert encode(source, settings).data == made.data


def test_the_ratio_is_that_of_a_file_that_was_trimmed_but_not_of_one_that_is_torn(linear, source):
    data = encode(source, Settings(target=Target("ratio", 8), model="linear")).data
    trimmed = inspect(trim(data, Target("ratio", 20)))
    assert settings_of(trimmed, Settings()).target.value == pytest.approx(20, rel=0.05)
    torn = inspect(data[: len(data) // 2])
    assert settings_of(torn, Settings()).target.value == pytest.approx(8, rel=0.05)


def test_a_file_of_another_version_of_the_model_names_it_with_its_hash(linear, source, monkeypatch):
    from aictui.network import store

    info = encode(source, Settings(model="linear")).info
    find, newer = store.find, replace(store.find("linear"), content_hash=bytes(8))
    monkeypatch.setattr(store, "find", lambda name, digest=None: find(name, digest) if digest else newer)
    assert settings_of(info, Settings()).model == f"linear@{linear.content_hash.hex()[:8]}"


def test_a_file_whose_components_are_not_installed_is_refused(linear, source):
    info = replace(encode(source, Settings(model="linear")).info, missing=("needs entropy coder x",))
    with pytest.raises(MissingComponentError, match="this file needs entropy coder x"):
        settings_of(info, Settings())
