"""What routes stand on: who asks, how often, in which language, and a consistent view to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Annotated, Any

from fastapi import Depends, Header
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from api.errors import WebError
from api.health import ChainWatch, Health
from api.languages import Language, marked
from api.limiting import Limits
from api.names import Names
from api.rendering import language
from api.services import Services
from api.strict_json import parse
from indexer.queries import status
from ledger.errors import DigitalLinkInvalid, KeyInvalid, NotAuthenticated, RequestMalformed
from ledger.gs1.digital_link import CANONICAL_STEM, DigitalLink, parse_link
from ledger.hashing import sha256
from ledger.vocabulary import OrgId
from records import api_keys
from records.api_keys import ApiKey
from records.engine import reading

READ, WRITE, GOVERN = "read", "write", "govern"
"""Scopes of API keys: to follow one's own operations, to act, and to use the offices held here."""
_LONGEST_KEY = 255
_UNLIMITED = ("/healthz", "/readyz", "/static/")

_bearer = HTTPBearer(
    auto_error=False, description="An API key: `lotmark_` and 49 letters and digits."
)


def services_of(request: Request) -> Services:
    """What the service stands on."""
    found: Services = request.app.state.services
    return found


def limits_of(request: Request) -> Limits:
    """The counters of this process."""
    found: Limits = request.app.state.limits
    return found


def address_of(request: Request) -> str:
    """Who asks: whom the connection names, or whom our own proxies say that they speak for."""
    address = request.client.host if request.client else ""
    proxies = services_of(request).settings.proxies
    if not proxies:
        return address
    said = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    while _is_in(address, proxies) and (before := said.pop().strip() if said else ""):
        address = before
    return address


