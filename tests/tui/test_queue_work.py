from pathlib import Path

from PIL import Image

from aictui.tui.queue_work import Listing, Selection, find_rows


def listing(*sources: Path, selection: Selection | None = None) -> Listing:
    return find_rows(sources, selection or Selection(), {}, lambda: False)


def names(found: Listing) -> list[str]:
    return [row.name for row in found.rows]


def image(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (len(str(path)), 3)).save(path)
    return path


def test_names_start_below_the_folder_that_all_others_are_in(tmp_path: Path) -> None:
    image(tmp_path / "trip" / "dir" / "x.png")
    image(tmp_path / "trip" / "ok.png")
    assert sorted(names(listing(tmp_path / "trip"))) == [str(Path("dir/x.png")), "ok.png"]
    both = listing(tmp_path / "trip" / "dir", tmp_path / "trip" / "ok.png")
    assert names(both) == [str(Path("dir/x.png")), "ok.png"]


def test_a_folder_that_is_named_as_it_lies_here_is_no_other(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    image(tmp_path / "a" / "x.png")
    image(tmp_path / "b" / "y.png")
    assert names(listing(Path("a"), tmp_path / "b")) == [str(Path("a/x.png")), str(Path("b/y.png"))]


def test_what_is_named_and_not_taken_has_a_reason_unless_a_pattern_leaves_it_out(tmp_path: Path) -> None:
    picture = image(tmp_path / "x.png")
    torn, note, gone = tmp_path / "torn.png", tmp_path / "note.txt", tmp_path / "gone"
    torn.write_bytes(b"\x89PNG torn")
    note.write_text("no image")
    (tmp_path / "again.png").symlink_to(picture)
    sources = (picture, tmp_path / "again.png", torn, note, gone)
    found = listing(*sources)
    assert names(found) == ["x.png"]
    assert found.left_out == {
        gone: "is not there",
        tmp_path / "again.png": "is a file of the list by another name",
        torn: "is not an image that can be read",
        note: "is not an image that can be read",
    }
    nonsense = tmp_path / (300 * "x")
    assert listing(picture, nonsense).left_out == {nonsense: "is not there"}
    assert set(listing(*sources, selection=Selection(include=("*.png",))).left_out) == {
        gone,
        torn,
        tmp_path / "again.png",
    }
