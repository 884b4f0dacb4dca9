"""The tree of folders."""

import os
from pathlib import Path
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from aictui.printable import printable
from aictui.tui.folder import natural_order


class FolderTree(Tree[Path]):
    """Shows folders; what a folder holds is read in a thread when it is opened."""

    AREA = "folders"
    HELP = """\
# Folders

- **enter** shows the images of a folder, **backspace** goes to the folder above.
- **→ ←** opens and closes a folder, to see the folders in it.
- **space** marks a folder; **c** queues all images of the marked folders and of their subfolders, together with the
  marked images, or else those of the highlighted folder. **u** takes every mark away.
"""
    DEFAULT_CSS = """
    FolderTree {
        height: 1fr; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0; overflow-x: hidden;
        &:focus { background-tint: $foreground 0%; }
        & > .folder-tree--mark { color: $accent; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"folder-tree--mark"}
    ICON_NODE = "▸ "
    ICON_NODE_EXPANDED = "▾ "
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select_cursor", "Show images", id="folders.show"),
        Binding("space", "mark", "Mark", id="folders.mark", key_display="space", tooltip="Mark it for compression"),
        Binding("j", "cursor_down", "Down", show=False, id="folders.down"),
        Binding("k", "cursor_up", "Up", show=False, id="folders.up"),
        Binding("l,right", "expand", "Open", show=False, id="folders.open"),
        Binding("h,left", "collapse", "Close", show=False, id="folders.close"),
        Binding("g", "scroll_home", "First", show=False, id="folders.first"),
        Binding("G", "scroll_end", "Last", show=False, id="folders.last"),
    ]

    class MarksChanged(Message):
        """A folder was marked or unmarked."""

    class Chosen(Message):
        """The user wants to see a folder."""

        def __init__(self, path: Path) -> None:
            super().__init__()
            self.path = path

    def __init__(self, current: Path, *, id: str | None = None) -> None:  # noqa: A002 - the name that Textual gives it
        super().__init__(_label(current.parent), current.parent, id=id)
        self._current = current
        self.marked: set[Path] = set()
        self.guide_depth = 2
        self.auto_expand = False

    def on_mount(self) -> None:
        """Open the root."""
        self._read(self.root)

    def show(self, current: Path) -> None:
        """Show the folder ``current`` among its siblings."""
        self._current = current
        self.notify_style_update()
        self.reset(_label(current.parent), current.parent)
        self._read(self.root)

    def render_label(self, node: TreeNode[Path], base_style: Style, style: Style) -> Text:
        """The folder's name, underlined where its images are shown, with marks of whether it is open and marked."""
        icon = self.ICON_NODE_EXPANDED if node.is_expanded else self.ICON_NODE
        icon = icon if node.allow_expand else "  "
        style += Style(bold=True, underline=True) if node.data == self._current else Style()
        mark = (
            ("● ", self.get_component_rich_style("folder-tree--mark", partial=True)) if node.data in self.marked else ""
        )
        return Text.assemble((icon, base_style), mark, Text(str(node.label), style), no_wrap=True, overflow="ellipsis")

    @property
    def highlighted(self) -> Path | None:
        """The folder under the cursor."""
        return self.cursor_node.data if self.cursor_node else None

    def action_mark(self) -> None:
        """Mark or unmark the folder under the cursor and go on to the next."""
        if self.highlighted is not None:
            self.mark(self.marked ^ {self.highlighted})
            self.action_cursor_down()

    def open(self, current: Path) -> None:
        """Tell which folder's images are shown, wherever in the tree it is."""
        self._current = current
        self.notify_style_update()
        self.refresh()

    def mark(self, folders: set[Path]) -> None:
        """Mark these folders and no others."""
        self.marked = folders
        self.notify_style_update()  # or else the tree takes lines that it has painted before
        self.refresh()
        self.post_message(self.MarksChanged())

    def action_expand(self) -> None:
        """Open the folder under the cursor."""
        if self.cursor_node and self.cursor_node.allow_expand:
            self.cursor_node.expand()

    def action_collapse(self) -> None:
        """Close the folder under the cursor, or go to the one above it."""
        node = self.cursor_node
        if node is None:
            return
        if node.is_expanded and node is not self.root:
            node.collapse()
        elif node.parent:
            self.move_cursor(node.parent)

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Path]) -> None:
        """Read what the opened folder holds."""
        event.stop()
        if not event.node.children:
            self._read(event.node)

    def on_tree_node_selected(self, event: Tree.NodeSelected[Path]) -> None:
        """Show the folder's images."""
        event.stop()
        if event.node.data:
            self.post_message(self.Chosen(event.node.data))

    @work(thread=True, group="folders", exit_on_error=False)
    def _read(self, node: TreeNode[Path]) -> None:
        if node.data is None:
            return
        folders = []
        try:
            with os.scandir(node.data) as listing:
                for entry in listing:
                    if _is_shown(entry):
                        folders.append((entry.name, Path(entry.path), _has_subfolders(entry.path)))
        except OSError:
            folders = []
        folders.sort(key=lambda folder: natural_order(folder[0]))
        self.call_later(self._fill, node, folders)

    def _fill(self, node: TreeNode[Path], folders: list[tuple[str, Path, bool]]) -> None:
        node.remove_children()
        for name, path, has_more in folders:
            node.add(Text(printable(name)), path, allow_expand=has_more)
        node.allow_expand = bool(folders)
        if folders:
            node.expand()
        for child in node.children:
            if child.data == self._current:
                self.call_after_refresh(self.move_cursor, child)
                if child.allow_expand:
                    self._read(child)


def _label(path: Path) -> Text:
    return Text(printable(path.name or str(path)))


def _has_subfolders(path: str) -> bool:
    try:
        with os.scandir(path) as listing:
            return any(map(_is_shown, listing))
    except OSError:
        return False


def _is_shown(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder, and not hidden."""
    try:
        return entry.is_dir() and not entry.name.startswith(".")
    except OSError:  # a link that leads back to itself
        return False
