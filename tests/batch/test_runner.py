import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from aictui.batch import Advanced, Batch, Finished, Ledger, OutputPolicy, Started, plan, report, runner
from aictui.batch.find import find_images
from aictui.batch.plan import plan_found
from aictui.batch.runner import Compressed
from aictui.codec.decode import decode
from aictui.codec.settings import Settings, Target
from aictui.errors import InputError, MissingComponentError
from aictui.metrics import psnr
from aictui.progress import Progress, silent
from tests.conftest import picture as photograph
from tests.linear_model import LinearModel

from .conftest import fake_encoder, run, states

Picture = Callable[..., Path]


def test_every_image_is_compressed_and_keeps_its_date(folder: Path, ledger: Ledger) -> None:
    results = run(plan([folder], Settings()), ledger)
    assert states(results) == {"a.jpg": "done", "b.png": "done", "c.jpg": "done"}
    for result in results:
        assert result.output is not None
        assert result.output.stat().st_mtime_ns == result.item.source.stat().st_mtime_ns
        assert result.output.stat().st_size == result.output_bytes < result.source_bytes
        assert result.ratio == 30


def test_a_second_run_passes_over_what_is_done(folder: Path, ledger: Ledger, picture: Picture) -> None:
    run(plan([folder], Settings()), ledger)
    picture(folder / "a.png", 9)  # now a.jpg would be called a.jpg.aic
    results = run(plan([folder], Settings()), ledger)
    assert states(results) == {"a.jpg": "skipped", "a.png": "done", "b.png": "skipped", "c.jpg": "skipped"}
    assert sorted(path.name for path in folder.glob("*.aic")) == ["a.aic", "a.png.aic", "b.aic", "c.aic"]


def test_an_image_of_the_longest_name_that_a_result_can_have_is_compressed_where_its_content_is_known(
    folder: Path, ledger: Ledger, picture: Picture
) -> None:
    run(plan([folder], Settings()), ledger)
    long = folder / f"{'a' * 251}.png"
    long.write_bytes((folder / "b.png").read_bytes())
    (result,) = run(plan([long], Settings()), ledger)
    assert (result.state, result.reason, result.output) == ("done", "", long.with_suffix(".aic"))


def test_a_tree_that_was_moved_is_still_known(folder: Path, ledger: Ledger) -> None:
    run(plan([folder], Settings()), ledger)
    moved = folder.rename(folder.with_name("elsewhere"))
    assert set(states(run(plan([moved], Settings()), ledger)).values()) == {"skipped"}


def test_a_result_that_was_deleted_or_damaged_is_not_taken_for_done(folder: Path, ledger: Ledger) -> None:
    run(plan([folder], Settings()), ledger)
    (folder / "a.aic").unlink()
    (folder / "b.aic").write_bytes(b"\0" * (folder / "b.aic").stat().st_size)
    results = run(plan([folder], Settings()), ledger)
    assert states(results) == {"a.jpg": "done", "b.png": "skipped", "c.jpg": "skipped"}
    assert "not known to be of this image" in results[1].reason


def test_an_image_that_changed_or_new_settings_are_compressed_anew_when_told_to_overwrite(
    folder: Path, ledger: Ledger, picture: Picture
) -> None:
    run(plan([folder], Settings()), ledger)
    picture(folder / "a.jpg", 200)
    policy = OutputPolicy(existing="overwrite")
    assert states(run(plan([folder], Settings(), policy), ledger))["a.jpg"] == "done"
    other = Settings(target=Target("ratio", 99))
    assert set(states(run(plan([folder], other), ledger)).values()) == {"skipped"}
    assert set(states(run(plan([folder], other, policy), ledger)).values()) == {"done"}


def test_one_broken_file_never_stops_the_others(folder: Path, ledger: Ledger) -> None:
    data = (folder / "b.png").read_bytes()
    (folder / "b.png").write_bytes(data + b"broken")
    made = plan([folder], Settings())
    (folder / "c.jpg").unlink()
    results = run(made, ledger)
    assert states(results) == {"a.jpg": "done", "b.png": "failed", "c.jpg": "failed"}
    assert results[1].reason == "unexpected ValueError: no picture in here"
    assert "cannot be read" in results[2].reason


def test_an_image_that_vanishes_while_it_is_compressed_is_told_in_plain_words(folder: Path, ledger: Ledger) -> None:
    def lose(data: bytes, settings: Settings, progress: Progress) -> Compressed:
        (folder / "a.jpg").unlink(missing_ok=True)
        return fake_encoder(data, settings, progress)

    (result,) = run(plan([folder / "a.jpg"], Settings()), ledger, encoder=lose)
    assert (result.state, result.reason) == ("failed", f"{folder / 'a.jpg'}: no such file or directory")


