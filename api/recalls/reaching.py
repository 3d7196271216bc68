"""How far a recall reaches, asked of the mirror and the records; and who may know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from api.dependencies import View
from api.languages import marked
from indexer.queries import reach as queries
from indexer.queries.lots import item as item_view
from indexer.queries.organisations import organisation
from insights.reach import Affected, Bought, Reach, downstream, reach
from ledger.errors import NotAllowed, NotFound
from ledger.vocabulary import Id, OrgId, Role, text_of
from records import accounts, notices, till


def affected_by(mirror: Connection, item: Id) -> tuple[Affected, ...]:
    """An item and everything that was made of it.

    Raises:
        NotFound: nothing is known of the item.
    """
    found = downstream(item, lambda items: queries.made_of(mirror, items))
    if len(found) == 1 and item_view(mirror, item) is None:
        raise NotFound(f"nothing is known of {text_of(item)}")
    return found


def reach_of(mirror: Connection, records: Connection, item: Id) -> Reach:
    """What the recall of an item reaches, or would reach.

    Raises:
        NotFound: nothing is known of the item.
    """
    affected = affected_by(mirror, item)
    items = [each.item for each in affected]
    return reach(
        affected,
        stocks=queries.stocks(mirror, items),
        sold=queries.sold(mirror, items),
        units=queries.unit_counts(mirror, items),
        claims=queries.claims(mirror, items),
        bought=bought(records, items),
        cards=lambda addresses: notices.cards_of(records, addresses),
        consenting=lambda cards: notices.may_be_told(records, cards),
    )


def bought(records: Connection, items: Sequence[Id]) -> Iterator[Bought]:
    """The lines of receipts with some of the items that did not come back."""
    for item in items:
        for each in till.receipts_with(records, item):
            if each.amount > each.returned and not each.undone:
                line = (each.receipt, each.line, each.item, each.index)
                yield Bought(*line, each.org, each.card, each.programme)


def require_sight(mirror: Connection, org: OrgId, item: Id) -> None:
    """Lets only those by who answer for an item: who recalled it, its product's owner, auditors.

    Raises:
        NotFound: nothing is known of the item.
        NotAllowed: the organisation is none of them.
    """
    known = item_view(mirror, item)
    if known is None:
        raise NotFound(f"nothing is known of {text_of(item)}")
    owner = known.product.org if known.product else None
    asking = organisation(mirror, org)
    if org in (known.recalled_by, owner) or (asking is not None and asking.roles & Role.AUDITOR):
        return
    said = marked("Only who recalled it, the owner of the product and auditors may see this.")
    raise NotAllowed(said, template=said)


def is_operator(view: View, org: OrgId) -> bool:
    """Whether an organisation runs this installation, and keeps its members."""
    try:
        operator = accounts.operator(view.records, view.services.settings.operator)
    except NotFound:  # it has no account here
        return False
    return operator is not None and operator.org == org
