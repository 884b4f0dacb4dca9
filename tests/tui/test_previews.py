from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aictui.codec.container import write_container
from aictui.codec.header import Header
from aictui.codec.info import ComponentReference, ModelReference
from aictui.network.base import OperatingPoint
from aictui.tui.folder import scan
from aictui.tui.previews import load


def test_what_a_file_says_of_itself_is_shown_without_harm(tmp_path: Path) -> None:
    kinds = (("chunker", "planes16"), ("quantizer", "deadzone"), ("entropy coder", "range"))
    components = [ComponentReference(kind, name, 1, "", {}) for kind, name in kinds]
    model = ModelReference("\x1b[2Jphoto", bytes(8))
    header = Header(40, 30, False, model, *components, OperatingPoint(0, 1))
    (tmp_path / "a.aic").write_bytes(write_container(header, {}, []))
    ((file,),) = scan(tmp_path)
    assert ("Model", r"\x1b[2Jphoto@00000000") in load(file, None).facts


DEPTHS = [
    ("uint16", "a.png", "16-bit grey"),
    ("float32", "a.tif", "floating-point grey"),
    ("uint8", "a.png", "grey"),
]


@pytest.mark.parametrize(("dtype", "name", "kind"), DEPTHS)
def test_samples_of_which_only_8_bits_are_kept_are_told(tmp_path: Path, dtype: str, name: str, kind: str) -> None:
    Image.fromarray(np.zeros((20, 30), dtype)).save(tmp_path / name)
    ((file,),) = scan(tmp_path)
    assert dict(load(file, None).facts)["Pixels"] == f"30 × 20  {kind}"
