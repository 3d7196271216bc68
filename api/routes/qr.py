"""QR codes of Digital Links of ours."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import link_in_path, services_of
from api.errors import WebError
from api.languages import marked
from api.qr import LARGEST, MEDIA_TYPES, SMALLEST, Format, address_of, qr_image
from api.routes.shared import FOUND_PROBLEMS, PREFIX, LinkPath, router
from ledger.errors import NotFound
from ledger.hashing import sha256

routes = router("qr")
_FORMATS: dict[str, Format] = {".svg": "svg", ".png": "png"}


@routes.get(
    "/qr/{link:path}",
    response_class=Response,
    responses=FOUND_PROBLEMS
    | {200: {"content": {"image/svg+xml": {}, "image/png": {}}, "description": "The code."}},
)
def read_qr(
    request: Request,
    link: LinkPath,
    scale: Annotated[
        int,
        Query(
            ge=SMALLEST,
            le=LARGEST,
            description="Pixels a module (PNG), or tenths of a millimetre (SVG).",
        ),
    ] = 10,
) -> Response:
    """The QR code of a Digital Link path followed by `.svg` or `.png`: our own address, always."""
    suffix = link[-4:].lower()
    if suffix not in _FORMATS:
        raise WebError(404, marked("Put .svg or .png after the path."))
    named = link_in_path(request, f"{PREFIX}/qr", link[-4:])
    if named.key is None:
        raise NotFound("there are no codes for this kind of key")
    url = address_of(named, services_of(request).settings.base_url)
    form = _FORMATS[suffix]
    data = qr_image(url, form, scale)
    etag = f'"{sha256(data).hex()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=31536000, immutable"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(data, headers=headers, media_type=MEDIA_TYPES[form])
