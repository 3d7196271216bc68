"""Labels of products, lots and units: as sheets, for label printers, for print shops."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from fastapi import Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.dependencies import ReaderKey, View, Viewed, require_read
from api.labels.archive import zipped
from api.labels.geometry import Geometry, Placing, geometries, geometry
from api.labels.label import Label, Wording, label_of
from api.labels.sheets import labels_of_first, volumes
from api.labels.shop_csv import csv_lines
from api.labels.typesetting import Print
from api.labels.wording import wording_from
from api.labels.zpl import zpl_of
from api.negotiation import preferred
from api.routes.shared import WRITE_PROBLEMS, router
from api.schemas.common import Entries
from api.schemas.label_requests import MOST_LABELS, Form, LabelIn, NewLabels
from ledger.errors import CommandInvalid, InvalidInput
from ledger.gs1.digital_link import DigitalLink, link_of
from ledger.vocabulary import product

routes = router("labels")
_MEDIA_TYPES: dict[Form, str] = {
    "pdf": "application/pdf",
    "zip": "application/zip",
    "zpl": "application/x-zpl",
    "csv": "text/csv",
}
_FIELDS = {"lot": "lot", "unit": "serial"}
"""Where a wrong key was written, by the kind that `KeyInvalid` names."""


class LabelGeometry(BaseModel):
    """A sheet of labels or a roll, in millimetres."""

    name: str
    title: str
    page: tuple[float, float]
    label: tuple[float, float]
    labels: int


@routes.get("/label-geometries")
def list_label_geometries() -> Entries[LabelGeometry]:
    """The sheets and rolls that labels are printed on."""
    told = [
        LabelGeometry(name=e.name, title=e.title, page=e.page, label=e.label, labels=e.count)
        for e in geometries().values()
    ]
    return Entries(entries=told, next=None)


@routes.post(
    "/labels",
    response_class=Response,
    dependencies=[Depends(require_read)],
    responses=WRITE_PROBLEMS
    | {200: {"content": {m: {} for m in _MEDIA_TYPES.values()}, "description": "The labels."}},
)
def make_labels(body: NewLabels, request: Request, view: Viewed, key: ReaderKey) -> Response:  # noqa: ARG001  # whoever may read
    """Labels, every code of them read back by two decoders. More than a volume come as ZIP."""
    form = body.format or _preferred(request)
    wanted = _wanted(body, view)
    base_url, each = view.base_url, geometry(body.geometry)
    labels = (
        label_of(link, base_url, words) for link, words, copies in wanted for _ in range(copies)
    )
    count = sum(copies for _, _, copies in wanted)
    return _answer(body, form, each, labels, count)


def _answer(
    body: NewLabels, form: Form, each: Geometry, labels: Iterator[Label], count: int
) -> Response:
    placing = Placing(body.start, (body.offset_x, body.offset_y))
    printing = Print("outer", body.matrix)
    if form == "csv":
        return _streamed(form, (line.encode() for line in csv_lines(labels, bom=body.bom)))
    if form == "zpl":
        formats = zpl_of(labels, each, printing, body.dpi, body.method)
        return _streamed(form, (text.encode() for text in formats))
    placing.check(each)
    made = volumes(labels, each, printing, placing)
    if form == "zip":
        return _streamed(form, zipped(made))
    room = labels_of_first(each, placing)
    if count > room:
        raise CommandInvalid(f"more than {room} labels come as zip", field="format", most=room)
    return Response(next(made).pdf, media_type=_MEDIA_TYPES[form], headers=_named(form))


def _streamed(form: Form, parts: Iterator[bytes]) -> Response:
    """Parts as they are made; the first is made now, so that what is wrong is told as a problem."""
    first = next(parts)
    return StreamingResponse(
        chain([first], parts), media_type=_MEDIA_TYPES[form], headers=_named(form)
    )


def _named(form: Form) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="labels.{form}"'}


def _preferred(request: Request) -> Form:
    by_type = {media: form for form, media in _MEDIA_TYPES.items()}
    found = preferred(request.headers.get("accept"), list(by_type))
    if found is None:
        raise CommandInvalid(f"Accept one of {', '.join(by_type)}", field="format")
    return by_type[found]


def _wanted(body: NewLabels, view: View) -> list[tuple[DigitalLink, Wording, int]]:
    """Links with their words and copies, all looked up while the view is open."""
    if sum(each.copies for each in body.labels) > MOST_LABELS:
        raise CommandInvalid(f"at most {MOST_LABELS} labels in one request", field="labels")
    wording = wording_from(view.records, view.mirror)
    found = []
    for place, each in enumerate(body.labels):
        link = _link(each, place)
        found.append((link, wording(link), each.copies))
    return found


def _link(each: LabelIn, place: int) -> DigitalLink:
    qualifiers = {"10": each.lot, "21": each.serial}
    given = {identifier: value for identifier, value in qualifiers.items() if value}
    try:
        return link_of(("01", product(each.gtin).digits), given, {}, strict=True)
    except InvalidInput as error:
        name = _FIELDS.get(error.field, "gtin")
        raise CommandInvalid(error.message, field=f"labels[{place}].{name}") from error
