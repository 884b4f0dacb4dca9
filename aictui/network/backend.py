"""Keras and the array library under it: imported once, compiling, kept out of the user's home."""

import gc
import importlib.util
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aictui import atomic
from aictui.network.keras_choice import cache_folder, prepare_keras

_lock = threading.Lock()


def use_keras() -> ModuleType:
    """The ``keras`` module, on the backend of ``KERAS_BACKEND`` or else the first installed of `BACKENDS`.

    Keras writes its settings into the platform's cache folder unless ``KERAS_HOME`` says otherwise. With JAX,
    compiled programs are kept in that cache folder too, so that a second start does not compile. Raises
    `MissingComponentError` where Keras or the backend is not installed.
    """
    with _lock:
        if "keras" not in sys.modules:
            prepare_keras()
            with _uncollected():
                importlib.import_module("keras")
        import keras

        if keras.config.backend() == "jax":
            _keep_compiled_programs()
        module: ModuleType = keras
        return module


def compiled(function: Callable[..., Any]) -> Callable[..., NDArray[Any]]:
    """What `program` makes of a function, from arrays to an array."""
    keras, run = use_keras(), program(function)
    return lambda *arrays: np.asarray(keras.ops.convert_to_numpy(run(*arrays)))


def program(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` of tensors, without gradients and compiled where the backend can, from arrays to a tensor.

    Arguments may be arrays or the backend's own tensors, and lists of them. What is returned is computed.
    """
    keras = use_keras()
    if keras.config.backend() == "jax":
        import jax

        function = jax.jit(function)
    elif keras.config.backend() == "tensorflow":
        import tensorflow

        function = tensorflow.function(function)

    def run(*arrays: Any) -> Any:
        if keras.config.backend() == "torch":
            import torch

            with torch.no_grad():
                return function(*keras.tree.map_structure(keras.ops.convert_to_tensor, arrays))
        if keras.config.backend() == "jax":
            return jax.block_until_ready(function(*arrays))
        return function(*arrays)

    return run


def compiles_for_processor() -> bool:
    """Whether programs are compiled by XLA for this machine's processor, rather than run by a library's kernels."""
    if use_keras().config.backend() != "jax":
        return False
    import jax

    return bool(jax.default_backend() == "cpu")


def gradient(function: Callable[..., Any]) -> Callable[..., NDArray[Any]]:
    """The gradient of a scalar ``function`` of tensors by the first of them, as `compiled` does with functions."""
    keras = use_keras()
    if keras.config.backend() == "jax":
        import jax

        return compiled(jax.grad(function))
    if keras.config.backend() == "tensorflow":
        import tensorflow

        def taped(first: Any, *others: Any) -> Any:
            with tensorflow.GradientTape() as tape:
                tape.watch(first)
                value = function(first, *others)
            return tape.gradient(value, first)

        return compiled(taped)

    import torch

    def run(*arrays: Any) -> NDArray[Any]:
        first, *others = keras.tree.map_structure(keras.ops.convert_to_tensor, arrays)
        first = first.detach().clone().requires_grad_()
        (found,) = torch.autograd.grad(function(first, *others), (first,))
        return np.asarray(found.cpu().numpy())

    return run


@contextmanager
def _uncollected() -> Iterator[None]:
    """Spares what is made from garbage collection, now and later: an import makes a million objects that all stay.

    To look at them again and again would take a quarter of the time of a first compression.
    """
    collecting = gc.isenabled()
    gc.collect()  # or else what is garbage already would be spared too
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


def _keep_compiled_programs() -> None:
    import jax

    if jax.config.jax_compilation_cache_dir is not None:
        return
    folder = cache_folder() / "jax"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return
    if not os.access(folder, os.W_OK):
        return
    _write_programs_whole()
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)


def _write_programs_whole() -> None:
    """Lets JAX keep a program whole or not at all.

    By itself it writes in place, and a file that a killed process or a full disk cut short would be read in vain, with
    a warning, at every start, for it is never replaced.
    """
    try:
        from jax._src.lru_cache import LRUCache
    except ImportError:  # a version that keeps programs in another way
        return
    write_in_place = LRUCache.put

    def put(kept: Any, key: str, value: bytes) -> None:
        if kept.eviction_enabled:
            write_in_place(kept, key, value)
            return
        path = Path(kept.path) / f"{key}-cache"
        if not path.exists():
            with suppress(OSError):  # it is compiled again next time
                atomic.write(path, value)

    LRUCache.put = put
