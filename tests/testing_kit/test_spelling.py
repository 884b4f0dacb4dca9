import numpy as np

from aictui.entropy.base import EntropyCoder
from aictui.testing.entropy_coders import cases


class Spelling(EntropyCoder):
    """Spells out all bits of what it is given, whose size bounds that: 0 for a 0, and 1 and 32 bits for others."""

    id = "spelling"
    summary = "a bit for most symbols"

    def encode(self, symbols, context):
        bits = "".join(f"1{symbol & 0xFFFFFFFF:032b}" if symbol else "0" for symbol in symbols.tolist())
        return np.packbits(np.frombuffer(bits.encode(), np.uint8) & 1).tobytes()

    def decode(self, data, context):
        bits, place, symbols = np.unpackbits(np.frombuffer(data, np.uint8)), 0, []
        for _ in range(len(context.index)):
            number = bits[place + 1 : place + 33] if bits[place : place + 1].any() else bits[:0]
            symbols.append(np.packbits(number).tobytes() or bytes(4))
            place += 1 + len(number)
        if place > len(bits) or any(len(symbol) != 4 for symbol in symbols):
            raise ValueError("bits are missing")
        return np.frombuffer(b"".join(symbols), ">i4").astype(np.int32)


def test_a_coder_may_spell_out_all_bits_of_its_data():
    for name, check in cases(Spelling()):
        if "more memory" in name or "damaged" in name:
            check()
