import doctest
import importlib
import pkgutil

import pytest

PACKAGES = ["aictui.chunkers", "aictui.quantizers", "aictui.entropy"]
MODULES = [
    f"{package}.{module.name}"
    for package in PACKAGES
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__)
]


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_run(module):
    assert doctest.testmod(importlib.import_module(module)).failed == 0


@pytest.mark.parametrize("component", ["range", "adaptive", "deflate", "raw", "planes16", "rgb16", "ycc16", "int8"])
def test_a_built_in_component_has_an_example(component):
    (module,) = [name for name in MODULES if name.endswith(f".{component}")]
    assert doctest.testmod(importlib.import_module(module)).attempted > 0
