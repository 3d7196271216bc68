"""Points of a receipt: in which programme, how many, and how many of them each line stands for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from api.acceptance import Acceptance
from indexer.queries.loyalty.members import earned_by
from indexer.queries.loyalty.programmes import ProgrammeView, earning_programmes
from ledger.cards import read_card
from ledger.errors import CommandInvalid, InvalidInput, NotFound
from ledger.history import Programme
from ledger.programme_rules import Earned, ProgrammeRules, multiplier_of, points_for, rules_in
from ledger.refusals import refuse
from ledger.vocabulary import OrgId, PartnerRight
from records import documents, members
from records.members import Member
from records.till.model import Channel


@dataclass(frozen=True, slots=True)
class Promise:
    """Points that a sale earns in a programme."""

    programme: int
    points: int


class Programmes:
    """The programmes in which an organisation lets earn, with their rules, for one request."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance
        self._rules: dict[int, ProgrammeRules | None] = {}
        self._members: dict[str, Member] = {}
        self._own: int | None = None

    def member(self, card: str, field: str) -> Member:
        """The member with a card.

        Raises:
            CommandInvalid: there is none.
        """
        try:
            number = read_card(card, field)
        except InvalidInput as error:
            raise CommandInvalid(error.message, field=field) from error
        if number not in self._members:
            found = members.find(self._acceptance.records, number)
            if found is None or found.erased is not None:
                raise CommandInvalid(f"{field}: there is no such member", field=field)
            self._members[number] = found
        return self._members[number]

    def promise(
        self, member: Member, total: int, currency: str, channel: Channel, asked: int | None
    ) -> Promise | None:
        """What a member earns with a purchase; None where that is nothing.

        Raises:
            ActRefused: the programme asked for does not exist, is closed, or is another's.
        """
        programme = asked or self._newest_of_own()
        if programme is None:
            return None
        if asked is not None:
            self._require(asked)
        rules = self.rules(programme)
        if rules is None:
            return None
        more = self._multiplier(rules, programme, member)
        points = points_for(rules, total, currency, channel=channel, multiplier=more)
        return Promise(programme, points) if points else None

    def rules(self, programme: int) -> ProgrammeRules | None:
        """The rules of a programme, None where they are a text for people only."""
        if programme not in self._rules:
            known = self._acceptance.state.programmes.get(programme)
            self._rules[programme] = None if known is None else self._read(known)
        return self._rules[programme]

    def _read(self, programme: Programme) -> ProgrammeRules | None:
        try:
            return rules_in(
                json.loads(documents.get(self._acceptance.records, programme.rules).data)
            )
        except (NotFound, ValueError):  # kept elsewhere, or no JSON
            return None

    def _require(self, programme: int) -> None:
        state, org = self._acceptance.state, self._acceptance.org
        known = state.programmes.get(programme)
        if known is None:
            raise refuse("ProgrammeUnknown", programme=programme)
        rights = state.partners.get((programme, org)) or 0
        if known.org != org and not rights & PartnerRight.EARN:
            raise refuse("NotAPartner", programme=programme, org=org, needed=int(PartnerRight.EARN))

    def _newest_of_own(self) -> int | None:
        """The newest open programme of the seller's own, else of those it is a partner of."""
        if self._own is None:
            mirror, org = self._acceptance.mirror, self._acceptance.org
            found = earning_programmes(mirror, org)
            self._own = max(found, key=lambda each: _rank(each, org)).programme if found else 0
        return self._own or None

    def _multiplier(self, rules: ProgrammeRules, programme: int, member: Member) -> Decimal:
        if rules.tiers is None:
            return Decimal(1)
        now, mirror = self._acceptance.services.now(), self._acceptance.mirror
        history = [Earned(*each) for each in earned_by(mirror, programme, member.address)]
        return multiplier_of(rules, history, now)


def _rank(programme: ProgrammeView, org: OrgId) -> tuple[bool, int]:
    return programme.org == org, programme.programme


def share(points: int, prices: Sequence[int]) -> list[int]:
    """Points of each line of a receipt: by price, whole numbers that add up to all of them."""
    total, shares, spent, given = sum(prices), [], 0, 0
    for price in prices:
        spent += price
        upto = points * spent // total if total else 0
        shares.append(upto - given)
        given = upto
    return shares


def points_of_part(points: int, amount: int, before: int, back: int) -> int:
    """Points of what comes back of a line: ``before`` of its amount came back earlier, ``back``
    come back now. When all is back, so are exactly its points.
    """
    return points * (before + back) // amount - points * before // amount
