import os

import numpy as np
import pytest

from aictui.errors import OutputError
from aictui.network.training.checkpoint import Checkpoint


def test_a_checkpoint_that_cannot_be_written_leaves_the_last_one_and_nothing_else(tmp_path, monkeypatch):
    checkpoint = Checkpoint(tmp_path / "training" / "cut.npz")
    checkpoint.save({"value0": np.arange(5)})

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="cannot be written: No space left"):
        checkpoint.save({"value0": np.zeros(1000)})
    assert checkpoint.load()["value0"].tolist() == [0, 1, 2, 3, 4]
    assert [path.name for path in checkpoint.path.parent.iterdir()] == ["cut.npz"]
