"""Plugins: found by name without being imported, loaded apart from each other, checked while they run."""

from aictui.plugins.catalog import PluginFailure, Registry, registry
from aictui.plugins.sources import PluginSource, discover

__all__ = ["PluginFailure", "PluginSource", "Registry", "discover", "registry"]
