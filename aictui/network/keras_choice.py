"""The array library under Keras, chosen before Keras is imported by the codec or by a plugin, without its import."""

import importlib.util
import os
import sys
from pathlib import Path

from aictui.errors import MissingComponentError

BACKENDS = ("jax", "torch", "tensorflow")
"""The backends that aictui can run on, in order of preference; it trains on the first two."""


def chosen_backend() -> str:
    """The backend that `use_keras` takes; raises `MissingComponentError` where it is not installed."""
    asked = os.environ.get("KERAS_BACKEND")
    if asked:
        if asked not in BACKENDS:
            names = ", ".join(BACKENDS)
            raise MissingComponentError(f"KERAS_BACKEND is {asked!r}; aictui runs on {names}: pip install one of them")
        if not _installed(asked):
            raise MissingComponentError(f"KERAS_BACKEND is {asked}, which is not installed: pip install {asked}")
        return asked
    for name in BACKENDS:
        if _installed(name):
            return name
    raise MissingComponentError(f"no array library for Keras is installed ({', '.join(BACKENDS)}): pip install jax")


def prepare_keras() -> None:
    """Tells Keras, before it is imported, what it needs to know; raises `MissingComponentError` as `use_keras` does."""
    if not _installed("keras"):
        raise MissingComponentError("Keras is not installed: pip install keras")
    os.environ["KERAS_BACKEND"] = chosen_backend()
    os.environ.setdefault("KERAS_HOME", str(cache_folder() / "keras"))
    # Keras imports Matplotlib where it is installed, which makes a folder too.
    os.environ.setdefault("MPLCONFIGDIR", str(cache_folder() / "matplotlib"))
    # Start-up chatter of XLA and TensorFlow, such as a processor feature that a cached program was not tuned for.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def cache_folder() -> Path:
    """Where derived files may be kept: the platform's cache folder of aictui."""
    from platformdirs import user_cache_path

    return user_cache_path("aictui", appauthor=False)


def _installed(name: str) -> bool:
    return name in sys.modules or importlib.util.find_spec(name) is not None
