import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aictui import config, presets
from aictui.codec.settings import Settings, Target
from aictui.errors import UsageError
from tests.conftest import write_config


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ('target = "zz"', "'zz' is not a target"),
        ("effort = 7", "effort is 1, 2 or 3, not 7"),
        ('planes = "many"', "planes takes a number"),
        ('keep = "smell"', "metadata to keep is exif, icc or xmp, all or none, not 'smell'"),
    ],
)
def test_settings_that_cannot_be_say_in_which_section_of_the_file_they_stand(
    config_file: Path, setting: str, says: str
) -> None:
    write_config(config_file, f"[presets.web]\n{setting}\n")
    with pytest.raises(UsageError) as caught:
        presets.named("web")
    assert str(caught.value).startswith(f"{config_file}: [presets.web]: {says}")
    write_config(config_file, f"[defaults]\n{setting}\n")
    with pytest.raises(UsageError) as caught:
        presets.default_settings()
    assert str(caught.value).startswith(f"{config_file}: [defaults]: {says}")


settings = st.builds(
    Settings,
    target=st.one_of(
        st.builds(Target, st.just("ratio"), st.integers(1, 256)),
        st.builds(Target, st.just("size"), st.integers(1, 10**9)),
        st.builds(Target, st.sampled_from(["psnr", "quality", "level"]), st.integers(1, 60)),
    ),
    model=st.sampled_from(["photo", "classic"]),
    coder=st.sampled_from([None, "range", "deflate"]),
    options=st.sampled_from([{}, {"quantizer": {"zone": 0.125, "fine": True}}]),
    tune=st.sampled_from([None, "visual"]),
    planes=st.sampled_from([None, 0, 2]),
    effort=st.integers(1, 3),
    keep=st.frozensets(st.sampled_from(["exif", "icc", "xmp"])),
)


@given(settings, st.sampled_from([{}, {"effort": 3, "model": "classic", "keep": ["icc"], "target": "4x", "planes": 1}]))
def test_a_preset_means_what_was_saved_whatever_the_defaults_were(saved: Settings, defaults: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AICTUI_CONFIG", str(Path(folder) / "config.toml"))
        config.update("defaults", defaults)
        presets.save("mine", saved)
        assert presets.named("mine") == saved
        assert "mine" in config.load().presets


@pytest.mark.parametrize("name", ["", " ", "a/b", "-a", "a\nb", "x" * 41, "blank "])
def test_a_preset_needs_a_name_that_a_command_line_can_take(config_file: Path, name: str) -> None:
    with pytest.raises(UsageError, match="not a name for a preset"):
        presets.save(name, Settings())
    assert not config_file.exists()
