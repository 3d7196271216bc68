"""What a member has, programme by programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection

from api.members.redeeming import spendable
from indexer.queries import loyalty as queries
from indexer.queries.loyalty import AccountView
from indexer.queries.loyalty.members import earned_by
from ledger.programme_rules import Earned, ProgrammeRules, Standing, rules_in, standing
from ledger.vocabulary import Address, DocumentHash, Seconds


class Documents(Protocol):
    """Documents by hash, as `api.names.Names` has them."""

    def description(self, digest: DocumentHash) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class MemberBalance:
    """A programme and what a member has in it; ``standing`` where its rules have tiers."""

    programme: int
    rules: ProgrammeRules | None
    account: AccountView
    spendable: int
    standing: Standing | None

    @property
    def name(self) -> Mapping[str, str]:
        """The programme's name by language; empty where its rules give none."""
        return (self.rules.name if self.rules else None) or {}


def programmes_of(mirror: Connection, member: Address) -> list[int]:
    """The programmes that a member ever had points in."""
    told = queries.told_of_member(mirror, member)
    return sorted({int(getattr(each.event, "programme")) for each in told})  # noqa: B009


def balances(
    mirror: Connection, documents: Documents, member: Address, now: Seconds
) -> list[MemberBalance]:
    """What a member has in each of them now."""
    return [
        balance(mirror, documents, number, member, now) for number in programmes_of(mirror, member)
    ]


def balance(
    mirror: Connection, documents: Documents, number: int, member: Address, now: Seconds
) -> MemberBalance:
    """What a member has in one programme now."""
    known = queries.programme(mirror, number)
    rules = rules_in(documents.description(known.rules)) if known else None
    earned = [Earned(*each) for each in earned_by(mirror, number, member)]
    return MemberBalance(
        number,
        rules,
        queries.account(mirror, number, member, now),
        spendable(mirror, number, member, now),
        standing(rules, earned, now) if rules and rules.tiers else None,
    )
