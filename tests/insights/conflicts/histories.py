"""Scans to try rules on: a shop in Frankfurt, and cities far from it and from each other."""

from __future__ import annotations

from insights.conflicts import Scan, UnitFacts
from ledger.vocabulary import Id, Seconds

UNIT = Id(bytes([0x15]) + bytes(31))
LOT = Id(bytes([0x0A]) + bytes(31))
DAY = 86_400
SOLD = Seconds(1_000 * DAY)

FRANKFURT = (50.1, 8.7)
LISBON = (38.7, -9.1)
OSLO = (59.9, 10.8)
ATHENS = (38.0, 23.7)
BUCHAREST = (44.4, 26.1)
SEVILLE = (37.4, -6.0)
TALLINN = (59.4, 24.8)
FAR = (LISBON, OSLO, ATHENS, TALLINN, BUCHAREST)
"""More than 800 km from Frankfurt and, but for Athens and Bucharest, from each other."""

FACTS = UnitFacts(UNIT, LOT, sold_at=SOLD, sold_place=FRANKFURT)


def view(seq, day, device, place=None):
    """A view so many days after the sale by a device with this number."""
    latitude, longitude = place or (None, None)
    time = Seconds(int(SOLD + day * DAY))
    return Scan(seq, time, device.to_bytes(4, "big"), latitude, longitude)


def staff(seq, day, kind="till"):
    """A read by staff so many days after the sale."""
    return Scan(seq, Seconds(int(SOLD + day * DAY)), kind=kind, org=7, site="4000001000005")


def tour(number, *, first_day=5, every=7, places=FAR):
    """Views by so many devices, one in each place, on after the sale."""
    return [view(n, first_day + n * every, 100 + n, places[n % len(places)]) for n in range(number)]


def fired(conflict):
    """Names of the rules that fired."""
    return [] if conflict is None else [reason.rule for reason in conflict.reasons]
