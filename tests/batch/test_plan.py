from collections.abc import Callable
from pathlib import Path

from aictui.batch import OutputPolicy, plan
from aictui.codec.settings import Settings

Picture = Callable[..., Path]


def test_results_go_beside_their_images(tmp_path: Path, picture: Picture) -> None:
    picture(tmp_path / "a.jpg")
    (item,) = plan([tmp_path], Settings()).items
    assert item.output == tmp_path / "a.aic"
    assert item.pixels == 1200
    assert item.source_bytes == (tmp_path / "a.jpg").stat().st_size


def test_a_mirror_repeats_the_tree_of_each_source(tmp_path: Path, picture: Picture) -> None:
    picture(tmp_path / "in" / "x" / "a.jpg")
    picture(tmp_path / "in" / "b.jpg")
    policy = OutputPolicy("mirror", tmp_path / "out", suffix="-small")
    made = plan([tmp_path / "in"], Settings(), policy, recursive=True)
    assert [item.output for item in made.items] == [tmp_path / "out/b-small.aic", tmp_path / "out/x/a-small.aic"]


def test_images_that_share_a_name_keep_their_suffixes(tmp_path: Path, picture: Picture) -> None:
    for name in ("a.jpg", "A.png", "b.png"):
        picture(tmp_path / name)
    outputs = [item.output.name for item in plan([tmp_path], Settings()).items]
    assert outputs == ["A.png.aic", "a.jpg.aic", "b.aic"]


def test_names_that_differ_in_how_accents_are_written_are_one(tmp_path: Path, picture: Picture) -> None:
    for name in ("e\u0301.jpg", "\u00e9.png"):  # which some file systems do not tell apart
        picture(tmp_path / name)
    outputs = [item.output.name for item in plan([tmp_path], Settings()).items]
    assert outputs == ["e\u0301.jpg.aic", "\u00e9.png.aic"]


def test_images_of_several_folders_that_meet_in_the_mirror_do_not_collide(tmp_path: Path, picture: Picture) -> None:
    first, second = picture(tmp_path / "1" / "a.jpg"), picture(tmp_path / "2" / "a.jpg", 7)
    made = plan([first, second], Settings(), OutputPolicy("mirror", tmp_path / "out"))
    assert len({item.output for item in made.items}) == 2


def test_no_result_takes_the_place_of_an_image(tmp_path: Path, picture: Picture) -> None:
    for name in ("x.aic", "y.png", "y.aic", "y.png.aic"):
        picture(tmp_path / "in" / name)
    images = set((tmp_path / "in").iterdir())
    for spelling in (tmp_path / "in", tmp_path / "in" / ".." / "in"):
        made = plan([spelling], Settings(), OutputPolicy("mirror", tmp_path / "in", existing="overwrite"))
        outputs = {item.output for item in made.items}
        assert len(outputs) == 4
        assert not outputs & images
    (item,) = plan([tmp_path / "in" / "x.aic"], Settings()).items
    assert item.output == tmp_path / "in" / "x.aic.aic"


def test_an_image_behind_a_link_is_not_replaced_either(tmp_path: Path, picture: Picture) -> None:
    image = picture(tmp_path / "out" / "x.aic")
    (tmp_path / "x.png").symlink_to(image)
    (item,) = plan([tmp_path / "x.png"], Settings(), OutputPolicy("mirror", tmp_path / "out")).items
    assert item.output == tmp_path / "out" / "x.png.aic"


def test_a_folder_under_two_names_is_one(tmp_path: Path, picture: Picture) -> None:
    picture(tmp_path / "in" / "a.jpg")
    picture(tmp_path / "in" / "a.png", 7)
    (tmp_path / "same").symlink_to(tmp_path / "in")
    made = plan([tmp_path / "in" / "a.jpg", tmp_path / "same" / "a.png"], Settings())
    assert [item.output.name for item in made.items] == ["a.jpg.aic", "a.png.aic"]


def test_a_single_file_may_have_its_result_anywhere(tmp_path: Path, picture: Picture) -> None:
    picture(tmp_path / "a.jpg")
    (item,) = plan([tmp_path / "a.jpg"], Settings()).to(tmp_path / "else.aic").items
    assert (item.output, item.alternatives) == (tmp_path / "else.aic", ())
