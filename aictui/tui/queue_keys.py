"""The keys of the queue, in the order in which the key bar shows them: where space is short, the last go."""

from textual.binding import Binding, BindingType

QUEUE_KEYS: list[BindingType] = [
    Binding("r", "start", "Run", id="queue.run", tooltip="Compress all that waits"),
    Binding("p", "pause", "Pause/resume", id="queue.pause", tooltip="Make the work wait, or go on"),
    Binding("x", "cancel", "Cancel", id="queue.cancel", tooltip="Stop; nothing stays half-written"),
    Binding("escape", "back", "Back", id="queue.back", key_display="esc"),
    Binding("d", "dry_run", "Dry run", id="queue.dry_run", tooltip="Tell what would happen, write nothing"),
    Binding("f", "retry", "Retry failed", id="queue.retry", tooltip="Try again what failed"),
    Binding("e", "edit", "Own target", id="queue.edit", tooltip="A target for the marked files, or this one"),
    Binding("w", "report", "JSON report", id="queue.report", tooltip="Write the results as JSON"),
    Binding("t", "form", "Settings", id="queue.form", tooltip="Show or hide the settings"),
    Binding("delete", "remove", "Remove", id="queue.remove", show=False, tooltip="Take files out of the queue"),
]
