import pytest

from aictui.cli.terminal import print_table, progress_bar


def test_a_bar_shows_phases_as_they_are_called(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with progress_bar("bench") as progress:
        progress(0.5, "JPEG on a[/b]\x1b[2J.png")
    assert r"JPEG on a[/b]\x1b[2J.png" in capsys.readouterr().err


def test_a_table_stands_straight_with_characters_two_cells_wide(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([("NAME", "SETTINGS"), ("写真", "16x"), ("web", "32x")])
    assert capsys.readouterr().out == "NAME  SETTINGS\n写真  16x\nweb   32x\n"
