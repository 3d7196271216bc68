"""What becomes of points by time alone: they are made available, or written off.

Both are acts that anybody may bring; here it is the organisation that runs the installation. It is
safe to run twice and by two processes at once: what is on its way is seen, and a batch has the same
idempotency key within its hour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from api.acceptance import Acceptance, accepting
from api.services import Services
from indexer.queries import loyalty as queries
from ledger import commands as c
from ledger.earnings import quarter_of
from ledger.hashing import sha256
from ledger.history import accounts as points
from ledger.vocabulary import Address, DocumentHash, OrgId
from records import accounts
from records.engine import reading, writing
from records.members import claims, codes

SETTLE_SECONDS, EXPIRE_SECONDS = 60.0, 3600.0
"""How often each is done."""
BATCH = 100
"""Earnings or members that one operation names."""
MOST = 1000
"""Of them that one run looks at."""
_HOUR = 3600

Find = Callable[[Acceptance], Iterable[tuple[int, bytes]]]
Make = Callable[[int, list[bytes]], c.Command]


def settle_points(services: Services) -> str | None:
    """Makes points available whose return window is over, and looks what became of claims and of
    codes that were used.
    """
    with writing(services.records) as records:
        stand, freed = claims.settle(records, services.now())
        unspent = codes.settle(records, services.now())
    settled = _bring(services, "settle", _due, _settlement)
    told = {
        "claims stand": stand,
        "claims were refused": freed,
        "redemptions were refused": unspent,
        "earnings are settled": settled,
    }
    return ", ".join(f"{number} {text}" for text, number in told.items() if number) or None


def expire_points(services: Services) -> str | None:
    """Writes off what has expired of members' points."""
    expired = _bring(services, "expire", _lapsed, _expiry)
    return f"points of {expired} members are written off" if expired else None


def _settlement(programme: int, earnings: list[bytes]) -> c.Command:
    return c.SettlePoints(programme, tuple(map(DocumentHash, earnings)))


def _expiry(programme: int, members: list[bytes]) -> c.Command:
    return c.ExpirePoints(programme, tuple(map(Address, members)))


def _bring(services: Services, purpose: str, find: Find, make: Make) -> int:
    org = _operator(services)
    if org is None:
        return 0
    hour = services.now() // _HOUR
    brought = 0
    with accepting(services, org, f"{purpose} {hour}", bytes(32)) as acceptance:
        for programme, batch in _batches(find(acceptance)):
            name = f"{purpose} {programme} {sha256(b''.join(batch)).hex()}"
            acts = [make(programme, batch)]
            acceptance.judge(acts)
            acceptance.submit(name, acts)
            brought += len(batch)
    return brought


def _batches(found: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, list[bytes]]]:
    for programme, some in groupby(list(found), itemgetter(0)):
        whole = [each for _, each in some]
        for start in range(0, len(whole), BATCH):
            yield programme, whole[start : start + BATCH]


def _operator(services: Services) -> OrgId | None:
    with reading(services.records) as records:
        found = accounts.operator(records, services.settings.operator)
    return None if found is None else found.org


def _due(acceptance: Acceptance) -> Iterable[tuple[int, bytes]]:
    """What is due and nobody has settled or is about to."""
    for programme, earning in queries.due(acceptance.mirror, acceptance.services.now(), limit=MOST):
        known = acceptance.state.earnings.get((programme, earning))
        if known is not None and not known.settled and known.points:
            yield programme, earning


def _lapsed(acceptance: Acceptance) -> Iterable[tuple[int, bytes]]:
    """Whose points have expired and nobody is about to write off."""
    current = quarter_of(acceptance.services.now())
    for programme, member in queries.lapsed(
        acceptance.mirror, acceptance.services.now(), limit=MOST
    ):
        account = acceptance.state.accounts.get((programme, member))
        if points.expired(account, current):
            yield programme, member
