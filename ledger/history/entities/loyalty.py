"""Rows of programmes and of what their members have."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.vocabulary import Address, DocumentHash, OrgId, Seconds

NO_POINTS = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Programme:
    """Who may issue how many points. ``issued_today`` were issued on the day ``today`` (since
    1970); what compensates for recalls stands beside the cap.
    """

    org: OrgId
    rules: DocumentHash
    budget: int
    daily_cap: int
    return_window: int
    closed: bool = False
    issued: int = 0
    today: int = 0
    issued_today: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """What each unit of an issue earns, until ``closes`` (0: no end)."""

    programme: int
    points: int
    closes: Seconds


@dataclass(frozen=True, slots=True)
class Earning:
    """What a unit or a receipt earned. ``points`` are left of it; its points are pending until
    they are settled.
    """

    member: Address
    earned: int
    points: int
    available_from: Seconds
    settled: bool = False
    compensated: bool = False
    since: Seconds = Seconds(0)


@dataclass(frozen=True, slots=True)
class Account:
    """Points of the last four quarters, each at ``quarter & 3``, of which ``quarter`` is the
    newest; ``owed`` are to be recovered from what comes in.
    """

    points: tuple[int, int, int, int] = NO_POINTS
    owed: int = 0
    quarter: int = 0


@dataclass(frozen=True, slots=True)
class Redemption:
    """What a member spent at an organisation: ``taken`` of the quarters up to ``quarter``, each at
    ``quarter & 3``.
    """

    org: OrgId
    taken: tuple[int, int, int, int]
    quarter: int
    cancelled: bool = False
    since: Seconds = Seconds(0)
