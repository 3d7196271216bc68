"""What one may ask for of labels."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from api.labels.geometry import MOST_OFFSET
from api.labels.zpl import Method
from api.schemas.requests import Request, Short

MOST_LABELS = 10_000
"""Labels that one request may ask for, copies counted."""
_MOST_ENTRIES = 2_000
Form = Literal["pdf", "zip", "zpl", "csv"]

Offset = Annotated[
    float,
    Field(0.0, ge=-MOST_OFFSET, le=MOST_OFFSET, description="Millimetres that the printer is off."),
]


class LabelIn(Request):
    """What a label is for: a product, a lot, or a unit with its lot."""

    gtin: Short = Field(examples=["09521234543213"])
    lot: Short | None = Field(None, examples=["LOT42A"])
    serial: Short | None = Field(None, examples=["7K3M9QX2HB4C5D6E7F8G"])
    copies: StrictInt = Field(1, ge=1, le=MOST_LABELS)


class NewLabels(Request):
    """Labels with outer codes. Hidden codes are in print files alone: `lotmark labels` reads those
    where they are decrypted.
    """

    labels: list[LabelIn] = Field(min_length=1, max_length=_MOST_ENTRIES)
    format: Form | None = Field(None, description="Else what `Accept` likes best.")
    geometry: Short = Field("L7160", description="A sheet or roll: `GET /api/v1/label-geometries`.")
    start: StrictInt = Field(1, ge=1, description="The first free label of the first sheet.")
    offset_x: Offset
    offset_y: Offset
    matrix: StrictBool | None = Field(
        None, description="With a GS1 DataMatrix; else where there is room for it."
    )
    dpi: Literal[203, 300, 600] = Field(203, description="Of a label printer (zpl).")
    method: Method = Field(
        "picture", description="Pictures that were read back, or the printer's own codes (zpl)."
    )
    bom: StrictBool = Field(False, description="A byte order mark for spreadsheets (csv).")  # noqa: FBT003  # pydantic's default comes first