def _is_in(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:  # a name, as test clients send
        return False
    return any(parsed in network for network in networks)


def limited(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> ApiKey | None:
    """Counts a request; the API key that came with it, if any.

    Raises:
        TooManyRequests: address or key has used up its minute.
        NotAuthenticated: a key came with it that is not valid.
    """
    if request.url.path.startswith(_UNLIMITED):
        return None
    limits = limits_of(request)
    if given is None and "authorization" not in request.headers:
        limits.count_address(address_of(request))
        return None
    try:
        key = _key(request, given)
    except NotAuthenticated:
        limits.count_address(address_of(request))
        raise
    limits.count_key(key.id)
    return key


def _key(request: Request, given: HTTPAuthorizationCredentials | None) -> ApiKey:
    services = services_of(request)
    with reading(services.records) as records:
        secret = given.credentials if given else ""
        return api_keys.authenticate(records, secret, now=services.now())


Key = Annotated[ApiKey | None, Depends(limited)]


def reader_key(key: Key) -> ApiKey:
    """A key that may follow its organisation's operations.

    Raises:
        NotAuthenticated, NotAllowed: no key, or not for this.
    """
    return _require(key, READ)


def writer_key(key: Key) -> ApiKey:
    """A key that may act.

    Raises:
        NotAuthenticated, NotAllowed: no key, or not for this.
    """
    return _require(key, WRITE)


def govern_key(key: Key) -> ApiKey:
    """A key that may use the offices that this installation holds.

    Raises:
        NotAuthenticated, NotAllowed: no key, or not for this.
    """
    return _require(key, GOVERN)


def _require(key: ApiKey | None, scope: str) -> ApiKey:
    if key is None:
        text = marked("Send an API key as Authorization: Bearer.")
        raise NotAuthenticated(text, template=text)
    key.require(scope)
    return key


ReaderKey = Annotated[ApiKey, Depends(reader_key)]
WriterKey = Annotated[ApiKey, Depends(writer_key)]


def idempotency_key(
    idempotency_key: Annotated[
        str | None,
        Header(
            description="A text of your choice, new for every new request; a repeat with the same "
            "text is answered with the same operation.",
            openapi_examples={"a delivery note": {"value": "delivery-note-4711"}},
        ),
    ] = None,
) -> str:
    """The idempotency key of a write.

    Raises:
        RequestMalformed: missing, empty, too long or with characters that do not print.
    """
    header = "Idempotency-Key"
    if not idempotency_key:
        text = marked("The header Idempotency-Key is missing.")
        raise RequestMalformed(text, field=header, template=text)
    if len(idempotency_key) > _LONGEST_KEY or not (
        idempotency_key.isascii() and idempotency_key.isprintable()
    ):
        text = marked("The header Idempotency-Key has 1 to 255 printable ASCII characters.")
        raise RequestMalformed(text, field=header, template=text)
    return idempotency_key


async def request_hash(request: Request) -> bytes:
    """SHA-256 over what a write asks for: method, address and body."""
    head = f"{request.method} {request.url.path}?{request.url.query}\n"
    return sha256(head.encode("utf-8", "surrogateescape") + await request.body())


@dataclass(frozen=True)
class View:
    """One request's consistent view of mirror and records."""

    request: Request
    services: Services
    mirror: Connection
    records: Connection
    language: Language

    @cached_property
    def names(self) -> Names:
        """Names in the reader's language."""
        return Names(self.records, self.mirror, self.language)

    @cached_property
    def health(self) -> Health:
        """How far the mirror can be relied on."""
        watch: ChainWatch = self.request.app.state.watch
        return watch.look(status.status(self.mirror))

    @property
    def base_url(self) -> str:
        """What our own addresses begin with."""
        return self.services.settings.base_url


def view(request: Request) -> Iterator[View]:
    """A view for the time of one request."""
    services = services_of(request)
    with reading(services.mirror) as mirror, reading(services.records) as records:
        yield View(request, services, mirror, records, language(request))


Viewed = Annotated[View, Depends(view)]


def require_read(request: Request) -> None:
    """Tells now what was wrong with the body.

    Raises:
        RequestMalformed, WebError: it could not be read.
    """
    fault: Exception | None = getattr(request.state, "fault", None)
    if fault is not None:
        raise fault


@dataclass(frozen=True)
class Caller:
    """An organisation that acts, with what makes its request one that can be repeated."""

    org: OrgId
    idempotency_key: str
    request_hash: bytes
    key_id: str = ""


def caller(
    request: Request,
    key: WriterKey,
    idempotency_key: Annotated[str, Depends(idempotency_key)],
    request_hash: Annotated[bytes, Depends(request_hash)],
) -> Caller:
    """Who acts.

    Raises:
        RequestMalformed, WebError: the body could not be read.
    """
    require_read(request)
    return Caller(key.org, idempotency_key, request_hash, key.id)


Called = Annotated[Caller, Depends(caller)]


def link_in_path(request: Request, prefix: str = "", suffix: str = "") -> DigitalLink:
    """The Digital Link that a request's path ends in, read from its bytes as they were sent.

    A decoded path would no longer tell ``%2F`` from ``/``.

    Raises:
        DigitalLinkInvalid: none, or one with a wrong key.
        RequestMalformed: the path is not ASCII.
    """
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    try:
        path = raw.decode("ascii").partition("?")[0]
    except UnicodeDecodeError as error:
        raise RequestMalformed("the path has bytes that are not percent-encoded") from error
    path = path.removeprefix(request.scope.get("root_path", "")).removeprefix(prefix)
    try:
        return parse_link(CANONICAL_STEM + path.removesuffix(suffix))
    except KeyInvalid as error:  # all faults as one kind: this address is none
        raise DigitalLinkInvalid(error.message, field=error.field) from error


class StrictRoute(APIRoute):
    """A route whose JSON body is read by `api.strict_json`."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """FastAPI's handler with our reading before it."""
        handle = super().get_route_handler()
        reads_json = self.body_field is not None

        async def strict(request: Request) -> Response:
            if reads_json:
                request = await _StrictRequest(request.scope, request.receive).read()
            response: Response = await handle(request)
            return response

        return strict


class _StrictRequest(Request):
    _value: Any = None

    async def read(self) -> Request:
        """Itself, read. A fault is told by `caller`: strangers hear first that they need a key."""
        try:
            self._value = self._parsed(await self.body())
        except (RequestMalformed, WebError) as fault:
            self.state.fault = fault
        return self

    def _parsed(self, body: bytes) -> Any:
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise WebError(415, marked("Send application/json."))
        return parse(body)

    async def json(self) -> Any:
        return self._value
