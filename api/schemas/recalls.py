"""Answers about recalls: how far they reach, who was told, what makes them good."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field, StrictInt

from api.dependencies import View
from api.schemas.common import (
    AmountText,
    Answer,
    Hash,
    Party,
    Thing,
    hexadecimal,
    moment,
    moment_or_none,
    party,
    party_or_none,
    thing,
)
from api.schemas.requests import Request
from indexer.queries.reach import Recall, SoldBy, Stock, UnitCount, recalled_of
from indexer.queries.reach import recall as recall_of
from insights.reach import Affected, Reach
from ledger.amounts import text_of_amount
from ledger.earnings import MOST_POINTS
from ledger.vocabulary import Id, Kind, OrgId, kind_of
from records import notices

MOST_LISTED = 500
"""Entries of each list of a reach; the proofs have all."""


class RecallNow(Answer):
    """That an item is recalled."""

    item: Thing
    by: Party
    since: datetime
    document: Hash = Field(description="Hash of what the recall says; see `/documents`.")


class AffectedItem(Answer):
    """An item that the recalled one is in, or itself: so many steps on."""

    item: Thing
    steps: int
    by_facts: bool = Field(description="False: only statements lead to it.")
    recalled: bool = Field(description="By its own name.")


class StillHeld(Answer):
    """What an organisation still has."""

    organisation: Party
    item: Thing
    amount: AmountText
    where: str = Field(examples=["held", "in_transit", "packed"])
    shipper: Party | None
    logistic_unit: Thing | None


class Sold(Answer):
    """What a shop sold and did not take back: by amount, and by units of so much."""

    organisation: Party
    item: Thing
    by_amount: AmountText
    by_units: AmountText
    first: datetime | None
    last: datetime | None


class Shop(Answer):
    """Members among a shop's customers; null where they are fewer than ten."""

    organisation: Party
    lines: int = Field(description="Lines of receipts with some of it that did not come back.")
    members: int | None


class UnitsOfLot(Answer):
    """Units of a lot: how many were issued, are sold, came back, were claimed, never were sold, and
    of the latter have codes that count no more.
    """

    lot: Thing
    issued: int
    sold: int
    returned: int
    claimed: int
    never_sold: int
    void: int


class Buyers(Answer):
    """Members whom it concerns. ``strangers`` claimed units and are no members here, or no longer;
    ``without_card`` lines of receipts lead to nobody.
    """

    consenting: int
    not_consenting: int
    strangers: int
    without_card: int


class RecallReach(Answer):
    """How far a recall reaches. Lists end at 500 entries; `totals` count all."""

    item: Thing
    recall: RecallNow | None
    as_of_block: int
    totals: dict[str, int]
    affected: list[AffectedItem]
    holders: list[StillHeld]
    sold: list[Sold]
    shops: list[Shop]
    units: list[UnitsOfLot]
    buyers: Buyers


class NoticeProgress(Answer):
    """How many were told, have acknowledged it, and are late with that."""

    members: int
    members_acknowledged: int
    members_overdue: int
    organisations: int
    organisations_acknowledged: int
    organisations_overdue: int


class OrganisationNotice(Answer):
    """That an organisation was told of a recall."""

    organisation: Party
    item: Thing
    by: Party
    document: Hash
    created: datetime
    due: datetime
    acknowledged: datetime | None
    overdue: bool


class RecallNotices(Answer):
    """What became of the notices of a recall. Members are counted, never listed."""

    recall: RecallNow
    progress: NoticeProgress
    organisations: list[OrganisationNotice]


class NoticesGiven(Answer):
    """Who was told just now, and how far it is."""

    recall: RecallNow
    members: int
    organisations: int
    not_consenting: int
    progress: NoticeProgress


class Message(Answer):
    """What a member that consents is to read, for whoever sends it."""

    message: int
    card: str
    item: Thing
    language: str
    subject: str
    body: str
    created: datetime


class CompensationAnswer(Answer):
    """What is given, or would be: points for units that members claimed and for lines of receipts.

    ``not_recalled`` claimed units are of lots that are reached but not recalled by name; ``given``
    were made good before.
    """

    dry_run: bool
    programme: int
    units: int
    lines: int
    points: int
    left_in_budget: int
    not_recalled: int
    given: int
    refusal: str | None = Field(description="The rule that would refuse it, in a dry run.")
    operations: list[str] = Field(description="Follow them at `/operations`.")


class Telling(Request):
    """Tells everybody whom the recall reaches now."""


class Acknowledgement(Request):
    """The caller has taken the item off its shelves."""


class NewCompensation(Request):
    """Points of a programme of one's own for each claimed unit, and each line of a receipt."""

    programme: StrictInt = Field(ge=1, le=2**32 - 1, examples=[1])
    points_per_unit: StrictInt = Field(0, ge=0, le=MOST_POINTS, examples=[50])
    points_per_line: StrictInt = Field(0, ge=0, le=MOST_POINTS, examples=[50])
    dry_run: bool = False


