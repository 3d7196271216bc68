"""Rules that find copied codes in the history of scans: versioned, pure, replayable.

`judge_unit` reads one unit's scans, `judge_lot` what is known of a lot's units together,
`judge_device` what one device scanned. A conflict carries its reasons, each with its evidence and
values for a sentence. `docs/conflicts.md` says what each rule means and how often it errs.
"""

from insights.conflicts.devices import DeviceView, judge_device
from insights.conflicts.lots import LotFacts, judge_lot
from insights.conflicts.model import Conflict, Level, Reason, Scan, UnitFacts
from insights.conflicts.replay import differences, replay, steps
from insights.conflicts.rules import CURRENT, RULES, Rules
from insights.conflicts.sentences import sentence
from insights.conflicts.units import judge_unit

__all__ = [
    "CURRENT",
    "RULES",
    "Conflict",
    "DeviceView",
    "Level",
    "LotFacts",
    "Reason",
    "Rules",
    "Scan",
    "UnitFacts",
    "differences",
    "judge_device",
    "judge_lot",
    "judge_unit",
    "replay",
    "sentence",
    "steps",
]
