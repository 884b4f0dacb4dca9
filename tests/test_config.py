from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from aictui import config
from aictui.errors import OutputError, UsageError
from tests.conftest import write_config


def test_without_a_file_everything_is_at_its_default(config_file: Path) -> None:
    loaded = config.load()
    assert loaded == config.Config(config_file)
    assert not config_file.exists()


def test_without_the_variable_the_file_is_in_the_platforms_config_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    import platformdirs

    monkeypatch.delenv("AICTUI_CONFIG")
    assert config.path() == Path(platformdirs.user_config_dir("aictui", appauthor=False)) / "config.toml"


def test_an_update_keeps_the_comments_that_people_wrote(config_file: Path) -> None:
    write_config(config_file, '# my taste\n[tui]\ntheme = "nord"  # dark\n')
    config.update("tui", {"images": "sixel"})
    assert "# my taste" in config_file.read_text(encoding="utf-8")
    assert "# dark" in config_file.read_text(encoding="utf-8")
    assert config.load().tui == {"theme": "nord", "images": "sixel"}


def test_an_update_with_none_takes_a_setting_back(config_file: Path) -> None:
    config.update("presets.web", {"target": "q60", "coder": "range"})
    config.update("presets.web", {"coder": None})
    assert config.load().presets == {"web": {"target": "q60"}}


def test_a_file_that_begins_with_the_mark_of_some_editors_is_read_and_changed(config_file: Path) -> None:
    write_config(config_file, '\ufeff[tui]\ntheme = "nord"\n')
    config.update("tui", {"images": "off"})
    assert config.load().tui == {"theme": "nord", "images": "off"}


def test_disabling_a_plugin_is_remembered_until_it_is_enabled(config_file: Path) -> None:
    config.set_plugin_enabled("zstd", False)
    config.set_plugin_enabled("lapped", False)
    assert config.load().disabled_plugins == {"zstd", "lapped"}
    config.set_plugin_enabled("zstd", True)
    assert config.load().disabled_plugins == {"lapped"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("theme = ", "not valid TOML"),
        pytest.param("x = " + 5000 * "[" + 5000 * "]", "nested too deeply", id="nested"),
        pytest.param("x = " + 5000 * "9", "not valid TOML", id="many digits"),
        ("[colours]\nred = 1\n", "there is no section"),
        ('[plugins]\ndisable = ["zstd"]\n', "there is no plugins.disable; known are disabled"),
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
def test_a_broken_file_is_told_in_one_line_that_names_it(config_file: Path, text: str, says: str) -> None:
    write_config(config_file, text)
    with pytest.raises(UsageError, match=says) as caught:
        config.load()
    assert str(config_file) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_nothing_is_lost_where_several_change_the_file_at_once(config_file: Path) -> None:
    names = [f"plugin{number}" for number in range(16)]
    changes = [partial(config.set_plugin_enabled, name, False) for name in names]
    changes += [partial(config.update, "presets", {name: {"target": "q60"}}) for name in names]
    with ThreadPoolExecutor(len(changes)) as threads:
        for change in [threads.submit(change) for change in changes]:
            change.result()
    loaded = config.load()
    assert loaded.disabled_plugins == loaded.presets.keys() == set(names)


def test_an_update_does_without_a_lock_where_the_state_folder_cannot_hold_one(
    config_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    config.update("tui", {"images": "sixel"})
    assert config.load().tui == {"images": "sixel"}


def test_a_home_folder_that_is_not_there_is_a_plain_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICTUI_CONFIG", "~no such user/config.toml")
    assert config.load().path == Path("~no such user", "config.toml")


def test_a_broken_file_is_never_overwritten(config_file: Path) -> None:
    write_config(config_file, "theme = ")
    with pytest.raises(UsageError):
        config.update("tui", {"theme": "nord"})
    assert config_file.read_text(encoding="utf-8") == "theme = "


def test_a_link_to_a_file_that_is_kept_elsewhere_stays_one(config_file: Path, tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles" / "aictui.toml"
    write_config(kept, "# mine\n")
    config_file.parent.mkdir()
    config_file.symlink_to(kept)
    config.update("tui", {"theme": "nord"})
    assert config_file.is_symlink()
    assert "nord" in kept.read_text(encoding="utf-8")
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


def test_a_file_that_cannot_be_written_is_an_output_error_and_leaves_nothing(config_file: Path) -> None:
    write_config(config_file.parent.parent / "folder", "a file where the folder should be")
    with pytest.raises((OutputError, UsageError)):
        config.update("tui", {"theme": "nord"})


def test_where_no_file_can_be_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AICTUI_CONFIG", str(tmp_path / "file" / "config.toml"))
    assert config.load() == config.Config(tmp_path / "file" / "config.toml")
