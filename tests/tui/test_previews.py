from pathlib import Path

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
