import gc
from collections.abc import Iterator

import pytest

from aictui.tui.garbage import ShortCollections, postpone


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[ShortCollections]:
    monkeypatch.setattr("aictui.tui.garbage._LONGEST", 0.0)
    collections = ShortCollections()
    collections.attach()
    yield collections
    collections.detach()


def test_what_survives_a_long_collection_is_not_looked_at_again(short: ShortCollections) -> None:
    survivors = [[] for _ in range(1000)]
    gc.collect()
    assert len(gc.get_objects()) < len(survivors)


def test_what_came_later_is_still_collected(short: ShortCollections) -> None:
    gc.collect()
    cycle: list[object] = []
    cycle.append(cycle)
    del cycle
    assert gc.collect() >= 1


def test_everything_is_looked_at_again_in_the_end(short: ShortCollections) -> None:
    gc.collect()
    short.detach()
    assert gc.get_freeze_count() == 0


def test_collections_are_postponed_until_they_are_short() -> None:
    postpone()
    assert not gc.isenabled()
    collections = ShortCollections()
    collections.attach()
    assert gc.isenabled()
    collections.detach()
    collections.detach()
