"""The till as a page: scan, sell, take back, undo, confirm a member's code. It works without
scripts: a scanner types a code and presses Enter, which sends the form.

The basket stands in the form itself, so that several tills can be open and nothing is kept of what
was not sold.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from babel.numbers import format_currency, get_currency_precision
from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import Response

from api import till as service
from api.counting import counting_of
from api.dependencies import WRITE, View, Viewed, limits_of
from api.errors import Problem, problem_of
from api.languages import marked
from api.members import redeeming
from api.pages.forms import leading_to
from api.pages.staff import Staff, sign_in_first, staff_of
from api.rendering import page
from api.schemas.till import status_of
from api.till import Return, Sale, SaleLine, Teller
from api.till.looking import look
from api.till.returning import UNDO_SECONDS
from api.till.words import advised
from api.till.written import return_line
from ledger.errors import (
    ActRefused,
    CommandInvalid,
    LotmarkError,
    NotAuthenticated,
    RedemptionCodeRefused,
)
from ledger.hashing import sha256
from ledger.vocabulary import Id, key_of, product_of
from records import outbox, till
from records.till.model import Receipt

routes = APIRouter(include_in_schema=False)
CURRENCIES = ("EUR", "GBP", "USD", "CHF", "CNY", "JPY")
_RECENT = 12
_MOST_LINES = 200
_WRITTEN = re.compile(r"\d{1,13}(\.\d{0,9})?|\.\d{1,9}", re.ASCII)
_TEXT = Form(max_length=2000)
Text = Annotated[str, _TEXT]
Texts = Annotated[list[str], Form(max_length=_MOST_LINES)]

STATUS = {
    "accepted": marked("on its way"),
    "recorded": marked("recorded"),
    "attention": marked("needs attention"),
}
KINDS = {
    "sale": marked("Sale"), "returned": marked("Return"), "undo": marked("Undo"),
    "undone": marked("Sale, undone"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the basket, as it stands in the form."""

    code: str
    quantity: str
    price: str
    name: str


@dataclass(frozen=True, slots=True)
class Basket:
    """What stands in the form: lines, and what is said of the whole sale."""

    lines: tuple[Line, ...] = ()
    card: str = ""
    currency: str = CURRENCIES[0]
    site: str = ""


@routes.get("/till")
def show(
    request: Request,
    view: Viewed,
    done: Annotated[str, Query(max_length=32)] = "",
    spent: Annotated[int, Query(ge=0)] = 0,
    currency: Annotated[str, Query(max_length=3)] = "",
    site: Annotated[str, Query(max_length=13)] = "",
) -> Response:
    """An empty basket, and what was done last."""
    try:
        staff = staff_of(request, view)
    except NotAuthenticated:
        return sign_in_first("/till")
    found = till.find(view.records, done) if done else None
    made = found if found is not None and found.org == staff.key.org else None
    usual = currency if currency in CURRENCIES else _usual_currency(view, staff)
    basket = Basket(currency=usual, site=site)
    return _page(request, view, staff, basket, done=made, spent=spent)


