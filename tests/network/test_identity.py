import numpy as np
import pytest

from aictui.network import identity

CONFIG = {
    "name": "tiny",
    "architecture": "classic",
    "chunker": "planes16",
    "chunk_size": 256,
    "latents": 256,
    "levels": 901,
    "default_level": 900,
    "card": {"data": "nothing"},
    "network": {"width": 8, "encoder_width": 16},
}
TENSORS = {"b": np.arange(5, dtype=np.int32), "net/encoder/a": np.ones((2, 3), np.float16)}
ENCODING = {"encoder": ["card", "net/encoder", "network/encoder_"]}


def test_the_hash_of_a_model_never_changes():
    config = {key: value for key, value in CONFIG.items() if key != "network"}
    tensors = {"b": TENSORS["b"], "a": TENSORS["net/encoder/a"]}
    assert identity.content_hash(tensors, config).hex() == "64220a7bae7e1a35"
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


@pytest.mark.parametrize("network", [{"width": 9, "encoder_width": 16}, {"encoder_width": 16}])
def test_what_decoding_needs_changes_the_hash(network):
    config = CONFIG | ENCODING
    assert identity.content_hash(TENSORS, config | {"network": network}) != identity.content_hash(TENSORS, config)
    assert identity.content_hash({**TENSORS, "b": TENSORS["b"] + 1}, config) != identity.content_hash(TENSORS, config)
