import doctest
import importlib
from pathlib import Path

import pytest

import aictui

PACKAGE = Path(aictui.__file__).parent
MODULES = sorted(
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if ">>>" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_run(module):
    assert doctest.testmod(importlib.import_module(module)).failed == 0


@pytest.mark.parametrize("component", ["range", "adaptive", "deflate", "raw", "planes16", "rgb16", "ycc16", "int8"])
def test_a_built_in_component_has_an_example(component):
    (module,) = [name for name in MODULES if name.endswith(f".{component}")]
    assert doctest.testmod(importlib.import_module(module)).attempted > 0