@routes.post("/till")
def scan_or_sell(
    request: Request,
    view: Viewed,
    action: Annotated[str, Form(max_length=10)] = "scan",
    scanned: Text = "",
    code: Texts = [],  # noqa: B006  # FastAPI copies it
    quantity: Texts = [],  # noqa: B006
    price: Texts = [],  # noqa: B006
    name: Texts = [],  # noqa: B006
    card: Text = "",
    currency: Annotated[str, Form(max_length=3)] = CURRENCIES[0],
    site: Annotated[str, Form(max_length=13)] = "",
    sale: Annotated[str, Form(max_length=64)] = "",
    drop: Annotated[int | None, Form(ge=0)] = None,
    form_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Adds what was scanned to the basket, or sells the basket."""
    try:
        staff = _clerk(request, view, form_token)
    except NotAuthenticated:
        return sign_in_first("/till")
    kept = enumerate(zip(code, quantity, price, name, strict=False))
    lines = tuple(Line(*each) for place, each in kept if place != drop)
    if currency not in CURRENCIES:
        currency = CURRENCIES[0]
    basket = Basket(lines, card.strip(), currency, site.strip())
    try:
        if action != "sell" or scanned.strip() or drop is not None:
            basket = _with(view, staff, basket, scanned)
            return _page(request, view, staff, basket, sale=sale)
        made = _sell(view, staff, basket, sale)
    except LotmarkError as error:
        return _page(request, view, staff, basket, sale=sale, problem=_problem(view, error))
    return leading_to(f"/till?done={made.id}&currency={basket.currency}&site={basket.site}")


@routes.post("/till/return")
def take_back(
    request: Request,
    view: Viewed,
    receipt: Text = "",
    what: Text = "",
    once: Annotated[str, Form(max_length=64)] = "",
    form_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Takes back a line of a receipt, or a unit."""

    def work(staff: Staff) -> str:
        lines = [return_line(each) for each in what.split(",") if each.strip()]
        if not lines:
            text = marked("Say what comes back: a line of the receipt, or the code of a unit.")
            raise CommandInvalid(text, field="what", template=text)
        asked = Return(lines, receipt=receipt.strip() or None)
        return service.take_back(view.services, asked, _teller(view, staff, once, receipt, what)).id

    return _done(request, view, form_token, work)


@routes.post("/till/undo")
def undo(
    request: Request,
    view: Viewed,
    receipt: Text = "",
    site: Annotated[str, Form(max_length=13)] = "",
    once: Annotated[str, Form(max_length=64)] = "",
    form_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Undoes the last sale."""

    def work(staff: Staff) -> str:
        teller = _teller(view, staff, once, receipt, site)
        return service.undo_last(
            view.services, teller, receipt=receipt or None, site=site or None
        ).id

    return _done(request, view, form_token, work)


@routes.post("/till/redeem")
def redeem(
    request: Request,
    view: Viewed,
    member_code: Text = "",
    once: Annotated[str, Form(max_length=64)] = "",
    form_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Confirms the code that a member shows: its points are spent."""
    try:
        staff = _clerk(request, view, form_token)
    except NotAuthenticated:
        return sign_in_first("/till")
    teller = _teller(view, staff, once, member_code)
    try:
        made = redeeming.confirm(
            view.services, teller.org, teller.key_id, member_code, teller.idempotency_key,
            teller.request_hash,
        )  # fmt: skip
    except LotmarkError as error:
        if isinstance(error, RedemptionCodeRefused):
            limits_of(request).count_wrong_code(teller.key_id)
        basket = Basket(currency=_usual_currency(view, staff))
        return _page(request, view, staff, basket, problem=_problem(view, error))
    return leading_to(f"/till?spent={made.code.points}")


# --- what they share ---


def _clerk(request: Request, view: View, form_token: str) -> Staff:
    staff = staff_of(request, view)
    staff.session.require_form(form_token)
    staff.key.require(WRITE)
    return staff


def _done(request: Request, view: View, form_token: str, work: Callable[[Staff], str]) -> Response:
    try:
        staff = _clerk(request, view, form_token)
    except NotAuthenticated:
        return sign_in_first("/till")
    try:
        made = work(staff)
    except LotmarkError as error:
        basket = Basket(currency=_usual_currency(view, staff))
        return _page(request, view, staff, basket, problem=_problem(view, error))
    return leading_to(f"/till?done={made}")


def _teller(view: View, staff: Staff, once: str, *asked: str) -> Teller:
    """Who asks; the same form sent twice is the same request."""
    key = f"page {once or secrets.token_hex(16)}"
    place = counting_of(view.request).place_of(view.request)
    return Teller(staff.key.org, key, sha256("\n".join(asked).encode()), staff.key.id, place)


def _problem(view: View, error: LotmarkError) -> Problem:
    told = advised(error, view.names) if isinstance(error, ActRefused) else error
    return problem_of(told, view.language)


def _with(view: View, staff: Staff, basket: Basket, scanned: str) -> Basket:
    """The basket with what was scanned; a unit that is there already is not added again."""
    code = scanned.strip()
    if not code or any(line.code == code for line in basket.lines if line.quantity == ""):
        return basket
    goods = look(view.services, view.records, view.mirror, staff.key.org, code)
    name = f"{view.names.product_name(goods.item).text} {key_of(goods.subject).extension}"
    price = _last_price(view, staff, goods.item, basket.currency)
    line = Line(code, "" if goods.each is not None else "1", price, name)
    return Basket((*basket.lines, line), basket.card, basket.currency, basket.site)


def _usual_currency(view: View, staff: Staff) -> str:
    """That of the last receipt: points are earned in the currency that their rules name."""
    last = till.recent(view.records, staff.key.org, limit=1)
    return last[0].currency if last and last[0].currency in CURRENCIES else CURRENCIES[0]


def _last_price(view: View, staff: Staff, item: Id, currency: str) -> str:
    """What one cost when it was sold last, to be confirmed or changed; empty where it never was."""
    before = till.last_price(view.records, staff.key.org, item, currency)
    product = view.names.product(product_of(item))
    if before is None or product is None:
        return ""
    price, amount = before
    return _written(round(Decimal(price) * 10**product.decimals / amount), currency)


def _sell(view: View, staff: Staff, basket: Basket, once: str) -> Receipt:
    if not basket.lines:
        text = marked("Scan something first.")
        raise CommandInvalid(text, field="scanned", template=text)
    lines = [
        SaleLine(line.code, _minor(line, basket.currency), line.quantity.strip() or None)
        for line in basket.lines
    ]
    asked = Sale(
        number=f"P-{(once or secrets.token_hex(8))[:16]}",
        currency=basket.currency,
        lines=lines,
        site=basket.site or None,
        card=basket.card or None,
    )
    teller = _teller(view, staff, once, repr(basket))
    return service.sell(view.services, asked, teller)


def _minor(line: Line, currency: str) -> int:
    """What a line costs: the price is of one, or of one unit of measure."""
    each, many = line.price.strip().replace(",", "."), line.quantity.strip() or "1"
    parts = -1
    if _WRITTEN.fullmatch(each) and _WRITTEN.fullmatch(many):
        total = Decimal(each) * Decimal(many)
        parts = round(total.scaleb(get_currency_precision(currency)))
    if not 0 <= parts < 10**13:
        text = marked("A price is missing or wrong: {name}")
        raise CommandInvalid(
            text.format(name=line.name), field="price", template=text, name=line.name
        )
    return parts


def _written(minor: int, currency: str) -> str:
    decimals = get_currency_precision(currency)
    return f"{Decimal(minor).scaleb(-decimals):.{decimals}f}"


def _page(
    request: Request,
    view: View,
    staff: Staff,
    basket: Basket,
    *,
    sale: str = "",
    done: Receipt | None = None,
    spent: int = 0,
    problem: Problem | None = None,
) -> Response:
    recent = till.recent(view.records, staff.key.org, limit=_RECENT)
    shown = _receipts(view, [*recent, *([done] if done else [])])
    return page(
        request,
        "till.html",
        problem.status if problem else 200,
        basket=basket,
        currencies=CURRENCIES,
        name=view.names.party(staff.key.org).name.text,
        recent=shown[: len(recent)],
        done=shown[-1] if done else None,
        spent=spent,
        problem=problem,
        may_sell=WRITE in staff.key.scopes,
        sale=sale or secrets.token_hex(8),
        once=secrets.token_hex(8),
        form_token=staff.session.form_token,
    )


def _receipts(view: View, found: Sequence[Receipt]) -> list[dict[str, Any]]:
    traced = till.operations_of(view.records, [each.id for each in found])
    shown = []
    for each in found:
        made = [outbox.get(view.records, known.operation) for known in traced[each.id]]
        total = _written(each.total, each.currency)
        kind = "undone" if each.undone else each.reason or each.kind
        shown.append(
            {
                "number": each.number,
                "site": each.site or "",
                "kind": view.language.text(KINDS[kind]),
                "undoable": kind == "sale" and view.services.now() <= each.created + UNDO_SECONDS,
                "total": format_currency(
                    Decimal(total), each.currency, locale=view.language.locale
                ),
                "points": each.points,
                "no_points": bool(each.no_points),
                "when": view.language.moment(each.created),
                "status": view.language.text(STATUS[status_of(made)]),
                "lines": len(each.lines),
            }
        )
    return shown
