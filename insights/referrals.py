"""Referrals: whether one member may bring another, and why not.

A person may have several cards. Cards that share an e-mail address or a device count as one
person's here, so that nobody brings themselves, alone or in a circle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Refusal = Literal[
    "unknown_code", "referrer_erased", "oneself", "same_email", "same_device",
    "already_referred", "not_new", "ring", "monthly_cap",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """What is compared of a member: card, keyed hash of the e-mail address and pseudonyms of
    devices, as far as they are known.
    """

    card: str
    email: bytes | None = None
    devices: frozenset[bytes] = frozenset()
    erased: bool = False

    def same_as(self, other: Person) -> Refusal | None:
        """Why two cards seem to be one person's, or None."""
        if self.card == other.card:
            return "oneself"
        if self.email is not None and self.email == other.email:
            return "same_email"
        return "same_device" if self.devices & other.devices else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a referral is judged by. ``purchases`` are the newcomer's so far; the referrer was
    rewarded for ``rewarded`` others within a month, of at most ``cap`` (None: no end).
    """

    newcomer: Person
    referrer: Person | None
    referred_before: bool
    purchases: int
    rewarded: int = 0
    cap: int | None = None


def judge_referral(asked: Asked, who_brought: Callable[[str], Person | None]) -> Refusal | None:
    """Why a referral is refused, or None. ``who_brought`` gives the member who brought another.

    Up the line of who brought whom, nobody may be the newcomer: A that brings B that brings A is a
    ring, however many stand between.
    """
    referrer = asked.referrer
    if referrer is None:
        return "unknown_code"
    if referrer.erased:
        return "referrer_erased"
    same = asked.newcomer.same_as(referrer)
    found: tuple[tuple[bool, Refusal], ...] = (
        (asked.referred_before, "already_referred"),
        (asked.purchases > 0, "not_new"),
        (_leads_back(asked.newcomer, referrer, who_brought), "ring"),
        (asked.cap is not None and asked.rewarded >= asked.cap, "monthly_cap"),
    )
    return same or next((refusal for is_so, refusal in found if is_so), None)


def _leads_back(
    newcomer: Person, referrer: Person, who_brought: Callable[[str], Person | None]
) -> bool:
    seen = {referrer.card}
    above = who_brought(referrer.card)
    while above is not None and above.card not in seen:
        if newcomer.same_as(above) is not None:
            return True
        seen.add(above.card)
        above = who_brought(above.card)
    return False
