import threading

import numpy as np

from aictui.codec import peers
from aictui.metrics import PSNR
from aictui.metrics.base import Metric
from aictui.tui.measuring import DecodeTimed, Matched, Measured, MeasuringLoop, Pause, Sample, SampleMeasured, Task

PHOTO = np.random.default_rng(0).integers(0, 256, (24, 32, 3), np.uint8)
COARSE = PHOTO // 16 * 16
JPEG = peers.find("jpeg")


def broken(reference, test):
    raise ZeroDivisionError


def run(task, expected, metrics=(PSNR,), then=None):
    """The first ``expected`` news of a task."""
    news = []

    def post(piece):
        news.append(piece)
        if then:
            then(loop, piece)
        if len(news) == expected:
            loop.stop()

    loop = MeasuringLoop(post, lambda: metrics, lambda data: None)
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


def test_a_metric_that_fails_costs_its_own_line_only():
    news = run(Task(1, PHOTO, COARSE, bytes(900)), 2, [Metric("odd", "Odd", broken), PSNR])
    assert [piece.metric for piece in news[1:]] == ["psnr"]


def test_an_image_too_small_for_a_metric_goes_without_it():
    news = run(Task(1, PHOTO, COARSE, bytes(900)), 2, [Metric("large", "Large", PSNR.measure, minimum_side=160), PSNR])
    assert [piece.metric for piece in news[1:]] == ["psnr"]


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
