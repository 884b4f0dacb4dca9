"""``aictui models``: what models are installed."""

import os
from typing import TYPE_CHECKING, Any

import click

from aictui.cli.terminal import json_option, print_json, print_table, say, write_bytes

if TYPE_CHECKING:
    from aictui.network.store import ModelInfo


@click.group()
def models() -> None:
    """List and describe the installed models."""


@models.command("list")
@json_option
def list_models(as_json: bool) -> None:
    """List the installed models.

    Where several share a name, it means the first of them.
    """
    from aictui.network import store

    found = store.available(warn=lambda message: say(f"aictui: warning: {message}"))
    if as_json:
        for info in found:
            print_json(describe(info))
        return
    rows = [(info.reference, info.architecture, info.chunker, f"{info.size / 1e6:.1f} MB") for info in found]
    print_table([("NAME", "ARCHITECTURE", "CHUNKER", "SIZE"), *rows])


@models.command("info")
@click.argument("name")
@json_option
def model_info(name: str, as_json: bool) -> None:
    """Show what a model is, what it was trained on and what it reaches."""
    from aictui.network import store

    info = store.find(name)
    if as_json:
        print_json(describe(info))
        return
    tunes = [f"{tune} (default)" if tune == info.default_tune else tune for tune in info.tunes]
    rows = [
        ("model", info.reference),
        ("architecture", info.architecture),
        ("chunker", info.chunker),
        ("latents", f"{info.latents} a chunk"),
        ("levels", str(info.levels)),
        ("tunes", ", ".join(tunes) or "none"),
        ("planes", f"up to {info.max_planes}"),
        ("file", f"{info.path} ({info.size / 1e6:.1f} MB)"),
    ]
    print_table([*rows, *((title.lower(), text) for title, text in info.card.items())])


@models.command("path")
@click.argument("name", required=False)
def model_path(name: str | None) -> None:
    """Print where a model's file is.

    Without a name, print the folder for your own models.
    """
    from aictui.network import store

    path = store.find(name).path if name else store.user_folder()
    write_bytes(os.fsencode(path) + b"\n")  # as it is, whatever its bytes, since other programs open it


def describe(info: "ModelInfo") -> dict[str, Any]:
    """A model's header as JSON values."""
    return {
        "name": info.name,
        "hash": info.content_hash.hex(),
        "architecture": info.architecture,
        "chunker": info.chunker,
        "latents": info.latents,
        "levels": info.levels,
        "tunes": list(info.tunes),
        "max_planes": info.max_planes,
        "path": str(info.path),
        "size": info.size,
        "card": dict(info.card),
    }
