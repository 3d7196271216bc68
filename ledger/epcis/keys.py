"""GS1 keys inside documents: which URIs are keys, and which of those are wrong."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from ledger.errors import DigitalLinkInvalid, EpcUrnInvalid, KeyInvalid
from ledger.gs1.digital_link import parse_link
from ledger.gs1.epc_urn import urn_path
from ledger.vocabulary import Gs1Key

_CANONICAL_HOST = "id.gs1.org"
_KINDS = ("00", "01", "402", "414", "417")
_URN = ("urn:epc:id:", "urn:epc:class:", "urn:epc:idpat:")


class KeyReading(NamedTuple):
    """A key, or why it is wrong; neither for other URIs and kinds that Lotmark does not keep."""

    key: Gs1Key | None = None
    reason: str = ""


@lru_cache(maxsize=65536)
def read_key(uri: str, *, strict: bool = True) -> KeyReading:
    """Read a URI of a document as a GS1 key.

    On GS1's own domain and as EPC URN a key must be well formed; on other domains a path that only
    resembles one is an ordinary URI. Check digits count for the kinds that Lotmark keeps: documents
    in circulation have assets with wrong ones.
    """
    if uri.startswith(_URN):
        return _read_urn(uri)
    if uri[:4].lower() != "http":
        return KeyReading()
    try:
        key = parse_link(uri, strict=False).key
        if key is None and strict and parse_link(uri, strict=False).primary[0] in _KINDS:
            key = parse_link(uri).key
    except KeyInvalid as error:
        return KeyReading(reason=error.message)
    except DigitalLinkInvalid as error:
        return KeyReading(reason=error.message if _is_canonical(uri) else "")
    return KeyReading(key)


def _read_urn(urn: str) -> KeyReading:
    try:
        return KeyReading(parse_link("https://id.gs1.org" + urn_path(urn)).key)
    except (EpcUrnInvalid, DigitalLinkInvalid, KeyInvalid) as error:
        return KeyReading(reason=error.message)


def _is_canonical(uri: str) -> bool:
    try:
        return urlsplit(uri).hostname == _CANONICAL_HOST
    except ValueError:
        return False
