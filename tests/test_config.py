import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aictui import config
from aictui.codec.settings import Settings, Target
from aictui.errors import OutputError, UsageError


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "folder" / "config.toml"
    monkeypatch.setenv("AICTUI_CONFIG", str(path))
    return path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_without_a_file_everything_is_at_its_default(file: Path) -> None:
    loaded = config.load()
    assert loaded == config.Config(file)
    assert not file.exists()


def test_without_the_variable_the_file_is_in_the_platforms_config_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    import platformdirs

    monkeypatch.delenv("AICTUI_CONFIG")
    assert config.path() == Path(platformdirs.user_config_dir("aictui", appauthor=False)) / "config.toml"


def test_an_update_keeps_the_comments_that_people_wrote(file: Path) -> None:
    write(file, '# my taste\n[tui]\ntheme = "nord"  # dark\n')
    config.update("tui", {"images": "sixel"})
    assert "# my taste" in file.read_text(encoding="utf-8")
    assert "# dark" in file.read_text(encoding="utf-8")
    assert config.load().tui == {"theme": "nord", "images": "sixel"}


def test_an_update_with_none_takes_a_setting_back(file: Path) -> None:
    config.update("presets.web", {"target": "q60", "coder": "range"})
    config.update("presets.web", {"coder": None})
    assert config.load().presets == {"web": {"target": "q60"}}


def test_disabling_a_plugin_is_remembered_until_it_is_enabled(file: Path) -> None:
    config.set_plugin_enabled("zstd", False)
    config.set_plugin_enabled("lapped", False)
    assert config.load().disabled_plugins == {"zstd", "lapped"}
    config.set_plugin_enabled("zstd", True)
    assert config.load().disabled_plugins == {"lapped"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("theme = ", "not valid TOML"),
        ("[colours]\nred = 1\n", "there is no section"),
        ("tui = 3\n", "must be a section"),
        ("[tui]\ntheme = 3\n", "tui.theme must be a text"),
        ('[plugins]\ndisabled = "zstd"\n', "plugins.disabled must be a list"),
        ("[presets]\nweb = 3\n", "presets.web must be a section"),
        ('[plugins]\ndisabled = [["x"]]\n', "plugins.disabled must be a list of texts"),
        ("[tui.output]\noverwrite = 3\n", "tui.output.overwrite must be one of error, overwrite, skip, rename"),
        ('[tui.output]\noverwrite = "always"\n', "tui.output.overwrite must be one of"),
        ('[defaults]\nkeep = [["x"]]\n', r"\[defaults\]: the setting keep must be a list of texts"),
        ("[defaults]\noptions.quantizer = 3\n", "the setting options.quantizer must be a section"),
        ("[presets.web]\noptions = 3\n", r"\[presets.web\]: the setting options must be a section"),
    ],
)
def test_a_broken_file_is_told_in_one_line_that_names_it(file: Path, text: str, says: str) -> None:
    write(file, text)
    with pytest.raises(UsageError, match=says) as caught:
        config.load()
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_broken_file_is_never_overwritten(file: Path) -> None:
    write(file, "theme = ")
    with pytest.raises(UsageError):
        config.update("tui", {"theme": "nord"})
    assert file.read_text(encoding="utf-8") == "theme = "


def test_a_link_to_a_file_that_is_kept_elsewhere_stays_one(file: Path, tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles" / "aictui.toml"
    write(kept, "# mine\n")
    file.parent.mkdir()
    file.symlink_to(kept)
    config.update("tui", {"theme": "nord"})
    assert file.is_symlink()
    assert "nord" in kept.read_text(encoding="utf-8")
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


def test_a_file_that_cannot_be_written_is_an_output_error_and_leaves_nothing(file: Path) -> None:
    write(file.parent.parent / "folder", "a file where the folder should be")
    with pytest.raises((OutputError, UsageError)):
        config.update("tui", {"theme": "nord"})


def test_a_preset_becomes_settings() -> None:
    table = {"target": "q60", "coder": "raw", "options": {"quantizer": {"zone": 0.2}}, "keep": ["icc"]}
    settings = config.to_settings(table, Settings(model="classic"))
    assert settings == Settings(
        target=Target("quality", 60),
        model="classic",
        coder="raw",
        options={"quantizer": {"zone": 0.2}},
        keep=frozenset({"icc"}),
    )


@pytest.mark.parametrize(
    ("planes", "keep", "means"),
    [
        ("auto", "all", (None, {"exif", "icc", "xmp"})),
        ("2", "none", (2, set())),
        (1, "exif, icc", (1, {"exif", "icc"})),
        (0, [], (0, set())),
    ],
)
def test_planes_and_metadata_may_be_written_as_the_options_take_them(
    planes: int | str, keep: str | list[str], means: tuple[int | None, set[str]]
) -> None:
    settings = config.to_settings({"planes": planes, "keep": keep}, Settings(planes=3))
    assert (settings.planes, settings.keep) == means


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ('target = "zz"', "'zz' is no target"),
        ("effort = 7", "effort is 1, 2 or 3, not 7"),
        ('planes = "many"', "planes takes a number"),
        ('keep = "smell"', "metadata to keep is exif, icc or xmp, not smell"),
    ],
)
def test_settings_that_cannot_be_say_in_which_section_of_the_file_they_stand(
    file: Path, setting: str, says: str
) -> None:
    write(file, f"[presets.web]\n{setting}\n")
    with pytest.raises(UsageError) as caught:
        config.preset("web")
    assert str(caught.value).startswith(f"{file}: [presets.web]: {says}")
    write(file, f"[defaults]\n{setting}\n")
    with pytest.raises(UsageError) as caught:
        config.default_settings()
    assert str(caught.value).startswith(f"{file}: [defaults]: {says}")


def test_where_no_file_can_be_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AICTUI_CONFIG", str(tmp_path / "file" / "config.toml"))
    assert config.load() == config.Config(tmp_path / "file" / "config.toml")


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
        config.save_preset("mine", saved)
        assert config.preset("mine") == saved
        assert "mine" in config.load().presets


@pytest.mark.parametrize("name", ["", " ", "a/b", "-a", "a\nb", "x" * 41, "blank "])
def test_a_preset_needs_a_name_that_a_command_line_can_take(file: Path, name: str) -> None:
    with pytest.raises(UsageError, match="no name for a preset"):
        config.save_preset(name, Settings())
    assert not file.exists()


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"quality": 3}, "does not exist"),
        ({"target": "big"}, "is no target"),
        ({"effort": "much"}, "effort"),
        ({"keep": [["x"]]}, "keep must be a list of texts"),
        ({"options": {"quantizer": 3}}, "options.quantizer must be a section"),
    ],
)
def test_a_preset_with_nonsense_is_a_usage_error(table: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        config.to_settings(table, Settings())


def test_options_that_are_no_names_with_values_are_a_usage_error() -> None:
    with pytest.raises(UsageError, match="options of a quantizer are names with values, not 3"):
        Settings(options={"quantizer": 3})  # type: ignore[dict-item]
