import pytest

from aictui.codec import components
from aictui.codec.settings import Settings
from aictui.errors import MissingComponentError


def test_a_model_that_a_compression_lacks_is_told_in_a_sentence():
    with pytest.raises(MissingComponentError, match=r"^the compression needs model nowhere, which is"):
        components.for_settings(Settings(model="nowhere"))
