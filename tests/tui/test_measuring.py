import threading
from dataclasses import replace

import numpy as np
import pytest

from aictui.codec import peers
from aictui.metrics import PSNR
from aictui.metrics.base import Metric
from aictui.tui.live import Failed
from aictui.tui.measuring import (
    DecodeTimed,
    Matched,
    Measured,
    MeasuringLoop,
    Pause,
    Sample,
    SampleMeasured,
    Task,
    Unmatched,
)

PHOTO = np.random.default_rng(0).integers(0, 256, (24, 32, 3), np.uint8)
COARSE = PHOTO // 16 * 16
JPEG = peers.find("jpeg")


def broken(reference, test):
    raise ZeroDivisionError


def run(task, expected, metrics=(PSNR,), then=None, decode=lambda data, progress: None):
    """The first ``expected`` news of a task."""
    news = []

    def post(piece):
        news.append(piece)
        if then:
            then(loop, piece)
        if len(news) == expected:
            loop.stop()

    loop = MeasuringLoop(post, lambda: metrics, decode)
    loop.ask(task)
    thread = threading.Thread(target=loop.run, daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    return news


def test_a_file_is_timed_measured_and_set_beside_its_peers():
    news = run(Task(1, PHOTO, COARSE, bytes(900), [JPEG]), 4)
    assert [type(piece) for piece in news] == [DecodeTimed, Measured, Matched, Measured]
    assert news[2].result.size <= 900
    assert news[3].peer == "jpeg"


@pytest.mark.parametrize(
    "metric",
    [Metric("odd", "Odd", broken), Metric("odd", "Odd", PSNR.measure, minimum_side=160)],
    ids=["broken", "small"],
)
def test_a_metric_that_cannot_be_taken_is_told_and_costs_its_own_line_only(metric):
    news = run(Task(1, PHOTO, COARSE, bytes(900)), 3, [metric, PSNR])
    assert [(piece.metric, piece.value is None) for piece in news[1:]] == [("odd", True), ("psnr", False)]


def test_a_peer_that_cannot_encode_the_image_is_told_and_the_next_one_matched():
    def refuse(image, buffer, quality):
        raise ValueError("encoding error 5: Image size exceeds WebP limit")

    news = run(Task(1, PHOTO, COARSE, bytes(900), [replace(JPEG, id="refusing", save=refuse), JPEG]), 5)
    assert [type(piece) for piece in news] == [DecodeTimed, Measured, Unmatched, Matched, Measured]
    assert [piece.peer for piece in news[2:]] == ["refusing", "jpeg", "jpeg"]


def test_whatever_a_decoder_raises_is_told_and_the_next_task_is_measured():
    def decode(data, progress):
        if len(data) == 13:
            raise RuntimeError("a plugin's mistake")

    def then(loop, piece):
        if isinstance(piece, Failed):
            assert not loop.pressing
            loop.ask(Task(2, PHOTO, COARSE, bytes(900)))

    news = run(Task(1, PHOTO, COARSE, bytes(13)), 3, then=then, decode=decode)
    assert [(type(piece), piece.generation) for piece in news] == [(Failed, 1), (DecodeTimed, 2), (Measured, 2)]


def test_a_newer_task_overtakes_the_one_at_hand():
    def then(loop, piece):
        if isinstance(piece, DecodeTimed) and piece.generation == 1:
            loop.ask(Task(2, PHOTO, COARSE, bytes(900)))

    news = run(Task(1, PHOTO, COARSE, bytes(900), [JPEG]), 2, then=then)
    assert [(type(piece), piece.generation) for piece in news] == [(DecodeTimed, 1), (DecodeTimed, 2)]


def test_a_pause_ends_the_work_at_hand():
    def then(loop, piece):
        if isinstance(piece, DecodeTimed):
            loop.ask(Pause())
            threading.Timer(0.3, loop.stop).start()

    assert [type(piece) for piece in run(Task(1, PHOTO, COARSE, bytes(900), [JPEG]), 9, then=then)] == [DecodeTimed]


def test_samples_of_the_curve_are_measured_when_nothing_else_is_to_do():
    def then(loop, piece):
        if isinstance(piece, DecodeTimed):
            loop.measure_later(Sample(("pipeline", 900), PHOTO, COARSE))

    news = run(Task(1, PHOTO, COARSE, bytes(900)), 3, then=then)
    assert [type(piece) for piece in news] == [DecodeTimed, Measured, SampleMeasured]
    assert news[2].key == ("pipeline", 900)
    assert news[2].metrics["psnr"] == news[1].value


def test_a_pause_holds_the_samples_back_until_there_is_a_new_task():
    def then(loop, piece):
        if isinstance(piece, DecodeTimed) and piece.generation == 1:
            loop.measure_later(Sample(("pipeline", 900), PHOTO, COARSE))
            loop.ask(Pause())
            threading.Timer(0.5, lambda: loop.ask(Task(2, PHOTO, COARSE, bytes(900)))).start()

    news = run(Task(1, PHOTO, COARSE, bytes(900)), 4, then=then)
    assert [type(piece) for piece in news] == [DecodeTimed, DecodeTimed, Measured, SampleMeasured]
