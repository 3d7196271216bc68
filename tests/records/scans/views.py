"""Views and reads for tests of the log."""

from __future__ import annotations

from hashlib import sha256

from ledger.vocabulary import Seconds, Verdict, unit
from records.scans import Place, View

GTIN = "09521234000013"
UNIT = unit(GTIN, "7K3M9QX2HB").id
OTHER = unit(GTIN, "7K3M9QX2HC").id
DAY = 86_400
NOW = Seconds(1_800_000_000)
PARIS = Place("FR", 98, 5)


def view(who: str, subject=UNIT, time=NOW, place=None, also=()) -> View:
    """A look at a subject by somebody; ``also``: names that the same one had before."""
    names = [sha256(f"{name} {subject.hex()}".encode()).digest() for name in (who, *also)]
    device = sha256(f"{who} {time // DAY}".encode()).digest()
    return View(subject, time, Verdict.REGISTERED, device, tuple(names), place)
