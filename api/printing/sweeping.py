"""Takes away what crashes left in the folder of print files."""

from __future__ import annotations

from api.services import Services
from records import print_files, units
from records.engine import reading

EVERY_SECONDS = 21_600


def sweep_print_files(services: Services) -> str | None:
    """Deletes files of no run that are a day old, and files that were handed out."""
    with reading(services.records) as records:
        known, gone = units.ids(records), units.ids_handed_out(records)
    found = print_files.sweep(services.settings, known, services.now(), gone)
    return f"{found} files that nobody waits for are gone" if found else None