def test_an_image_that_vanishes_before_the_plan_is_made_fails_alone(folder: Path, ledger: Ledger) -> None:
    search = find_images([folder / name for name in ("a.jpg", "b.png", "c.jpg")])
    found = [next(search)]
    (folder / "b.png").unlink()
    made = plan_found([*found, *search], Settings(), OutputPolicy())
    results = run(made, ledger)
    assert states(results) == {"a.jpg": "done", "b.png": "failed", "c.jpg": "done"}
    assert results[1].reason == f"{folder / 'b.png'} cannot be read: No such file or directory"


def test_what_another_batch_does_meanwhile_is_passed_over(folder: Path, ledger: Ledger) -> None:
    made = plan([folder], Settings())

    def slow(data: bytes, settings: Settings, progress: Progress) -> Compressed:
        if not (folder / "a.aic").exists():
            run(made, ledger)
        return fake_encoder(data, settings, progress)

    results = run(made, ledger, encoder=slow, workers=1)
    assert set(states(results).values()) == {"skipped"}
    assert {result.reason for result in results} == {"done already"}


def test_a_folder_that_takes_no_results_is_found_out_before_the_work(
    folder: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[bytes] = []

    def encoder(data: bytes, settings: Settings, progress: Progress) -> Compressed:
        encoded.append(data)
        return fake_encoder(data, settings, progress)

    monkeypatch.setattr(os, "access", lambda *_: False)
    results = run(plan([folder], Settings()), ledger, encoder=encoder)
    assert set(states(results).values()) == {"failed"}
    assert f"{folder} may not be written to" in results[0].reason
    assert encoded == []


def test_what_failed_can_be_tried_again(folder: Path, ledger: Ledger) -> None:
    whole = (folder / "b.png").read_bytes()
    (folder / "b.png").write_bytes(whole + b"broken")
    made = plan([folder], Settings())
    failed = [result.item.source for result in run(made, ledger) if result.state == "failed"]
    (folder / "b.png").write_bytes(whole)
    assert states(run(plan(failed, Settings()), ledger)) == {"b.png": "done"}


def test_a_result_that_is_not_worth_it_is_dropped_and_that_is_remembered(folder: Path, ledger: Ledger) -> None:
    calls = []

    def useless(data: bytes, settings: Settings, progress: Progress) -> Compressed:
        calls.append(1)
        return Compressed(data + b"more", 1.0)

    assert set(states(run(plan([folder], Settings()), ledger, encoder=useless)).values()) == {"kept"}
    assert set(states(run(plan([folder], Settings()), ledger, encoder=useless)).values()) == {"kept"}
    assert len(calls) == 3
    assert not list(folder.glob("*.aic"))
    larger = plan([folder], Settings(), OutputPolicy(allow_larger=True))
    assert set(states(run(larger, ledger, encoder=useless)).values()) == {"done"}


def test_an_original_that_is_kept_has_the_same_figures_in_every_run(
    tmp_path: Path, ledger: Ledger, linear: LinearModel
) -> None:
    Image.new("RGB", (64, 48), (90, 120, 30)).save(tmp_path / "plain.png")
    settings = Settings(target=Target("ratio", 2), model="linear")

    def figures() -> tuple[object, ...]:
        (result,) = Batch(plan([tmp_path / "plain.png"], settings), ledger).run()
        return result.state, result.source_bytes, result.output_bytes, result.ratio, result.reason

    first = figures()
    assert first[0] == "kept"
    assert first[3] > 1
    assert figures() == first


def test_a_result_that_is_there_must_save_as_much_as_is_asked_for_now(
    folder: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    trashed: list[Path] = []
    monkeypatch.setattr("aictui.batch.runner.move_to_trash", trashed.append)
    run(plan([folder / "a.jpg"], Settings()), ledger)
    for place, existing in (("beside", "skip"), ("beside", "overwrite"), ("replace", "skip")):
        policy = OutputPolicy(place, existing=existing, minimum_saving=0.99)
        (result,) = run(plan([folder / "a.jpg"], Settings(), policy), ledger)
        assert result.state == "kept"
        assert result.reason.endswith("less than the 99% asked for; a.aic is there of an earlier run")
    assert trashed == []


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda data: data[:-20], "but cut; overwriting makes it anew"),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "but damaged; overwriting makes it anew"),
        (lambda data: data[:9], "but damaged; overwriting makes it anew"),
        (lambda data: b"something", "not known to be of this image with these settings; overwriting replaces it"),
    ],
)
def test_what_happened_to_a_result_is_told(
    tmp_path: Path, ledger: Ledger, linear: LinearModel, harm: Callable[[bytes], bytes], says: str
) -> None:
    Image.fromarray(photograph(96, 112)).save(tmp_path / "a.png")
    made = plan([tmp_path / "a.png"], Settings(model="linear"))
    Batch(made, ledger).run()
    output = tmp_path / "a.aic"
    output.write_bytes(harm(output.read_bytes()))
    (result,) = Batch(made, ledger).run()
    assert (result.state, result.reason) == ("skipped", f"a.aic is there already, {says}")


