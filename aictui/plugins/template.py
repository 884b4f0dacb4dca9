"""Writes a plugin package to start from, by filling in the files of the folder ``templates``."""

import re
import shutil
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template

from aictui import __version__
from aictui.errors import OutputError, UsageError

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

_SUMMARIES = {
    "entropy-coder": "the symbols' bytes through LZMA",
    "quantizer": "rounds towards the centre where the prior is sure",
    "chunker": "codes dark parts more finely than bright ones",
    "metric": "the mean absolute error",
    "command": "lists the bytes of each part of a file",
    "panel": "how far off the pixels are",
}

_USAGE = {
    "entropy-coder": "aictui compress photo.png --coder {name}",
    "quantizer": "aictui compress photo.png --quantizer {name}",
    "chunker": "aictui compress photo.png --chunker {name}",
    "metric": "aictui bench FOLDER --metric {name}",
    "command": "aictui {name} photo.aic",
    "panel": "aictui photo.png",
}

LOOK_UP = {"entropy-coder": "entropy_coder", "quantizer": "quantizer", "chunker": "chunker"}
"""How the registry looks up the kinds that are components, which are those that the kit has rules for."""

KINDS = tuple(_SUMMARIES)
"""What there is a template for."""


def write_plugin(name: str, kind: str, folder: Path) -> Path:
    """Writes the package ``aictui-NAME`` into ``folder``, whole or not at all, and returns its folder.

    Raises `UsageError` for a name that cannot be one or is taken by what aictui brings along, `OutputError` where the
    folder exists or cannot be written.
    """
    contents = render(name, kind)
    package = folder / f"aictui-{_plain(name)}"
    if package.exists():
        raise OutputError(f"{package} exists already; choose another name or folder")
    try:
        package.mkdir(parents=True)
        try:
            _fill(package, contents)
        except OSError:
            shutil.rmtree(package, ignore_errors=True)
            raise
    except OSError as error:
        raise OutputError(f"{package} cannot be written: {error.strerror}") from None
    return package


def _fill(package: Path, contents: Mapping[str, str]) -> None:
    for path, text in contents.items():
        target = package / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def render(name: str, kind: str) -> dict[str, str]:
    """The files of a new plugin: text by path within its folder; raises `UsageError`."""
    plain = _plain(name)
    _refuse_taken(plain, kind)
    values = {
        "name": plain,
        "package": f"aictui-{plain}",
        "module": f"aictui_{plain.replace('-', '_')}",
        "class_name": "".join(word.capitalize() for word in plain.split("-")),
        "title": plain.replace("-", " ").capitalize(),
        "summary": _SUMMARIES[kind],
        "usage": _USAGE[kind].format(name=plain),
        "look_up": LOOK_UP.get(kind, ""),
        "aictui": __version__,
    }
    stem = kind.replace("-", "_")
    sources = {
        "pyproject.toml": "pyproject.toml.in",
        "README.md": "README.md.in",
        f"{values['module']}.py": f"{stem}.py.in",
        f"tests/test_{values['module']}.py": f"test_{'component' if kind in LOOK_UP else stem}.py.in",
    }
    templates = files("aictui.plugins") / "templates"
    return {
        path: Template((templates / source).read_text(encoding="utf-8")).substitute(values)
        for path, source in sources.items()
    }


def _plain(name: str) -> str:
    plain = name.removeprefix("aictui-")
    if not _NAME.fullmatch(plain) or len(plain) > 32:
        raise UsageError(
            f"{name!r} is not a name for a plugin; take lower-case letters, digits and dashes, such as zstd"
        )
    return plain


def _refuse_taken(plain: str, kind: str) -> None:
    from aictui.plugins.catalog import BUILT_IN, Registry

    thing = kind.replace("-", " ")
    if plain in {BUILT_IN.name, *Registry([]).provided(BUILT_IN.name).get(thing, [])}:
        raise UsageError(f"{plain!r} is what aictui brings along, and no plugin can take its place; take another name")
