"""How far a recall reaches: from an item, over everything that was made of it, to who has it now.

Pure: what is known is handed in, and any walk over the same graph by hand gives the same answer.
What only statements say counts as well: a recall that misses a lot because nobody recorded the
transformation as a fact would be worse than one that is too wide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexer.queries.reach import Claimed, Link, SoldBy, Stock, UnitCount
from ledger.vocabulary import Address, Id, OrgId

SMALLEST_GROUP = 10
"""Members that a number about one shop's customers stands for at least (k-anonymity)."""


@dataclass(frozen=True, slots=True)
class Affected:
    """An item that the recalled one is in, or itself. ``depth`` is the number of steps to it;
    ``fact``: facts alone lead to it, not only what statements say.
    """

    item: Id
    depth: int
    fact: bool


@dataclass(frozen=True, slots=True)
class Bought:
    """A line of a receipt that was not brought back. ``card`` is None where the buyer showed none
    or was erased since, ``programme`` where it earned nothing.
    """

    receipt: str
    line: int
    item: Id
    index: int | None
    org: OrgId
    card: str | None
    programme: int | None = None


@dataclass(frozen=True, slots=True)
class Buyer:
    """A member that a recall concerns, and whether it may be told."""

    card: str
    consents: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """What a recall reaches. ``strangers`` are addresses that claimed units and are no members
    here, or no longer.
    """

    item: Id
    affected: tuple[Affected, ...]
    stocks: tuple[Stock, ...]
    sold: tuple[SoldBy, ...]
    units: tuple[UnitCount, ...]
    claims: tuple[Claimed, ...]
    bought: tuple[Bought, ...]
    buyers: tuple[Buyer, ...]
    strangers: int

    @property
    def holders(self) -> tuple[OrgId, ...]:
        """Who still has some of it, or awaits it, by number."""
        return tuple(sorted({each.org for each in self.stocks if each.org and each.amount}))

    @property
    def sellers(self) -> tuple[OrgId, ...]:
        """Who sold some of it that did not come back, by number."""
        return tuple(sorted({each.org for each in self.sold if each.by_amount + each.by_units}))

    @property
    def told(self) -> tuple[str, ...]:
        """The cards of members who may be told."""
        return tuple(each.card for each in self.buyers if each.consents)

    @property
    def untold(self) -> int:
        """How many members have not consented to be told."""
        return sum(not each.consents for each in self.buyers)

    @property
    def without_card(self) -> int:
        """How many lines of receipts lead to nobody."""
        return sum(each.card is None for each in self.bought)

    def members_at(self, org: OrgId) -> int | None:
        """How many members bought some of it at a shop; None where so few did that the number
        would be about persons.
        """
        cards = {each.card for each in self.bought if each.org == org and each.card is not None}
        return len(cards) if len(cards) >= SMALLEST_GROUP else None


def downstream(
    start: Id, following: Callable[[Sequence[Id]], Iterable[Link]]
) -> tuple[Affected, ...]:
    """Everything that was made of an item, itself first, nearest first.

    ``following`` gives what was made of some items in one step; each item is asked for once, so
    circles end.
    """
    depths = {start: 0}
    facts: dict[Id, list[Id]] = {}
    frontier = [start]
    depth = 0
    while frontier:
        depth += 1
        reached: set[Id] = set()
        for link in following(frontier):
            reached.add(link.target)
            if link.fact:
                facts.setdefault(link.source, []).append(link.target)
        frontier = sorted(each for each in reached if each not in depths)
        depths.update(dict.fromkeys(frontier, depth))
    proven = _reached(start, facts)
    ordered = sorted(depths.items(), key=lambda each: (each[1], each[0]))
    return tuple(Affected(item, steps, item in proven) for item, steps in ordered)


def _reached(start: Id, edges: Mapping[Id, Sequence[Id]]) -> set[Id]:
    found, waiting = {start}, [start]
    while waiting:
        new = [each for each in edges.get(waiting.pop(), ()) if each not in found]
        found.update(new)
        waiting += new
    return found


def reach(
    affected: Sequence[Affected],
    *,
    stocks: Iterable[Stock] = (),
    sold: Iterable[SoldBy] = (),
    units: Iterable[UnitCount] = (),
    claims: Iterable[Claimed] = (),
    bought: Iterable[Bought] = (),
    cards: Callable[[Iterable[Address]], Mapping[Address, str]] = lambda _: {},
    consenting: Callable[[Iterable[str]], Mapping[str, bool]] = lambda _: {},
) -> Reach:
    """What a recall reaches, out of what is known of the affected items; of others nothing counts.

    ``cards`` gives the members behind addresses, ``consenting`` who of them may be told; a card
    that it leaves out is nobody's any more.
    """
    items = {each.item for each in affected}
    claimed = tuple(each for each in claims if each.lot in items)
    lines = tuple(each for each in bought if each.item in items)
    kept = {each.member for each in claimed if not each.returned}
    known = cards(sorted(kept))
    concerned = {known[each] for each in kept if each in known}
    concerned |= {each.card for each in lines if each.card is not None}
    may = consenting(sorted(concerned))
    return Reach(
        item=affected[0].item,
        affected=tuple(affected),
        stocks=tuple(each for each in stocks if each.item in items),
        sold=tuple(each for each in sold if each.item in items),
        units=tuple(each for each in units if each.lot in items),
        claims=claimed,
        bought=lines,
        buyers=tuple(Buyer(card, may[card]) for card in sorted(concerned) if card in may),
        strangers=len(kept) - len([each for each in kept if each in known]),
    )
