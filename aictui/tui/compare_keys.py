"""The keys of the compare view, in the order in which the key bar shows them: where space is short, the last go."""

from textual.binding import Binding, BindingType

COMPARE_KEYS: list[BindingType] = [
    Binding("escape", "leave", "Back", id="compare.back", tooltip="Back to the images", key_display="esc"),
    Binding("s,ctrl+s", "save", "Save", id="compare.save", tooltip="Write the .aic file"),
    Binding("t", "target", "Target", id="compare.target", tooltip="Type 32x, 100kB, 35dB or q80", priority=True),
    Binding("m", "menus", "Model", id="compare.menus", tooltip="Choose model, chunker, quantizer, coder"),
    Binding("right_square_bracket", "tab(1)", "Next tab", id="compare.next-tab", key_display="[ ]"),
    Binding("left_square_bracket", "tab(-1)", "Previous tab", id="compare.previous-tab", show=False),
    Binding(
        "d", "picture('heat')", "Difference", id="picture.heat", tooltip="Show where and how much the pictures differ"
    ),
    Binding(
        "space",
        "picture('swap')",
        "Swap",
        id="picture.swap",
        key_display="space",
        tooltip="Swap the two pictures while it is held; a tap keeps them swapped",
    ),
    Binding("p", "next_left", "Peer", id="compare.peer", tooltip="The next format on the left side"),
    Binding("less_than_sign", "ratio(-0.25)", "Less", id="compare.less", tooltip="A smaller ratio"),
    Binding("greater_than_sign", "ratio(0.25)", "More", id="compare.more", tooltip="A larger ratio"),
    Binding(
        "plus,equals_sign",
        "picture('zoom', 1)",
        "Zoom in",
        id="picture.zoom-in",
        key_display="+",
        tooltip="Show less of the image, larger",
        show=False,
    ),
    Binding(
        "minus", "picture('zoom', -1)", "Zoom out", id="picture.zoom-out", tooltip="Show more of the image", show=False
    ),
    Binding(
        "0", "picture('fit')", "Whole image", id="picture.fit", tooltip="As large as the whole image fits", show=False
    ),
    Binding("1", "picture('pixels')", "1:1", id="picture.pixels", tooltip="One image pixel as one pixel", show=False),
]
