"""The command palette: every action of what is on screen, named ``area: action``."""

from functools import partial
from typing import NamedTuple

from textual.app import App
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode
from textual.screen import Screen
from textual.types import IgnoreReturnCallbackType

from aictui.tui.working_keys import shown_key, works


class Command(NamedTuple):
    """An action that a person can call by name, with the keys that do the same now."""

    label: str
    keys: tuple[str, ...]
    help: str
    node: DOMNode
    binding: Binding

    @property
    def area(self) -> str:
        """The part of the application where it works; ``everywhere`` for what Textual brings to all screens."""
        is_everywhere = self.binding.id is None and isinstance(self.node, App | Screen)
        return "everywhere" if is_everywhere else area_of(self.node)


def available_commands(screen: Screen[object]) -> list[Command]:
    """Every action with a description that the focused pane, ``screen`` and the application offer now.

    What Textual's widgets bring along is left out: it has no name by which it could be remapped, nor one that fits to
    the rest.
    The area of an action is the ``AREA`` of the class that binds it, or the class's name.
    """
    commands: dict[tuple[DOMNode, str], Command] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if not binding.description or binding.system or not active.enabled:
            continue
        if binding.id is None and not isinstance(active.node, App | Screen):
            continue
        keys = (shown_key(screen, active),) if works(screen, active) else ()
        identity = (active.node, binding.action)
        if known := commands.get(identity):
            commands[identity] = known._replace(keys=tuple(dict.fromkeys((*known.keys, *keys))))
            continue
        label = f"{area_of(active.node)}: {binding.description.lower()}"
        commands[identity] = Command(label, keys, binding.tooltip or binding.description, active.node, binding)
    nodes = list(dict.fromkeys(node for node, _ in commands))

    def order(command: Command) -> tuple[bool, int, bool, bool]:
        # What Textual brings along comes last, and of each area what the key bar leaves out.
        binding = command.binding
        return command.area == "everywhere", nodes.index(command.node), binding.id is None, not binding.show

    return sorted(commands.values(), key=order)


def area_of(node: DOMNode) -> str:
    """The part of the application that ``node`` is, in a word."""
    return str(getattr(node, "AREA", "")) or type(node).__name__.removesuffix("Screen").lower()


class ActionCommands(Provider):
    """Offers every action that is available where the palette was opened."""

    async def discover(self) -> Hits:
        """Every command, in the order of the keys."""
        for command in available_commands(self.screen):
            yield DiscoveryHit(command.label, self._runner(command), command.label, self._help(command))

    async def search(self, query: str) -> Hits:
        """The commands whose name matches ``query``."""
        matcher = self.matcher(query)
        for command in available_commands(self.screen):
            if score := matcher.match(command.label):
                yield Hit(score, matcher.highlight(command.label), self._runner(command), help=self._help(command))

    def _runner(self, command: Command) -> IgnoreReturnCallbackType:
        return partial(_run, self.app, command)

    def _help(self, command: Command) -> str:
        return f"{' '.join(command.keys)}  {command.help}"


async def _run(app: App[object], command: Command) -> None:
    await app.run_action(command.binding.action, command.node)
