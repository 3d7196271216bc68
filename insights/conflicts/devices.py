"""R6: one device that scans more units than anybody buys or looks at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from insights.conflicts.model import Conflict, Reason
from insights.conflicts.rules import CURRENT, Rules
from insights.conflicts.sightings import HOUR
from ledger.vocabulary import Id, Seconds


class DeviceView(NamedTuple):
    """One view by one device; staff with a key are no such device."""

    seq: int
    time: Seconds
    unit: Id


def judge_device(views: Iterable[DeviceView], rules: Rules = CURRENT) -> Conflict | None:
    """What the rules say of all views by one device; linear in their number once sorted.

    One sign alone: a watch, never public. A warehouse without a key, a class of pupils and an
    attacker who collects codes look alike.
    """
    ordered = sorted(views, key=lambda view: (view.time, view.seq))
    inside: Counter[Id] = Counter()
    start, most, span = 0, 0, (0, 0)
    for end, view in enumerate(ordered):
        inside[view.unit] += 1
        while view.time - ordered[start].time > rules.harvest_hours * HOUR:
            inside[ordered[start].unit] -= 1
            if not inside[ordered[start].unit]:
                del inside[ordered[start].unit]
            start += 1
        if len(inside) > most:
            most, span = len(inside), (start, end + 1)
    if most <= rules.harvest_units:
        return None
    scans = tuple(view.seq for view in ordered[slice(*span)][: rules.evidence_scans])
    reason = Reason(
        "harvesting",
        round(most / rules.harvest_units, 2),
        tuple(sorted(scans)),
        {"units": most, "hours": rules.harvest_hours},
    )
    return Conflict("watch", (reason,), public=False, rules=rules.version)
