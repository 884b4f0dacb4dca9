"""The conformance kit: what the author of a chunker, quantizer or entropy coder tests it with.

In a test of the plugin's package::

    from aictui.testing import conforms, same_as_golden

    def test_it_keeps_the_rules():
        conforms(MyEntropyCoder)

    def test_its_bytes_never_change():
        same_as_golden(MyEntropyCoder, Path(__file__).parent / "golden")

`verdict` runs the same checks in a process of its own, so that a component that hangs is told too.
"""

from aictui.testing.checks import check_chunker, check_entropy_coder, check_quantizer, conforms
from aictui.testing.golden import same_as_golden
from aictui.testing.isolation import verdict
from aictui.testing.results import Check, Verdict

__all__ = [
    "Check",
    "Verdict",
    "check_chunker",
    "check_entropy_coder",
    "check_quantizer",
    "conforms",
    "same_as_golden",
    "verdict",
]
