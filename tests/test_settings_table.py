import pytest

from aictui import settings_table
from aictui.codec.settings import Settings, Target
from aictui.errors import UsageError


def test_a_preset_becomes_settings() -> None:
    table = {"target": "q60", "coder": "raw", "options": {"quantizer": {"zone": 0.2}}, "keep": ["icc"]}
    settings = settings_table.to_settings(table, Settings(model="classic"))
    assert settings == Settings(
        target=Target("quality", 60),
        model="classic",
        coder="raw",
        options={"quantizer": {"zone": 0.2}},
        keep=frozenset({"icc"}),
    )


@pytest.mark.parametrize(
    ("planes", "keep", "means"),
    [
        ("auto", "all", (None, {"exif", "icc", "xmp"})),
        ("2", "none", (2, set())),
        (1, "exif, icc", (1, {"exif", "icc"})),
        (0, [], (0, set())),
    ],
)
def test_planes_and_metadata_may_be_written_as_the_options_take_them(
    planes: int | str, keep: str | list[str], means: tuple[int | None, set[str]]
) -> None:
    settings = settings_table.to_settings({"planes": planes, "keep": keep}, Settings(planes=3))
    assert (settings.planes, settings.keep) == means


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"quality": 3}, "does not exist"),
        ({"target": "big"}, "is not a target"),
        ({"effort": "much"}, "effort"),
        ({"keep": [["x"]]}, "keep must be a list of texts"),
        ({"options": {"quantizer": 3}}, "options.quantizer must be a section"),
    ],
)
def test_a_preset_with_nonsense_is_a_usage_error(table: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        settings_table.to_settings(table, Settings())


def test_options_that_are_no_names_with_values_are_a_usage_error() -> None:
    with pytest.raises(UsageError, match="options of a quantizer are names with values, not 3"):
        Settings(options={"quantizer": 3})  # type: ignore[dict-item]
