"""The field where a target is typed."""

from textual.geometry import Size

from aictui.codec.settings import Target
from aictui.errors import UsageError
from aictui.tui.widgets.field import Field


class TargetField(Field):
    """Takes ``32x``, ``100kB``, ``35dB`` or ``q80``, and marks what is none of these."""

    AREA = "target"
    DEFAULT_CSS = """
    TargetField {
        width: 14; margin-left: 1; background: $foreground 8%;
        &.-textual-compact { padding: 0 1; }
        &:focus { background: $foreground 16%; }
        &.-wrong { color: $text-error; text-style: bold; }
    }
    """

    def __init__(self, value: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(value, id=id, compact=True, placeholder="32x 100kB")

    def validate_virtual_size(self, size: Size) -> Size:
        """As wide as the field at least: a change would have the whole screen arranged anew."""
        return Size(max(size.width, self.content_size.width), size.height)

    def watch_value(self, value: str) -> None:
        """Mark what is not a target."""
        try:
            Target.parse(value)
        except UsageError:
            self.add_class("-wrong")
        else:
            self.remove_class("-wrong")
