"""The keys of the compare view, in the order in which the key bar shows them: where space is short, the last go."""

from textual.binding import Binding, BindingType

COMPARE_KEYS: list[BindingType] = [
    Binding("escape", "leave", "Back", id="compare.back", tooltip="Back to the images", key_display="esc"),
    Binding("s,ctrl+s", "save", "Save", id="compare.save", tooltip="Write the .aic file"),
    Binding("less_than_sign", "ratio(-0.25)", "Less", id="compare.less", tooltip="A smaller ratio"),
    Binding("greater_than_sign", "ratio(0.25)", "More", id="compare.more", tooltip="A larger ratio"),
    Binding("t", "target", "Target", id="compare.target", tooltip="Type 32x, 100kB, 35dB or q80"),
    Binding("p", "next_left", "Peer", id="compare.peer", tooltip="The next format on the left side"),
    Binding("m", "menus", "Model", id="compare.menus", tooltip="Choose model, chunker, quantizer, coder"),
    Binding("left_square_bracket", "tab(-1)", "Previous tab", id="compare.previous-tab", show=False),
    Binding("right_square_bracket", "tab(1)", "Next tab", id="compare.next-tab"),
]
