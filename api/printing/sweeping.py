"""Takes away what crashes left in the folder of print files."""

from __future__ import annotations

from api.services import Services
from records import print_files, units
from records.engine import reading

EVERY_SECONDS = 21_600


def sweep_print_files(services: Services) -> str | None:
    """Deletes files of no run that are a day old."""
    with reading(services.records) as records:
        found = print_files.sweep(services.settings, units.ids(records), services.now())
    return f"{found} files of no run are gone" if found else None
