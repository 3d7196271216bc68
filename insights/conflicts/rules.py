"""The rules as data: every threshold with its unit and where it comes from.

A version is never changed once it was in force: a changed threshold is a new version, so that an
alert can be replayed under the rules it was raised by. Sources: R0 to R6 are rows of the table in
the trust reference, section 3.9; *modelled* means measured by `insights.simulation` over many
seeds, which `docs/conflicts.md` reports.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


def _threshold(default: float, unit: str, source: str) -> Any:
    return field(default=default, metadata={"unit": unit, "source": source})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One version. Numbers are met by equality where the reference says "at least", and must be
    passed where it says "more than".
    """

    version: str

    # hard rules
    sold_again_seconds: int = _threshold(
        600, "s", "R0; a till may read a unit twice while it is being sold"
    )

    # R1 speed
    speed_margin_km: float = _threshold(600, "km", "R1; error of a phone's place")
    speed_km_per_hour: float = _threshold(900, "km/h", "R1; an airliner")
    speed_floor_hours: float = _threshold(0.05, "h", "model of R1; two clocks never agree")

    # R2 devices
    devices: int = _threshold(5, "devices", "R2")
    peeked_devices: int = _threshold(12, "devices", "R2, for products peeked at in store")
    devices_days: float = _threshold(
        90, "d", "modelled: of 5 scans in 60 days, 5 fall within 30 days in 19 % of families"
    )

    # R3 after sale
    after_sale_devices: int = _threshold(2, "devices", "R3")
    after_sale_km: float = _threshold(600, "km", "R3")
    after_sale_days: float = _threshold(90, "d", "as R4")

    # R4 spread
    spread_devices: int = _threshold(3, "devices", "R4")
    spread_others: int = _threshold(2, "devices", "model of R4: each far from so many others")
    spread_km: float = _threshold(800, "km", "R4")
    spread_days: float = _threshold(90, "d", "R4")

    # R7 crowd: what numbers alone can say
    crowd_after_sale: int = _threshold(5, "devices", "modelled: no household of the model has 3")
    crowd: int = _threshold(12, "devices", "R2 for products peeked at in store")
    peeked_crowd: int = _threshold(24, "devices", "twice R2 for products peeked at in store")

    # what one household and one shop explain
    explained_km: float = _threshold(600, "km", "as R3: seen before the sale, near the shop")
    far_devices: int = _threshold(
        3, "devices", "modelled: so many far from the shop, of as many as R2 asks, are enough, too"
    )
    household_devices: int = _threshold(
        2, "devices", "modelled: of people who live near the shop, so many count"
    )
    household_unplaced: int = _threshold(
        3, "devices", "modelled: as above, of those nearest to each other where the shop is unknown"
    )
    household_warned: int = _threshold(1, "devices", "modelled: as above, for a public warning")
    warning_rules: int = _threshold(
        3, "rules", "modelled: so many warn in public whatever a household may explain"
    )
    warning_places: int = _threshold(
        4, "places", "as agreeing devices: one who pretends to be many is in one place"
    )
    watch_devices: int = _threshold(
        3, "devices", "modelled: R3 and R4 on two devices are a couple that travels"
    )
    agreeing_devices: int = _threshold(
        4, "devices", "modelled: two rules on three devices see one thing twice"
    )
    agreeing_unplaced: int = _threshold(5, "devices", "modelled: as above, shop unknown")
    peeked_agreeing: int = _threshold(5, "devices", "modelled: as above, peeked at in store")
    peeked_agreeing_unplaced: int = _threshold(12, "devices", "R2, for products peeked at in store")
    agreeing_rules: int = _threshold(2, "rules", "3.9: a public warning needs two rules or R0")
    burst_hours: float = _threshold(6, "h", "a page shared in a chat is opened at once")
    burst_devices: int = _threshold(2, "devices", "so many of one burst count for a warning")

    # R5 lots
    lot_sigma: float = _threshold(3, "sigma", "R5")
    lot_flagged: int = _threshold(3, "units", "one or two flagged units are no pattern")
    lot_views_per_unit: float = _threshold(
        3, "views/unit", "R5; heavy scanning alone makes 1.0 in the model"
    )
    lot_foreign_share: float = _threshold(0.2, "share", "R5; 3 % VPN and 7 % travel are honest")
    lot_foreign_views: int = _threshold(10, "views", "R5; less is no pattern")

    # R6 harvesting
    harvest_units: int = _threshold(20, "units", "R6")
    harvest_hours: float = _threshold(1, "h", "R6")

    # limits of work
    pair_views: int = _threshold(400, "views", "first and last views that R1 and R4 compare")
    shop_views: int = _threshold(8, "views", "before the sale: each may have been in the shop")
    evidence_scans: int = _threshold(20, "scans", "named in a reason")

    def thresholds(self) -> list[dict[str, str | float]]:
        """Every threshold as a row: name, value, unit, source."""
        return [
            {"name": each.name, "value": getattr(self, each.name), **each.metadata}
            for each in fields(self)
            if each.metadata
        ]


AS_WRITTEN = Rules(
    version="1",
    devices_days=30,
    watch_devices=0,
    agreeing_devices=0,
    agreeing_unplaced=0,
    peeked_agreeing=0,
    peeked_agreeing_unplaced=0,
    explained_km=-1,
    household_devices=2**31,
    household_unplaced=2**31,
    household_warned=2**31,
    warning_places=0,
    burst_hours=0,
    crowd=2**31,
    crowd_after_sale=2**31,
    peeked_crowd=2**31,
    lot_views_per_unit=1,
)
"""The rules to the letter of the reference, for comparison: any two that fire agree."""

RULES: dict[str, Rules] = {each.version: each for each in (AS_WRITTEN, Rules(version="2"))}
"""Every version there ever was."""
CURRENT = RULES["2"]