def test_a_result_belongs_to_what_was_read_even_where_nothing_tells_that_the_image_changed(
    folder: Path, ledger: Ledger
) -> None:
    image = folder / "a.jpg"
    data, dates = image.read_bytes(), image.stat()
    made = plan([image], Settings())
    run(made, ledger)
    (folder / "a.aic").unlink()
    image.write_bytes(b"?" + data[1:])
    os.utime(image, ns=(dates.st_atime_ns, dates.st_mtime_ns))
    assert states(run(made, ledger)) == {"a.jpg": "done"}
    image.write_bytes(data)
    (result,) = run(made, ledger)
    assert (result.state, result.output) == ("skipped", None)
    assert "not known to be of this image" in result.reason


def test_a_dry_run_tells_what_would_happen_and_writes_nothing(folder: Path, ledger: Ledger) -> None:
    run(plan([folder / "a.jpg"], Settings()), ledger)
    before = sorted(folder.iterdir())
    batch = Batch(plan([folder], Settings()), ledger, identity=lambda settings: str(settings.target))
    assert states(list(batch.outlook())) == {"a.jpg": "skipped", "b.png": "planned", "c.jpg": "planned"}
    assert sorted(folder.iterdir()) == before


def test_a_dry_run_goes_on_after_a_file_that_memory_does_not_hold(
    folder: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    content_hash = runner.content_hash

    def short_of_memory(data: bytes) -> str:
        if data == (folder / "b.png").read_bytes():
            raise MemoryError
        return content_hash(data)

    monkeypatch.setattr(runner, "content_hash", short_of_memory)
    results = list(Batch(plan([folder], Settings()), ledger, identity=lambda settings: "one").outlook())
    assert states(results) == {"a.jpg": "planned", "b.png": "failed", "c.jpg": "planned"}
    assert results[1].reason == "there is not enough memory for this picture"


def test_events_tell_the_story_of_each_file(folder: Path, ledger: Ledger) -> None:
    events = []
    run(plan([folder], Settings()), ledger, notify=events.append, workers=2)
    mine = [event for event in events if "b.png" in str(event)]
    assert [type(event) for event in mine] == [Started, *[Advanced] * 4, Finished]
    ends = [event for event in events if isinstance(event, Finished)]
    assert [(event.done, event.total) for event in ends] == [(1, 3), (2, 3), (3, 3)]
    assert ends[-1].seconds_left == 0


def test_a_cancelled_batch_leaves_no_part_and_the_next_one_goes_on(folder: Path, ledger: Ledger) -> None:
    made = plan([folder], Settings())

    def notify(event: object) -> None:
        if isinstance(event, Advanced) and event.item.source.name == "b.png":
            batch.control.cancel()

    batch = Batch(made, ledger, notify, workers=1, encoder=fake_encoder, identity=lambda settings: "one")
    assert states(batch.run()) == {"a.jpg": "done", "b.png": "cancelled", "c.jpg": "cancelled"}
    assert sorted(path.name for path in folder.iterdir() if path.suffix not in {".jpg", ".png"}) == ["a.aic"]
    again = Batch(made, ledger, encoder=fake_encoder, identity=lambda settings: "one")
    assert states(again.run()) == {"a.jpg": "skipped", "b.png": "done", "c.jpg": "done"}


def test_a_paused_batch_waits_until_it_is_resumed(folder: Path, ledger: Ledger) -> None:
    started = threading.Event()
    batch = Batch(
        plan([folder], Settings()),
        ledger,
        lambda event: started.set(),
        encoder=fake_encoder,
        identity=lambda settings: "one",
    )
    batch.control.pause()
    thread = threading.Thread(target=batch.run)
    thread.start()
    assert not started.wait(0.1)
    batch.control.resume()
    thread.join(10)
    assert not thread.is_alive()
    assert len(list(folder.glob("*.aic"))) == 3


def test_a_missing_model_is_told_before_anything_is_done(folder: Path, ledger: Ledger) -> None:
    with pytest.raises(MissingComponentError):
        Batch(plan([folder], Settings(model="nobody-has-this")), ledger, encoder=fake_encoder).run()
    assert not list(folder.glob("*.aic"))


def test_a_notifier_that_fails_ends_the_batch(folder: Path, ledger: Ledger) -> None:
    def fail(event: object) -> None:
        if isinstance(event, Finished):
            raise RuntimeError("the screen is gone")

    with pytest.raises(RuntimeError, match="screen is gone"):
        run(plan([folder], Settings()), ledger, notify=fail)


def test_the_report_is_json_with_totals_and_every_file(folder: Path, ledger: Ledger) -> None:
    (folder / "b.png").write_bytes((folder / "b.png").read_bytes() + b"broken")
    content = report(run(plan([folder], Settings()), ledger))
    assert json.loads(json.dumps(content)) == content
    assert content["states"] == {"done": 2, "failed": 1}
    assert content["output_bytes"] == sum(path.stat().st_size for path in folder.glob("*.aic"))
    assert [entry["state"] for entry in content["results"]] == ["done", "failed", "done"]


def test_work_on_different_files_overlaps_within_the_memory_budget(
    tmp_path: Path, ledger: Ledger, picture: Picture
) -> None:
    for number in range(6):
        picture(tmp_path / "many" / f"{number}.png", number)
    meeting = threading.Barrier(3, timeout=10)

    def meet(data: bytes, settings: Settings, progress: Progress) -> Compressed:
        meeting.wait()  # breaks unless three files are in work at once
        return fake_encoder(data, settings, progress)

    results = run(plan([tmp_path / "many"], Settings()), ledger, encoder=meet, workers=3)
    assert set(states(results).values()) == {"done"}


def test_the_codec_itself_compresses_in_several_threads(tmp_path: Path, ledger: Ledger, linear: LinearModel) -> None:
    for number in range(5):
        (tmp_path / "in").mkdir(exist_ok=True)
        Image.fromarray(photograph(96, 112, seed=number)).save(tmp_path / "in" / f"{number}.png")
    results = Batch(plan([tmp_path / "in"], Settings(model="linear")), ledger, workers=3).run()
    assert set(states(results).values()) == {"done"}
    for result in results:
        assert result.output is not None
        shown = decode(result.output.read_bytes()).pixels
        assert psnr(photograph(96, 112, seed=int(result.output.stem)), shown) > 20


def test_the_time_left_is_told_from_the_pace_once_enough_is_done(folder: Path, ledger: Ledger) -> None:
    now, events = [0.0], []

    def encoder(data: bytes, settings: Settings, progress: Progress) -> Compressed:
        now[0] += 0 if events[:-1] else 100  # the model is loaded
        for step in range(1, 5):
            progress(step / 4, "coding")
            now[0] += 2.5
        return fake_encoder(data, settings, silent)

    batch = Batch(
        plan([folder], Settings()),
        ledger,
        events.append,
        workers=1,
        encoder=encoder,
        identity=lambda settings: "one",
    )
    batch.control.clock = lambda: now[0]  # type: ignore[method-assign]
    batch.run()
    lefts = [event.seconds_left for event in events if isinstance(event, Finished)]
    assert lefts == [pytest.approx(26.7, abs=0.1), pytest.approx(11, abs=1), 0]


def test_a_file_that_fails_on_the_way_does_not_spoil_the_time_left(folder: Path, ledger: Ledger) -> None:
    now, events = [0.0], []

    def encoder(data: bytes, settings: Settings, progress: Progress) -> Compressed:
        for step in range(1, 11):
            progress(step / 10, "coding")
            now[0] += 1
            if step == 9 and not any(isinstance(event, Finished) for event in events):
                raise InputError("cut short")
        return fake_encoder(data, settings, silent)

    batch = Batch(
        plan([folder], Settings()), ledger, events.append, workers=1, encoder=encoder, identity=lambda settings: "one"
    )
    batch.control.clock = lambda: now[0]  # type: ignore[method-assign]
    batch.run()
    lefts = [event.seconds_left for event in events if isinstance(event, Finished)]
    assert lefts[0] is None
    assert lefts[1] == pytest.approx(11, abs=1)
