"""What a till may ask for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictInt, StringConstraints

from api.schemas.requests import AmountIn, Request
from api.schemas.unit_requests import Number
from api.till import Return, ReturnLine, Sale, SaleLine

MOST_LINES, MOST_ENTRIES = 200, 200
_DEAREST = 10**13

Code = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2000),
    Field(
        description="As the scanner gives it: a GS1 Digital Link, an element string (with or "
        "without `]d2`, FNC1 as ASCII 29), `(01)...(21)...`, or a GTIN with serial or lot beside.",
        examples=["https://id.gs1.org/01/09521234543213/21/7K3M9QX2HB4C5D6E7F8G"],
    ),
]
Minor = Annotated[
    StrictInt,
    Field(ge=0, le=_DEAREST, description="Of the whole line, in minor units.", examples=[399]),
]
TillNumber = Annotated[
    str,
    StringConstraints(min_length=1, max_length=56, pattern=r"^[!-~][ -~]*$"),
    Field(description="The till's own number, used once.", examples=["T1-000123"]),
]
ReceiptRef = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64),
    Field(description="A receipt's id, or the till's number for it.", examples=["T1-000123"]),
]
Site = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{13}$"),
    Field(description="GLN of the shop.", examples=["9521236000004"]),
]
Card = Annotated[
    str, StringConstraints(min_length=1, max_length=40), Field(description="A member's card.")
]


class SaleLineIn(Request):
    """One article."""

    code: Code
    quantity: AmountIn | None = Field(None, description="Of a lot; a unit is one.")
    price: Minor

    def asked(self) -> SaleLine:
        """For `api.till`."""
        return SaleLine(self.code, self.price, self.quantity)


class NewTillSale(Request):
    """A sale."""

    number: TillNumber
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = Field(examples=["EUR"])
    lines: list[SaleLineIn] = Field(min_length=1, max_length=MOST_LINES)
    channel: Literal["store", "online"] = "store"
    site: Site | None = None
    card: Card | None = None
    programme: Number | None = Field(
        None, description="Where points are earned; else the newest of the seller's own."
    )

    def asked(self) -> Sale:
        """For `api.till`."""
        lines = [line.asked() for line in self.lines]
        return Sale(
            self.number, self.currency, lines, self.channel, self.site, self.card, self.programme
        )


class ReturnLineIn(Request):
    """What comes back: a line of the receipt, or a unit by its code. All that is left of it, where
    no quantity is given.
    """

    line: Annotated[StrictInt, Field(ge=1, le=10**6)] | None = None
    code: Code | None = None
    quantity: AmountIn | None = None

    def asked(self) -> ReturnLine:
        """For `api.till`."""
        return ReturnLine(self.line, self.code, self.quantity)


class NewTillReturn(Request):
    """A return. Without `receipt` the unit's code tells which it was."""

    receipt: ReceiptRef | None = None
    lines: list[ReturnLineIn] = Field(min_length=1, max_length=MOST_LINES)
    number: TillNumber | None = Field(
        None, description="The till's own; else it is made from the sale's."
    )
    site: Site | None = None

    def asked(self) -> Return:
        """For `api.till`."""
        return Return([line.asked() for line in self.lines], self.receipt, self.number, self.site)


class NewTillUndo(Request):
    """The last sale of a site, undone."""

    receipt: ReceiptRef | None = Field(
        None, description="The receipt that is meant: another one is left alone."
    )
    site: Site | None = None


class EntryIn(Request):
    """A sale or a return."""

    sale: NewTillSale | None = None
    taken_back: NewTillReturn | None = Field(None, alias="return")


class NewTillBatch(Request):
    """Sales and returns of a day: first everything sold, then what came back."""

    entries: list[EntryIn] = Field(min_length=1, max_length=MOST_ENTRIES)
