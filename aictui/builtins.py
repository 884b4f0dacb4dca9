"""The built-in components, registered through the same hooks as everybody's."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from typing import Any

from aictui.hookspecs import hookimpl


def _modules(package: str) -> list[Any]:
    found = importlib.import_module(package)
    names = [module.name for module in pkgutil.iter_modules(found.__path__)]
    return [importlib.import_module(f"{package}.{name}") for name in names]


def _classes(package: str, base: type) -> list[type]:
    return [
        value
        for module in _modules(package)
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, base)
        and "id" in vars(value)
        and value.__module__ == module.__name__
    ]


@hookimpl
def register_chunkers(register: Callable[[Any], None]) -> None:
    """Registers the built-in chunkers."""
    from aictui.chunkers.base import Chunker

    for chunker in _classes("aictui.chunkers", Chunker):
        register(chunker)


@hookimpl
def register_quantizers(register: Callable[[Any], None]) -> None:
    """Registers the built-in quantizers."""
    from aictui.quantizers.base import Quantizer

    for quantizer in _classes("aictui.quantizers", Quantizer):
        register(quantizer)


@hookimpl
def register_entropy_coders(register: Callable[[Any], None]) -> None:
    """Registers the built-in entropy coders."""
    from aictui.entropy.base import EntropyCoder

    for coder in _classes("aictui.entropy", EntropyCoder):
        register(coder)


@hookimpl
def register_metrics(register: Callable[[Any], None]) -> None:
    """Registers the built-in metrics."""
    from aictui.metrics import built_in

    for metric in built_in():
        register(metric)
