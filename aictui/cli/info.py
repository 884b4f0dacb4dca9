"""``aictui info``: what `.aic` files hold."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aictui.cli.terminal import FILE_OR_DASH, STANDARD, about, json_option, print_json, print_table, read_stdin, told
from aictui.counted import counted
from aictui.errors import AictuiError
from aictui.file_type import MAGIC

if TYPE_CHECKING:
    from aictui.codec.info import ComponentReference, FileInfo


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE_OR_DASH)
@json_option
def info(files: tuple[Path, ...], as_json: bool) -> int:
    """Show what .aic files hold: sizes, ratio, model, components, parts. Reads no model.

    If one of several files fails, the others are shown all the same.
    """
    failures: list[AictuiError] = []
    tables = 0
    for path in files:
        with told(path, failures, alone=len(files) == 1, as_json=as_json, name="file"):
            found = _inspect(path)
            if as_json:
                print_json({"file": str(path), "state": "done", "reason": "", **describe(found)})
                continue
            if tables:
                click.echo()
            print_table([("file", str(path)), *_rows(found)])
            tables += 1
    return 1 if failures else 0


def _inspect(path: Path) -> "FileInfo":
    from aictui.codec.files import read_file
    from aictui.codec.inspect import inspect

    data = read_stdin(MAGIC) if path == STANDARD else read_file(path, MAGIC)
    with about(path):
        return inspect(data)


def describe(found: "FileInfo") -> dict[str, Any]:
    """A file's information as JSON values."""
    return {
        "format_version": found.version,
        "width": found.width,
        "height": found.height,
        "mode": found.mode,
        "file_bytes": found.file_bytes,
        "whole_bytes": found.whole_bytes,
        "raw_bytes": found.raw_bytes,
        "ratio": round(found.ratio, 4),
        "bits_per_pixel": round(found.bits_per_pixel, 4),
        "model": {"name": found.model.name, "hash": found.model.content_hash.hex()},
        "chunker": _component(found.chunker),
        "quantizer": _component(found.quantizer),
        "coder": _component(found.coder),
        "level": found.point.level,
        "latents": found.point.latents,
        "tune": found.point.tune,
        "tune_name": found.tune or None,
        "planes": found.point.planes,
        "whole_planes": found.whole_planes,
        "trimmed": found.trimmed,
        "header_bytes": found.header_bytes,
        "metadata": found.metadata,
        "alpha_bytes": found.alpha_bytes,
        "parts": [{"bytes": part.length, "present": part.present, "state": part.state} for part in found.parts],
        "missing": list(found.missing),
    }


def _component(reference: "ComponentReference") -> dict[str, Any]:
    return {
        "id": reference.id,
        "version": reference.version,
        "package": reference.package,
        "options": reference.options,
    }


def _rows(found: "FileInfo") -> list[tuple[str, str]]:
    metadata = ", ".join(f"{name} {size:,} B" for name, size in found.metadata.items())
    states = [part.state for part in found.parts]
    parts = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    cut = " (trimmed)" if found.trimmed else ""
    lost = f" of {found.whole_bytes:,}" if found.whole_bytes > found.file_bytes else ""
    tune = found.tune or (str(found.point.tune) if found.missing else "none")
    rows = [
        ("picture", f"{found.width} × {found.height}, {found.mode}"),
        ("size", f"{found.file_bytes:,}{lost} bytes{cut}, {found.ratio:.2f}x, {found.bits_per_pixel:.3f} bpp"),
        ("model", str(found.model)),
        ("level", f"{found.point.level}, {counted(found.point.latents, 'latent')}, {planes(found)}"),
        ("tune", tune),
        *((name, _spell(getattr(found, name))) for name in ("chunker", "quantizer", "coder")),
        ("header", f"{found.header_bytes} bytes"),
        ("metadata", metadata or "none"),
        ("parts", parts or "none"),
    ]
    if found.alpha_bytes:
        rows.append(("alpha", f"{found.alpha_bytes:,} bytes"))
    return [*rows, *(("missing", line) for line in found.missing)]


def planes(found: "FileInfo") -> str:
    """How many refinements of precision a file has, and of how many where it was cut."""
    of = f"{found.whole_planes} of " if found.whole_planes < found.point.planes else ""
    return of + counted(found.point.planes, "plane")


def _spell(reference: "ComponentReference") -> str:
    options = ", ".join(f"{name}={value}" for name, value in reference.options.items())
    return " ".join(word for word in (reference.id, reference.package, options) if word)
