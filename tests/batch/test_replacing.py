"""Originals that make way for their results."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from aictui.batch import Ledger, OutputPolicy, plan
from aictui.batch.runner import Compressed
from aictui.codec.settings import Settings
from aictui.errors import OutputError
from aictui.progress import Progress

from .conftest import fake_encoder, run, states

Picture = Callable[..., Path]


def test_replaced_originals_go_to_the_trash_only_after_their_results_are_there(
    folder: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    trashed = []

    def trash(path: Path) -> None:
        assert path.with_suffix(".aic").exists()
        trashed.append(path.name)
        path.unlink()

    monkeypatch.setattr("aictui.batch.runner.move_to_trash", trash)
    run(plan([folder / "a.jpg"], Settings()), ledger)
    results = run(plan([folder], Settings(), OutputPolicy("replace")), ledger)
    assert states(results) == {"a.jpg": "skipped", "b.png": "done", "c.jpg": "done"}
    assert sorted(trashed) == ["a.jpg", "b.png", "c.jpg"]


def test_a_link_to_an_original_that_goes_to_the_trash_is_told(
    folder: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aictui.batch.runner.move_to_trash", Path.unlink)
    (folder / "link.png").symlink_to("b.png")
    results = run(plan([folder], Settings(), OutputPolicy("replace")), ledger)
    notices = {result.item.source.name: result.notices for result in results}
    assert notices == {"a.jpg": (), "b.png": ("link.png led to the original, and now to nothing",), "c.jpg": ()}


def test_an_original_with_more_pictures_than_the_result_stays_in_every_run(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    trashed: list[Path] = []
    monkeypatch.setattr("aictui.batch.runner.move_to_trash", trashed.append)
    pages = [Image.effect_noise((40, 30), 50 + page) for page in range(3)]
    pages[0].save(tmp_path / "pages.tiff", save_all=True, append_images=pages[1:])
    made = plan([tmp_path / "pages.tiff"], Settings(), OutputPolicy("replace"))
    for state in ("done", "skipped"):
        (result,) = run(made, ledger)
        assert result.state == state
        assert "holds more than the one picture in pages.aic" in result.notices[-1]
    assert trashed == []


def test_an_original_that_changes_while_it_is_compressed_stays_and_that_is_told(
    folder: Path, ledger: Ledger, picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    trashed: list[Path] = []
    monkeypatch.setattr("aictui.batch.runner.move_to_trash", trashed.append)

    def edit(data: bytes, settings: Settings, progress: Progress) -> Compressed:
        picture(folder / "a.jpg", 77)
        return fake_encoder(data, settings, progress)

    made = plan([folder / "a.jpg"], Settings(), OutputPolicy("replace"))
    (result,) = run(made, ledger, encoder=edit)
    assert (result.state, trashed) == ("done", [])
    assert result.notices == ("the original changed after it was read, so it stays beside a.aic",)


def test_an_original_whose_result_a_plugin_cannot_decode_stays(
    folder: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    trashed: list[Path] = []
    monkeypatch.setattr("aictui.batch.runner.move_to_trash", trashed.append)
    monkeypatch.setattr("aictui.codec.components.rests_on_plugins", lambda _: True)
    (result,) = run(plan([folder / "a.jpg"], Settings(), OutputPolicy("replace")), ledger)
    assert (result.state, trashed) == ("done", [])
    assert result.notices[0].startswith("a.aic cannot be decoded, so the original stays: ")


def test_an_original_that_another_batch_has_moved_away_is_no_failure(
    folder: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aictui.batch.runner.move_to_trash", Path.unlink)
    made = plan([folder / "a.jpg"], Settings(), OutputPolicy("replace"))

    def slow(data: bytes, settings: Settings, progress: Progress) -> Compressed:
        if (folder / "a.jpg").exists():
            run(made, ledger)
        return fake_encoder(data, settings, progress)

    assert states(run(made, ledger, encoder=slow)) == {"a.jpg": "skipped"}


def test_the_name_of_a_result_is_on_the_disk_before_its_original_goes(
    folder: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[tuple[str, Path]] = []
    monkeypatch.setattr("aictui.batch.runner.sync_folder", lambda path: steps.append(("sync", path)))
    monkeypatch.setattr("aictui.batch.runner.move_to_trash", lambda path: steps.append(("trash", path)))
    run(plan([folder / "a.jpg"], Settings(), OutputPolicy("replace")), ledger)
    assert steps == [("sync", folder), ("trash", folder / "a.jpg")]


def test_an_original_that_cannot_be_trashed_is_told_and_stays(
    folder: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise OutputError(f"{path} was compressed but cannot be moved to the trash")

    monkeypatch.setattr("aictui.batch.runner.move_to_trash", refuse)
    results = run(plan([folder], Settings(), OutputPolicy("replace")), ledger)
    assert set(states(results).values()) == {"failed"}
    assert (folder / "a.jpg").exists()
