"""What becomes of members' points: `contracts/Accounts.sol` in Python, for the fold and the rules.

Every account is brought up to the present before anything is done to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ledger.earnings import LIFE
from ledger.history.entities import Account, Redemption

Taken = tuple[int, int, int, int]
"""Points by quarter & 3."""


def is_over(quarter: int, current: int) -> bool:
    """Whether points of a quarter have expired in another."""
    return quarter + LIFE <= current


def quarters(newest: int) -> Iterator[int]:
    """The quarters that an account has points of, the oldest first."""
    return (newest - age for age in reversed(range(LIFE)))


def present(account: Account | None, current: int) -> Account:
    """An account as it is in a quarter: what has expired is gone."""
    if account is None:
        return Account(quarter=current)
    for quarter, points in expired(account, current):
        account = changed(account, quarter, -points)
    return replace(account, quarter=max(current, account.quarter))


def expired(account: Account | None, current: int) -> list[tuple[int, int]]:
    """Quarters that are over and what an account still has of them, the oldest first."""
    if account is None:
        return []
    there = ((quarter, account.points[quarter & 3]) for quarter in quarters(account.quarter))
    return [(quarter, points) for quarter, points in there if points and is_over(quarter, current)]


def changed(account: Account, quarter: int, points: int) -> Account:
    """An account with more or fewer points of a quarter; the same if it has no place for it."""
    if not account.quarter - LIFE < quarter <= account.quarter:
        return account
    there = account.points[quarter & 3] + points
    return replace(account, points=_with(account.points, quarter, there))


def credited(account: Account, quarter: int, points: int) -> tuple[Account, int]:
    """An account with more points of a quarter that is not over, and how many of them paid what was
    owed.
    """
    recovered = min(points, account.owed)
    account = replace(account, owed=account.owed - recovered)
    return changed(account, quarter, points - recovered), recovered


def taken_back(account: Account, quarter: int, points: int) -> tuple[Account, int]:
    """An account less points of a quarter, then of the oldest; and what is owed of them."""
    account, drawn = _drawn(account, quarter, points)
    left = points - drawn
    for each in quarters(account.quarter):
        account, drawn = _drawn(account, each, left)
        left -= drawn
    return replace(account, owed=account.owed + left), left


def spent(account: Account, points: int) -> tuple[Account, Taken]:
    """An account less points, the oldest first, and of which quarters they were."""
    taken: Taken = (0, 0, 0, 0)
    left = points
    for quarter in quarters(account.quarter):
        account, drawn = _drawn(account, quarter, left)
        taken = _with(taken, quarter, drawn)
        left -= drawn
    return account, taken


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What became of the points of a redemption that was undone."""

    restored: int
    recovered: int
    expired: int


def given_back(account: Account, redeemed: Redemption) -> tuple[Account, GivenBack]:
    """An account with what was spent of each quarter that is not over, the oldest first."""
    restored = recovered = lost = 0
    for quarter in quarters(redeemed.quarter):
        points = redeemed.taken[quarter & 3]
        if is_over(quarter, account.quarter):
            lost += points
        else:
            account, paid = credited(account, quarter, points)
            restored, recovered = restored + points, recovered + paid
    return account, GivenBack(restored, recovered, lost)


def _drawn(account: Account, quarter: int, wanted: int) -> tuple[Account, int]:
    drawn = min(account.points[quarter & 3], wanted)
    return changed(account, quarter, -drawn), drawn


def _with(points: Taken, quarter: int, amount: int) -> Taken:
    first, second, third, fourth = (
        amount if place == quarter & 3 else there for place, there in enumerate(points)
    )
    return first, second, third, fourth
