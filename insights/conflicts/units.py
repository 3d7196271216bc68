"""The verdict of the rules on one unit."""

from __future__ import annotations

from collections.abc import Iterable

from insights.conflicts.hard import hard_reasons
from insights.conflicts.model import Conflict, Reason, Scan, UnitFacts
from insights.conflicts.rules import CURRENT, Rules
from insights.conflicts.scored import PLACED, scored_reasons
from insights.conflicts.sightings import Sightings, outside_bursts, sightings


def judge_unit(scans: Iterable[Scan], facts: UnitFacts, rules: Rules = CURRENT) -> Conflict | None:
    """What the rules say of a unit's whole history; None when nothing fires.

    Pure, and independent of the order of ``scans``. A conflict needs one hard rule, or two scored
    rules that rest on more devices than the sale and a household explain. To warn in public,
    scored rules must also rest on several places, and on devices that did not come all at once.
    """
    ordered = sorted(scans, key=lambda scan: (scan.time, scan.seq))
    if not ordered:
        return None
    hard = list(hard_reasons(ordered, facts, rules))
    seen = sightings(ordered, facts, rules)
    scored = sorted(scored_reasons(seen), key=lambda reason: reason.rule)
    if not hard and not scored:
        return None
    agree = len(scored) >= rules.agreeing_rules and seen.enough
    return Conflict(
        level="conflict" if hard or agree else "watch",
        reasons=(*hard, *scored),
        public=bool(hard) or (agree and _may_warn(scored, seen)),
        rules=rules.version,
    )


def _may_warn(scored: Iterable[Reason], seen: Sightings) -> bool:
    """Whether what agrees is strong enough to tell whoever scans."""
    fired = {reason.rule for reason in scored}
    rules = seen.rules
    spaced = outside_bursts(seen.unexplained, rules) >= seen.agreeing
    strangers = seen.independent(rules.household_warned) >= rules.agreeing_devices
    several = len(fired - {"crowd"}) >= rules.warning_rules
    apart = seen.places >= rules.warning_places
    return bool(fired & PLACED) and apart and spaced and (strangers or several)
