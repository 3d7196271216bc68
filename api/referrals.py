"""Referrals: judged when somebody joins with another's card, rewarded once a purchase stays."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection

from api.acceptance import Acceptance, accepting
from api.services import Services
from indexer.queries import loyalty
from indexer.queries.loyalty import ProgrammeView
from indexer.queries.organisations import organisation
from insights.referrals import Asked, Person, Refusal, judge_referral
from ledger import commands as c
from ledger.errors import ActRefused, NotFound
from ledger.programme_rules import Referral as Bonus
from ledger.programme_rules import rules_in
from ledger.vocabulary import OrgId, Role, Seconds
from records import accounts, documents, members, outbox, referrals, till
from records.engine import reading
from records.outbox import State
from records.referrals import Referral

EVERY_SECONDS = 300.0
MONTH = 30 * 86_400
_PERFORMED = (State.INCLUDED, State.FINAL)
_log = logging.getLogger("lotmark.referrals")


@dataclass(frozen=True, slots=True)
class _Reward:
    """The receipt of a purchase that stayed, what its programme gives for it, and who awards."""

    receipt: str
    programme: int
    bonus: Bonus
    payer: OrgId


def refer(records: Connection, newcomer: str, referrer: str, now: Seconds) -> Refusal | None:
    """Notes that a member brought a newcomer, or why that does not count.

    Within the transaction in which the newcomer joins, or later, before its first purchase.

    Raises:
        NotFound: there is no such newcomer.
        MemberErased: it is no more.
    """
    members.require(records, newcomer)
    refusal = _judged(records, newcomer, referrer)
    if refusal is None and referrals.add(records, newcomer, referrer, now) is None:
        refusal = "already_referred"
    if refusal is not None:
        known = referrals.traits_of(records, referrer)
        by = referrer if known is not None and not known.erased else None
        referrals.refuse(records, newcomer, by, refusal, now)
    return refusal


def _judged(
    records: Connection,
    newcomer: str,
    referrer: str,
    *,
    waiting: bool = False,
    cap: tuple[int, int | None] = (0, None),
) -> Refusal | None:
    """What the rules say; of a referral that is ``waiting`` already, whether they still do."""
    person = _person(records, newcomer)
    asked = Asked(
        newcomer=person or Person(newcomer, erased=True),
        referrer=_person(records, referrer),
        referred_before=not waiting and _brought(records, newcomer) not in (None, referrer),
        purchases=0 if waiting else len(till.purchases_of(records, newcomer)),
        rewarded=cap[0],
        cap=cap[1],
    )
    return judge_referral(asked, lambda card: _above(records, card))


def _person(records: Connection, card: str) -> Person | None:
    found = referrals.traits_of(records, card)
    return None if found is None else Person(card, found.email, found.devices, found.erased)


def _brought(records: Connection, card: str) -> str | None:
    found = members.find(records, card)
    return found.referred_by if found is not None else None


def _above(records: Connection, card: str) -> Person | None:
    above = _brought(records, card)
    return _person(records, above) if above is not None else None


# --- rewards ---


def reward_referrals(services: Services) -> str | None:
    """Rewards both members of each referral whose newcomer bought something that it still had when
    the return window was over; or notes why not.
    """
    rewarded, after = 0, 0
    while True:
        with reading(services.records) as records:
            some = referrals.waiting(records, after=after)
        if not some:
            return f"{rewarded} referrals were rewarded" if rewarded else None
        after = some[-1].id
        rewarded += sum(_settle(services, each) for each in some)


def _settle(services: Services, waiting: Referral) -> bool:
    with reading(services.records) as records, reading(services.mirror) as mirror:
        due = _due(records, mirror, waiting, services.now())
    if due is None:
        return False
    with accepting(services, due.payer, f"referral {waiting.id}", bytes(32)) as acceptance:
        return _reward(acceptance, waiting, due)


def _due(
    records: Connection, mirror: Connection, waiting: Referral, now: Seconds
) -> _Reward | None:
    """The first purchase that stayed, and what it earns both; None while there is none."""
    lines = till.purchases_of(records, waiting.newcomer or "")
    for receipt, group in groupby(lines, key=lambda each: each.receipt):
        bought = list(group)
        first = bought[0]
        known = loyalty.programme(mirror, first.programme) if first.programme else None
        if known is None or first.undone or now < first.time + known.return_window:
            continue
        kept = sum(each.price * (each.amount - each.returned) // each.amount for each in bought)
        bonus = _bonus(records, known)
        if bonus is not None and kept >= max(bonus.minimum, 1) and _is_sold(records, receipt):
            payer = _payer(records, mirror, known, first.org)
            return _Reward(receipt, known.programme, bonus, payer)
    return None


def _is_sold(records: Connection, receipt: str) -> bool:
    """Whether the sale is on chain: what the contract refuses in the end was no purchase."""
    traced = till.operations_of(records, [receipt])[receipt]
    sales = [outbox.get(records, each.operation) for each in traced if each.purpose == "sale"]
    return all(each.state in _PERFORMED and each.reason is None for each in sales)


def _bonus(records: Connection, programme: ProgrammeView) -> Bonus | None:
    try:
        rules = rules_in(json.loads(documents.get(records, programme.rules).data))
    except (NotFound, ValueError):  # kept elsewhere, or no JSON
        return None
    return rules.referral if rules else None


def _payer(
    records: Connection, mirror: Connection, programme: ProgrammeView, seller: OrgId
) -> OrgId:
    """Who awards: the programme's owner where it may and acts here, else who sold."""
    owner = organisation(mirror, programme.org)
    here = any(each.org == programme.org for each in accounts.all_accounts(records))
    return programme.org if here and owner and owner.roles & Role.RETAILER else seller


def _reward(acceptance: Acceptance, waiting: Referral, due: _Reward) -> bool:
    records, now = acceptance.records, acceptance.services.now()
    newcomer, referrer = waiting.newcomer or "", waiting.referrer or ""
    before = referrals.rewarded_since(records, referrer, Seconds(now - MONTH))
    cap = (before, due.bonus.monthly_cap)
    refusal = _judged(records, newcomer, referrer, waiting=True, cap=cap)
    if refusal is not None:
        referrals.drop(records, waiting)
        referrals.refuse(records, newcomer, referrer, refusal, now)
        return False
    awards = [
        c.AwardPoints(due.programme, members.require(records, card).address, number, points)
        for card, number, points in (
            (referrer, waiting.referrer_number, due.bonus.referrer),
            (newcomer, waiting.newcomer_number, due.bonus.referred),
        )
        if points
    ]
    try:
        acceptance.judge(awards)
    except ActRefused as refused:  # a budget that is spent may be filled again
        _log.warning("referral %d waits: %s", waiting.id, refused.code)
        return False
    operation = acceptance.submit("referral", awards).id if awards else ""
    return referrals.reward(records, waiting, due.programme, due.receipt, operation, now)
