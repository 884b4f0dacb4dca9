"""The keys at the bottom of a screen, as many as fit."""

from collections.abc import Iterator

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import ActiveBinding
from textual.widgets import Footer
from textual.widgets._footer import FooterKey


class KeyBar(Footer):
    """A footer that leaves out whole keys, the later ones first, rather than cutting them off.

    Help and quit belong to the application and stay.
    """

    def compose(self) -> ComposeResult:
        """A key for each action that is on offer."""
        if not self._bindings_ready:
            return
        bindings = list(self._shown())
        palette = self.screen.active_bindings.get(self.app.COMMAND_PALETTE_BINDING)
        room = self.size.width - (self._width(palette) + 1 if palette else 0)
        stay = [active for active in bindings if active.node is self.app]
        room -= sum(map(self._width, stay))
        for active in bindings:
            if active.node is self.app:
                continue
            room -= self._width(active)
            if room < 0:
                break
            yield self._key(active)
        for active in stay:
            yield self._key(active)
        if palette:
            yield self._key(palette, "-command-palette")

    def on_resize(self, event: events.Resize) -> None:
        """See how many keys fit now."""
        if event.size.width != event.virtual_size.width or self._bindings_ready:
            self.call_after_refresh(self.recompose)

    def _shown(self) -> Iterator[ActiveBinding]:
        seen = set()
        for active in self.screen.active_bindings.values():
            if active.binding.show and active.binding.action not in seen:
                seen.add(active.binding.action)
                yield active

    def _width(self, active: ActiveBinding) -> int:
        return cell_len(self.app.get_key_display(active.binding)) + cell_len(active.binding.description) + 3

    def _key(self, active: ActiveBinding, classes: str = "") -> FooterKey:
        binding = active.binding
        return FooterKey(
            binding.key,
            self.app.get_key_display(binding),
            binding.description,
            binding.action,
            disabled=not active.enabled,
            tooltip=active.tooltip or binding.description,
            classes=classes,
        ).data_bind(compact=Footer.compact)
