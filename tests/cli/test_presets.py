import json
from pathlib import Path

import pytest

from aictui import config, presets
from aictui.codec.settings import Settings, Target
from tests.cli.conftest import Command


@pytest.fixture(autouse=True)
def own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(config.VARIABLE, str(tmp_path / "config.toml"))


def test_settings_are_saved_under_a_name_listed_and_removed(aictui: Command) -> None:
    saved = aictui(
        "presets",
        "save",
        "web",
        "--quality",
        "60",
        "--quantizer",
        "deadzone",
        "--quantizer-zone",
        "0.1",
        "--keep",
        "icc",
    )
    assert saved.code == 0
    assert presets.named("web") == Settings(
        target=Target("quality", 60),
        quantizer="deadzone",
        options={"quantizer": {"zone": 0.1}},
        keep=frozenset({"icc"}),
    )
    assert "web   target q60, model photo, quantizer deadzone, keep icc, quantizer.zone 0.1" in aictui("presets").out
    assert aictui("presets", "list", "--json").json[0]["name"] == "web"
    assert aictui("presets", "remove", "web").code == 0
    assert "there are no presets" in aictui("presets").err


def test_a_preset_is_replaced_only_when_that_is_asked_for(aictui: Command) -> None:
    aictui("presets", "save", "web", "--ratio", "8")
    outcome = aictui("presets", "save", "web", "--ratio", "4")
    assert outcome.code == 2
    assert "take another name, or replace it with --overwrite" in outcome.err
    assert aictui("presets", "save", "web", "--ratio", "4", "--overwrite").code == 0
    assert presets.named("web").target == Target("ratio", 4)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--model", "nope"], 5, "needs model nope, which is not installed"),
        (["--coder", "nope"], 5, "entropy coder 'nope' is not installed"),
        (["--tune", "loud"], 2, "model photo has no tune 'loud'"),
    ],
)
def test_a_preset_that_nothing_could_be_compressed_with_is_refused(
    aictui: Command, arguments: list[str], code: int, says: str
) -> None:
    outcome = aictui("presets", "save", "web", *arguments)
    assert (outcome.code, outcome.err.count("\n")) == (code, 1)
    assert says in outcome.err
    assert config.load().presets == {}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["save", "a/b", "--ratio", "8"], "not a name for a preset"),
        (["remove", "web"], "there is no preset 'web'"),
        (["save", "web", "--ratio", "0.5"], "ratio takes a number"),
    ],
)
def test_what_cannot_be_is_one_line_and_no_preset(aictui: Command, arguments: list[str], says: str) -> None:
    outcome = aictui("presets", *arguments)
    assert outcome.code == 2
    assert says in outcome.err
    assert outcome.err.count("\n") == 1
    assert config.load().presets == {}


def test_json_stays_readable_for_everybody_whatever_numbers_a_preset_holds(aictui: Command, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[presets.odd]\noptions.quantizer.zone = nan\n")
    listed = json.loads(aictui("presets", "list", "--json").out, parse_constant=pytest.fail)
    assert listed["options"] == {"quantizer": {"zone": None}}
