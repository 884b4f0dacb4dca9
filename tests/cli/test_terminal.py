import pytest

from aictui.cli.terminal import progress_bar


def test_a_bar_shows_phases_as_they_are_called(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with progress_bar("bench") as progress:
        progress(0.5, "JPEG on a[/b]\x1b[2J.png")
    assert r"JPEG on a[/b]\x1b[2J.png" in capsys.readouterr().err
