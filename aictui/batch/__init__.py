"""Compression of many files: planned, resumable, and safe to kill at any moment."""

from aictui.batch.control import Control
from aictui.batch.events import Advanced, Event, FileResult, Finished, Started, State
from aictui.batch.ledger import Ledger, open_ledger
from aictui.batch.plan import Item, Plan, plan
from aictui.batch.policy import OutputPolicy
from aictui.batch.report import report
from aictui.batch.runner import Batch

__all__ = [
    "Advanced",
    "Batch",
    "Control",
    "Event",
    "FileResult",
    "Finished",
    "Item",
    "Ledger",
    "OutputPolicy",
    "Plan",
    "Started",
    "State",
    "open_ledger",
    "plan",
    "report",
]
