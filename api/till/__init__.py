"""The till: what is sold and comes back over a counter, with the points of members.

One request is one transaction: its receipts, what staff scanned and the operations that follow are
committed together or not at all. Whether something may be sold is asked of the mirror with all that
is on its way, so a till goes on while the node is away, and what it accepted settles later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from api.acceptance import accepting
from api.services import Services
from api.till.asked import Return, ReturnLine, Sale, SaleLine, Teller
from api.till.counter import Counter
from api.till.returning import take_back_all, undo
from api.till.selling import sell_all
from api.till.words import subject_of, verdict_of
from ledger.errors import ActRefused
from records import till
from records.engine import writing
from records.scans.staff import add_staff
from records.till.model import Receipt

__all__ = [
    "Return",
    "ReturnLine",
    "Sale",
    "SaleLine",
    "Teller",
    "record",
    "sell",
    "take_back",
    "undo_last",
]


def sell(services: Services, sale: Sale, teller: Teller) -> Receipt:
    """Sells; a member's points are promised with it. A repeat gives the receipt made before.

    Raises:
        CommandInvalid: a field is missing or wrong.
        ActRefused: the rules say no, of which line its ``values`` tell; nothing was sold.
        IdempotencyKeyReused: the key was used for another request.
    """
    (made,) = _once(services, teller, lambda counter: sell_all(counter, [("", sale)]))
    return made


def take_back(services: Services, asked: Return, teller: Teller) -> Receipt:
    """Takes back from a customer, with the points of just that.

    Raises:
        NotFound: there is no such receipt of the seller's.
        CommandInvalid, ActRefused, IdempotencyKeyReused: as `sell`.
    """
    (made,) = _once(services, teller, lambda counter: take_back_all(counter, [("", asked)]))
    return made


def undo_last(
    services: Services, teller: Teller, *, receipt: str | None = None, site: str | None = None
) -> Receipt:
    """Undoes the seller's last sale at a site, within a quarter of an hour; ``receipt`` makes sure
    that it is this one.

    Raises:
        NotFound: nothing was sold there.
        ActRefused, IdempotencyKeyReused: as `sell`.
    """
    (made,) = _once(services, teller, lambda counter: [undo(counter, receipt, site)])
    return made


def record(
    services: Services, entries: Sequence[Sale | Return], teller: Teller
) -> tuple[Receipt, ...]:
    """Records many sales and returns, a day's for instance, all or none: first what was sold, then
    what came back, by the same rules as one by one. Receipts are in this order, too.

    Raises:
        NotFound, CommandInvalid, ActRefused, IdempotencyKeyReused: as `sell` and `take_back`.
    """
    named = [(f"entries[{place}].", entry) for place, entry in enumerate(entries)]

    def work(counter: Counter) -> list[Receipt]:
        sold = sell_all(counter, [(w, e) for w, e in named if isinstance(e, Sale)])
        back = take_back_all(counter, [(w, e) for w, e in named if isinstance(e, Return)])
        return sold + back

    return _once(services, teller, work)


def _once(
    services: Services, teller: Teller, work: Callable[[Counter], list[Receipt]]
) -> tuple[Receipt, ...]:
    """Does a till's work in one transaction, or gives back what the same request made before."""
    org, key, request = teller.org, teller.idempotency_key, teller.request_hash
    try:
        with accepting(services, org, key, request) as acceptance:
            known = till.of_request(acceptance.records, org, key, request)
            if known is not None:
                return known
            till.note_request(acceptance.records, org, key, request, services.now())
            work(Counter(acceptance, teller))
            return till.of_request(acceptance.records, org, key, request) or ()
    except ActRefused as error:
        _keep_scan(services, teller, error)
        raise


def _keep_scan(services: Services, teller: Teller, error: ActRefused) -> None:
    """What staff scanned is kept although the till refused it: it may be worth knowing."""
    subject = subject_of(error)
    if subject is None:
        return
    with writing(services.records) as records:
        add_staff(
            records,
            subject,
            "till",
            org=teller.org,
            site="",
            key_id=teller.key_id,
            verdict=verdict_of(error),
            now=services.now(),
            place=teller.place,
        )
