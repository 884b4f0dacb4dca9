import numpy as np
import pytest

from aictui.network import identity
from tests.network import tiny

CONFIG = tiny.CONFIG | {"network": {"width": 8, "encoder_width": 16}}
TENSORS = {"b": tiny.TENSORS["b"], "net/encoder/a": tiny.TENSORS["a"]}
ENCODING = {"encoder": ["card", "net/encoder", "network/encoder_"]}


def test_the_hash_of_a_model_never_changes():
    assert identity.content_hash(tiny.TENSORS, tiny.CONFIG).hex() == "64220a7bae7e1a35"
    assert identity.content_hash(TENSORS, CONFIG | ENCODING).hex() == "2dc243853dacef62"


@pytest.mark.parametrize("change", [{"name": "other"}, {"levels": 3}, {"card": {}}])
def test_another_configuration_has_another_hash(change):
    assert identity.content_hash(TENSORS, CONFIG | change) != identity.content_hash(TENSORS, CONFIG)


def test_what_only_encoding_needs_changes_the_check_sum_but_not_the_hash():
    config = CONFIG | ENCODING
    better = config | {"card": {"data": "more"}, "network": {"width": 8, "encoder_width": 32}}
    tensors = {**TENSORS, "net/encoder/a": np.zeros((4, 3), np.float32)}
    assert identity.content_hash(tensors, better) == identity.content_hash(TENSORS, config)
    assert identity.check_sum(tensors, better) != identity.check_sum(TENSORS, config)
    assert identity.encoder_hash(tensors, config) != identity.encoder_hash(TENSORS, config)
    assert identity.encoder_hash(TENSORS, better) != identity.encoder_hash(TENSORS, config)


@pytest.mark.parametrize("network", [{"width": 9, "encoder_width": 16}, {"encoder_width": 16}])
def test_what_decoding_needs_changes_the_hash(network):
    config = CONFIG | ENCODING
    assert identity.content_hash(TENSORS, config | {"network": network}) != identity.content_hash(TENSORS, config)
    assert identity.content_hash({**TENSORS, "b": TENSORS["b"] + 1}, config) != identity.content_hash(TENSORS, config)
