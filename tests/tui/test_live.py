import threading
from math import log2

import numpy as np
import pytest

from aictui.codec.image import SourceImage
from aictui.codec.settings import Settings, Target
from aictui.errors import InputError
from aictui.tui import live
from aictui.tui.live import LiveLoop, Request
from tests.tui.fakes import FakeSession

SOURCE = SourceImage(np.random.default_rng(0).integers(0, 256, (32, 48, 3), np.uint8))


class Listener:
    """Collects the loop's news and lets a test wait for a kind of it."""

    def __init__(self):
        self.news = []
        self.changed = threading.Condition()

    def __call__(self, news):
        with self.changed:
            self.news.append(news)
            self.changed.notify_all()

    def kinds(self, generation):
        return [type(news).__name__ for news in self.news if news.generation == generation]

    def wait_for(self, kind, generation):
        def found():
            return [news for news in self.news if isinstance(news, kind) and news.generation == generation]

        with self.changed:
            assert self.changed.wait_for(found, 10), self.news
            return found()[0]


@pytest.fixture
def running():
    loops = []

    def start(delay=0.0, rest=0.05, curve=(), opener=None, **options):
        listener, sessions = Listener(), []

        def open_session(settings):
            sessions.append(FakeSession(SOURCE, settings, delay))
            return sessions[-1]

        loop = LiveLoop(opener or open_session, listener, rest=rest, curve=curve, **options)
        thread = threading.Thread(target=loop.run, daemon=True)
        thread.start()
        loops.append((loop, thread))
        return loop, listener, sessions

    yield start
    for loop, thread in loops:
        loop.stop()
        thread.join(10)
        assert not thread.is_alive()


def at(generation, ratio, **settings):
    return Request(generation, Settings(Target("ratio", ratio), **settings))


def test_a_request_gives_figures_then_a_picture_then_the_file(running):
    loop, listener, _ = running()
    loop.ask(at(1, 16))
    done = listener.wait_for(live.Completed, 1)
    assert done.exact.encoded.info.ratio == pytest.approx(16, rel=0.01)
    steps = [kind for kind in listener.kinds(1) if kind != "Encoding"]
    assert steps == ["Opening", "Estimated", "Previewed", "Completed"]


def test_a_picture_that_takes_its_time_is_told_of_while_it_is_made(running):
    loop, listener, _ = running(delay=0.5, rest=5, patience=0.1)
    loop.ask(at(1, 16))
    listener.wait_for(live.Previewed, 1)
    told = [news for news in listener.news if isinstance(news, live.Encoding)]
    assert {news.phase for news in told} == {"preview"}
    assert 0.1 < told[0].fraction < told[-1].fraction


def test_a_picture_that_comes_soon_comes_without_a_word(running):
    loop, listener, _ = running(rest=5)
    loop.ask(at(1, 16))
    listener.wait_for(live.Previewed, 1)
    assert "Encoding" not in listener.kinds(1)


def test_while_the_slider_moves_no_file_is_made_and_the_overtaken_are_dropped(running):
    loop, listener, sessions = running(delay=0.02, rest=5)
    for generation in range(1, 40):
        loop.ask(at(generation, 2 + generation))
    listener.wait_for(live.Previewed, 39)
    assert len([call for call in sessions[0].calls if call[0] == "preview"]) < 10
    assert not any(name == "exact" for name, _ in sessions[0].calls)


def test_a_new_request_stops_the_file_that_is_being_made(running):
    loop, listener, sessions = running(delay=0.5, rest=0)
    loop.ask(at(1, 16))
    listener.wait_for(live.Encoding, 1)
    loop.ask(at(2, 32))
    listener.wait_for(live.Completed, 2)
    assert "Completed" not in listener.kinds(1)
    assert sessions[0].stopped == 1


def test_the_session_is_opened_once_for_a_pipeline_and_anew_for_another(running):
    loop, listener, sessions = running()
    for generation, (ratio, coder) in enumerate([(16, "range"), (32, "range"), (16, "adaptive")], 1):
        loop.ask(at(generation, ratio, coder=coder))
        listener.wait_for(live.Completed, generation)
    assert [session.settings.coder for session in sessions] == ["range", "adaptive"]


def test_the_curve_is_sampled_when_nothing_else_is_to_do(running):
    loop, listener, _ = running(curve=(32, 8, 2))
    loop.ask(at(1, 16))
    listener.wait_for(live.Completed, 1)
    loop.ask(at(2, 20))
    listener.wait_for(live.Completed, 2)
    loop.ask(at(3, 21))
    listener.wait_for(live.Completed, 3)

    def ratios():
        return [news.preview.estimate.ratio for news in listener.news if isinstance(news, live.Sampled)]

    with listener.changed:
        listener.changed.wait_for(lambda: len(ratios()) == 3, 5)
    assert sorted(ratios()) == pytest.approx([2, 8, 32], rel=0.02)


def test_the_curve_is_sampled_near_the_slider_first(running):
    loop, listener, _ = running(curve=(64, 32, 8, 2))
    loop.ask(at(1, 10))
    with listener.changed:
        assert listener.changed.wait_for(lambda: listener.kinds(1).count("Sampled") == 4, 10)
    ratios = [news.preview.estimate.ratio for news in listener.news if isinstance(news, live.Sampled)]
    assert [round(log2(ratio)) for ratio in ratios] == [3, 5, 1, 6]


def test_the_likeliest_moves_are_made_ready_before_the_curve_is_sampled(running):
    loop, listener, sessions = running(curve=(2,))
    loop.ask(at(1, 16))
    listener.wait_for(live.Sampled, 1)
    made = [(name, target.value) for name, target in sessions[0].calls if target.value != 16]
    names, ratios = zip(*made, strict=True)
    assert names == ("prepare",) * 4 + ("preview",)
    assert ratios[:2] == pytest.approx((16 * 2**0.25, 16 * 2**-0.25), rel=0.02)


def test_what_cannot_be_made_ready_is_left(running):
    class Bounded(FakeSession):
        def prepare(self, target, progress=None):
            raise InputError("there is no such ratio")

    loop, listener, _ = running(curve=(2,), opener=lambda settings: Bounded(SOURCE, settings))
    loop.ask(at(1, 16))
    listener.wait_for(live.Sampled, 1)
    assert "Failed" not in listener.kinds(1)


def test_a_file_that_is_hardly_smaller_than_its_picture_is_explored_as_well(running):
    loop, listener, sessions = running(curve=(8,))
    loop.ask(at(1, 1.5))
    listener.wait_for(live.Sampled, 1)
    assert "Failed" not in listener.kinds(1)
    assert sum(name == "prepare" for name, _ in sessions[0].calls) == 3, "half of a ratio of 1.5 is none"


def test_a_failure_is_told_and_the_next_request_served(running):
    attempts = []

    def opener(settings):
        attempts.append(settings)
        if len(attempts) == 1:
            raise InputError("no such model")
        return FakeSession(SOURCE, settings)

    loop, listener, _ = running(opener=opener)
    loop.ask(at(1, 16))
    assert str(listener.wait_for(live.Failed, 1).error) == "no such model"
    loop.ask(at(2, 16))
    listener.wait_for(live.Completed, 2)


def test_a_plugin_that_raises_anything_does_not_end_the_loop(running):
    class Broken(FakeSession):
        def preview(self, target, progress=None):
            raise ZeroDivisionError("a plugin's mistake")

    loop, listener, _ = running(opener=lambda settings: Broken(SOURCE, settings))
    for generation in (1, 2):
        loop.ask(at(generation, 16))
        assert isinstance(listener.wait_for(live.Failed, generation).error, ZeroDivisionError)
