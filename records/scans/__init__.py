"""Scans: who looked at a code or read it as staff, in a log that only grows.

What is kept of a scan is sealed by the log and deleted after its time; the log stays verifiable.
"""

from records.scans.counted import Seen, add_views, seen
from records.scans.details import Place, ScanRow, View
from records.scans.reading import history, scans
from records.scans.staff import add_staff

__all__ = [
    "Place",
    "ScanRow",
    "Seen",
    "View",
    "add_staff",
    "add_views",
    "history",
    "scans",
    "seen",
]
