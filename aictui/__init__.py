"""Compress images with a neural autoencoder.

>>> import aictui
>>> data = aictui.compress("photo.jpg", ratio=32)           # doctest: +SKIP
>>> image = aictui.decompress(data)                          # doctest: +SKIP

After ``import aictui`` Pillow reads and writes `.aic` files too: ``Image.open("photo.aic")`` and
``image.save("photo.aic", ratio=32)``.
"""

import importlib
from typing import TYPE_CHECKING, Any

from aictui.pillow_watcher import watch as _watch

if TYPE_CHECKING:
    from aictui import errors as errors
    from aictui import plugins as plugins
    from aictui.api import compress as compress
    from aictui.api import decompress as decompress
    from aictui.api import inspect as inspect
    from aictui.api import models as models
    from aictui.api import open_image as open  # noqa: A004 - the name that Pillow uses too
    from aictui.hookspecs import hookimpl as hookimpl

__version__ = "0.1.0"

__all__ = ["__version__", "compress", "decompress", "errors", "hookimpl", "inspect", "models", "open", "plugins"]

_PLACES = {
    "compress": "aictui.api:compress",
    "decompress": "aictui.api:decompress",
    "errors": "aictui.errors:",
    "hookimpl": "aictui.hookspecs:hookimpl",
    "inspect": "aictui.api:inspect",
    "models": "aictui.api:models",
    "open": "aictui.api:open_image",
    "plugins": "aictui.plugins:",
}
"""Where the public names live; nothing of it is imported before it is used."""

_watch()


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'aictui' has no attribute {name!r}")
    module, _, attribute = _PLACES[name].partition(":")
    found = importlib.import_module(module)
    return getattr(found, attribute) if attribute else found


def __dir__() -> list[str]:
    return [*globals(), *_PLACES]
