import pytest

import aictui
from aictui.codec.settings import Settings
from aictui.plugins import registry
from aictui.tui.surroundings import Workshop
from tests.tui.browsing import header_of


@pytest.fixture(autouse=True)
def config(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    path.write_text('[defaults]\neffort = 3\ntarget = "12x"\n')
    monkeypatch.setenv("AICTUI_CONFIG", str(path))


def test_a_comparison_begins_with_the_users_defaults():
    found = Workshop().surroundings()
    assert (str(found.settings.target), found.settings.effort, found.notice) == ("12x", 3, "")


def test_a_comparison_with_a_file_begins_with_what_it_was_made_with(tmp_path, linear, photo):
    like = tmp_path / "beach.aic"
    like.write_bytes(aictui.compress(photo, ratio=20, model="linear", coder="adaptive", tune="visual"))
    found = Workshop().surroundings(like)
    settings = found.settings
    assert settings.target.value == pytest.approx(20, rel=0.05)
    assert (settings.model, settings.coder, settings.tune, settings.effort) == ("linear", "adaptive", "visual", 3)
    assert not found.notice


@pytest.mark.parametrize(("data", "why"), [(header_of(64, 64), "needs model none"), (b"torn", "not an .aic file")])
def test_a_file_whose_settings_cannot_be_had_is_told_of_and_the_defaults_taken(tmp_path, data, why):
    like = tmp_path / "beach.aic"
    like.write_bytes(data)
    found = Workshop().surroundings(like)
    assert found.settings == Workshop().surroundings().settings != Settings()
    assert found.notice.startswith("It begins with the usual settings, not with those of beach.aic: ")
    assert why in found.notice


def test_surroundings_are_those_of_now_until_the_plugins_are_looked_for_again():
    workshop = Workshop()
    found = workshop.surroundings()
    assert workshop.is_current(found)
    registry.cache_clear()
    assert not workshop.is_current(found)
