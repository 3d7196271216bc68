"""What one may ask for.

Amounts are decimal strings, or numbers that are read exactly, in the product's unit.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    Strict,
    StrictInt,
    StrictStr,
    StringConstraints,
)

from ledger.vocabulary import DisposeReason, RejectReason

_EXAMPLE_LOT: dict[str, JsonValue] = {"gtin": "09521234543213", "lot": "LOT42A"}

AmountIn = Annotated[
    StrictStr | StrictInt | Annotated[Decimal, Strict()],
    Field(description="In the product's unit, at most its decimals.", examples=["12.5"]),
]
Expiry = Annotated[
    str,
    StringConstraints(max_length=40),
    Field(
        description="A date, which means its last second in UTC, or a time with its offset.",
        examples=["2030-06-30"],
    ),
]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"\S")]
Short = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Texts = Annotated[
    dict[Annotated[str, StringConstraints(min_length=2, max_length=20)], Text],
    Field(description="By language (BCP 47).", min_length=1, max_length=20),
]
Org = Annotated[
    StrictInt | Short,
    Field(description="An organisation's number or GLN.", examples=["9521234000006"]),
]
HashIn = Annotated[
    str,
    StringConstraints(pattern=r"^0x[0-9a-f]{64}$"),
    Field(description="0x and 64 hexadecimal digits.", examples=["0x" + "5a" * 32]),
]

DISPOSE_REASONS = {reason.name.lower(): reason for reason in DisposeReason}
REJECT_REASONS = {reason.name.lower(): reason for reason in RejectReason}


class Request(BaseModel):
    """What every request's body is: nothing in it is passed over."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ThingIn(Request):
    """A lot, unit or logistic unit: by Digital Link or EPC URN, or by the parts of its key."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE_LOT]})

    item: Short | None = Field(None, examples=["https://id.gs1.org/01/09521234543213/10/LOT42A"])
    gtin: Short | None = Field(None, examples=["09521234543213"])
    lot: Short | None = Field(None, examples=["LOT42A"])
    serial: Short | None = None
    sscc: Short | None = None


class LineIn(ThingIn):
    """An amount of something; units and logistic units need none."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_EXAMPLE_LOT, "amount": "12.5"}]})

    amount: AmountIn | None = None


class OutputIn(LineIn):
    """What a transformation makes; without expiry it lasts as long as what it is made of."""

    expiry: Expiry | None = None


Lines = Annotated[list[LineIn], Field(min_length=1, max_length=100)]


class NewProduct(Request):
    """A product to register."""

    gtin: Short = Field(examples=["09521234543213"])
    unit: Short = Field(description="UN/ECE Recommendation 20.", examples=["KGM"])
    decimals: int = Field(0, ge=0, le=9, examples=[3])
    description: Description


class Description(Request):
    """What people read of a product."""

    model_config = ConfigDict(extra="allow")

    name: Texts = Field(examples=[{"en": "Romaine lettuce", "zh": "罗马生菜"}])


class NewMaker(Request):
    """Who may make a product, or no longer."""

    maker: Org
    allowed: bool = True


class NewYield(Request):
    """At most ``gives`` of the product out of ``of`` of the input."""

    input: Short = Field(description="GTIN.", examples=["09521234543213"])
    of: AmountIn = Field(examples=["1"])
    gives: AmountIn = Field(examples=["0.8"])


class NewLot(Request):
    """An amount of a lot; again for a further run of the same lot."""

    gtin: Short = Field(examples=["09521234543213"])
    lot: Short = Field(examples=["LOT42A"])
    amount: AmountIn
    expiry: Expiry | None = None


class NewUnits(Request):
    """Serialised units: with ``lot`` they are taken out of that lot, which must be held."""

    gtin: Short = Field(examples=["09521234543213"])
    lot: Short | None = Field(None, examples=["LOT42A"])
    serials: list[Short] | None = Field(None, max_length=50, examples=[["7K3M9QX2HB4C5D6E7F8G"]])
    count: int | None = Field(None, ge=1, le=50, description="So many random serials are made up.")
    expiry: Expiry | None = None


class ActivatedRange(Request):
    """Units that are activated: of a print run by their places, or of an issue of a lot by their
    indexes. Without ``first`` from the beginning, without ``count`` all from there on.
    """

    run: str | None = Field(None, pattern=r"^[0-9a-f]{12}$", examples=["5a5a5a5a5a5a"])
    gtin: Short | None = None
    lot: Short | None = None
    issue: StrictInt | None = Field(None, ge=1, le=2**32 - 1)
    first: StrictInt | None = Field(None, ge=0, lt=2**63)
    count: StrictInt | None = Field(None, ge=1, lt=2**63)


class NewShipment(Request):
    """Goods that leave for another organisation."""

    reference: Short | None = Field(None, description="Own reference.", examples=["DN-4711"])
    gsin: Short | None = None
    receiver: Org
    lines: Lines
    activates: list[ActivatedRange] = Field(
        default=[], max_length=200, description="Units with a code of their own that leave with it."
    )


class ShipmentRef(Request):
    """Some or all of a shipment; without ``lines`` all that is still on its way."""

    shipper: Org
    reference: Short | None = Field(None, examples=["DN-4711"])
    gsin: Short | None = None
    lines: Lines | None = None


class NewRejection(ShipmentRef):
    """What is refused, and why."""

    reason: Literal["other", "short", "damaged", "expired", "recalled", "wrong_item"] = "other"


class NewCancellation(Request):
    """What is taken back of one's own shipment; without ``lines`` all that is on its way."""

    reference: Short | None = Field(None, examples=["DN-4711"])
    gsin: Short | None = None
    lines: Lines | None = None


class NewTransformation(Request):
    """Held amounts turned into new ones."""

    inputs: Lines
    outputs: Annotated[list[OutputIn], Field(min_length=1, max_length=100)]


class NewPacking(Request):
    """What goes into a logistic unit, or out of it."""

    sscc: Short = Field(examples=["095212345432100008"])
    lines: Lines


class NewDisposal(LineIn):
    """What is taken out of the world, and why."""

    reason: Literal[
        "other", "destroyed", "damaged", "expired", "lost", "stolen", "used", "sampled"
    ] = "other"


class NewSale(LineIn):
    """What is sold to a consumer."""


class NewReturn(LineIn):
    """What comes back from a consumer."""


class NewRecall(Request):
    """Items to recall, or to release again, with the notice that people read."""

    items: Annotated[list[ThingIn], Field(min_length=1, max_length=100)]
    notice: Texts = Field(examples=[{"en": "May contain glass. Do not eat.", "zh": "…"}])


class NewCorrection(Request):
    """What of one's own was wrong: a statement and the one that replaces it, or a fact and why.

    ``acts`` set the amounts right, in the same operation; as `ledger/commands` writes them.
    """

    statement: HashIn | None = None
    by: HashIn | None = None
    fact: StrictInt | None = Field(
        None, ge=0, lt=2**64, description="Its number in the journal of the ledger.", examples=[17]
    )
    reason: Texts | None = Field(None, examples=[{"en": "Counted twice."}])
    acts: list[dict[str, Any]] = Field([], max_length=100)


NewProduct.model_rebuild()