def recall_now(found: Recall, view: View) -> RecallNow:
    """A recall."""
    return RecallNow(
        item=thing(found.item, view.base_url),
        by=party(found.org, view.names),
        since=moment(found.time),
        document=hexadecimal(found.document),
    )


def reach(found: Reach, view: View, block: int) -> RecallReach:
    """How far a recall reaches."""
    known = recall_of(view.mirror, found.item)
    recalled = recalled_of(view.mirror, [each.item for each in found.affected])
    sold = [each for each in found.sold if each.by_amount + each.by_units]
    stocks = [each for each in found.stocks if each.amount]
    return RecallReach(
        item=thing(found.item, view.base_url),
        recall=recall_now(known, view) if known else None,
        as_of_block=block,
        totals={
            "items": len(found.affected),
            "holders": len(found.holders),
            "sellers": len(found.sellers),
            "lines": len(found.bought),
            "claimed": len(found.claims),
            "units_issued": sum(each.issued for each in found.units),
            "units_sold": sum(each.sold for each in found.units),
            "units_never_sold": sum(each.never_sold for each in found.units),
        },
        affected=[
            _affected(each, each.item in recalled, view) for each in found.affected[:MOST_LISTED]
        ],
        holders=[_held(each, view) for each in stocks[:MOST_LISTED]],
        sold=[_sold(each, view) for each in sold[:MOST_LISTED]],
        shops=_shops(found, view),
        units=[_units(each, view) for each in found.units[:MOST_LISTED]],
        buyers=Buyers(
            consenting=len(found.told),
            not_consenting=found.untold,
            strangers=found.strangers,
            without_card=found.without_card,
        ),
    )


def _affected(each: Affected, recalled: bool, view: View) -> AffectedItem:  # noqa: FBT001
    item = thing(each.item, view.base_url)
    return AffectedItem(item=item, steps=each.depth, by_facts=each.fact, recalled=recalled)


def _held(each: Stock, view: View) -> StillHeld:
    return StillHeld(
        organisation=party(each.org, view.names),
        item=thing(each.item, view.base_url),
        amount=_amount(each.item, each.amount, view),
        where=each.where,
        shipper=party_or_none(each.shipper, view.names),
        logistic_unit=thing(each.logistic_unit, view.base_url) if each.logistic_unit else None,
    )


def _sold(each: SoldBy, view: View) -> Sold:
    return Sold(
        organisation=party(each.org, view.names),
        item=thing(each.item, view.base_url),
        by_amount=_amount(each.item, each.by_amount, view),
        by_units=_amount(each.item, each.by_units, view),
        first=moment_or_none(each.first),
        last=moment_or_none(each.last),
    )


def _shops(found: Reach, view: View) -> list[Shop]:
    lines: dict[OrgId, int] = {}
    for each in found.bought:
        lines[each.org] = lines.get(each.org, 0) + 1
    return [
        Shop(organisation=party(org, view.names), lines=count, members=found.members_at(org))
        for org, count in sorted(lines.items())[:MOST_LISTED]
    ]


def _units(each: UnitCount, view: View) -> UnitsOfLot:
    return UnitsOfLot(
        lot=thing(each.lot, view.base_url),
        issued=each.issued,
        sold=each.sold,
        returned=each.returned,
        claimed=each.claimed,
        never_sold=each.never_sold,
        void=each.void,
    )


def _amount(item: Id, amount: int, view: View) -> str:
    product = view.names.product(item) if kind_of(item) == Kind.LOT else None
    return text_of_amount(amount, product.decimals if product else 0)


def progress(found: notices.Progress) -> NoticeProgress:
    """How far it is with a recall."""
    return NoticeProgress(
        members=found.members,
        members_acknowledged=found.members_acknowledged,
        members_overdue=found.members_overdue,
        organisations=found.organisations,
        organisations_acknowledged=found.organisations_acknowledged,
        organisations_overdue=found.organisations_overdue,
    )


def organisation_notice(found: notices.Notice, view: View) -> OrganisationNotice:
    """A notice to an organisation."""
    late = found.acknowledged is None and found.due < view.services.now()
    return OrganisationNotice(
        organisation=party(found.org or OrgId(0), view.names),
        item=thing(found.item, view.base_url),
        by=party(found.by, view.names),
        document=hexadecimal(found.document),
        created=moment(found.created),
        due=moment(found.due),
        acknowledged=moment_or_none(found.acknowledged),
        overdue=late,
    )


def message(found: notices.Message, view: View) -> Message:
    """A message."""
    return Message(
        message=found.id,
        card=found.card,
        item=thing(found.item, view.base_url),
        language=found.language,
        subject=found.subject,
        body=found.body,
        created=moment(found.created),
    )
