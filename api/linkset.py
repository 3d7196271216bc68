"""What we know of a GS1 key as an RFC 9264 linkset, and how this resolver describes itself."""

from __future__ import annotations

from typing import Any

from api.languages import NAMES
from api.negotiation import HTML, JSON
from ledger.gs1 import path_of
from ledger.gs1.digital_link import DigitalLink, percent_encoded
from ledger.vocabulary import Kind

VOCABULARY = "https://ref.gs1.org/voc/"
CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"
PRIMARY_KEYS = ["01", "00", "414", "417"]
PAGE_TYPES = {"defaultLink", "pip", "verificationService"}
"""Link types that the page of the key itself answers."""
TRACE_TYPE = "traceability"
_PRODUCT_SLASHES = 2


def path_of_link(link: DigitalLink) -> str:
    """The canonical path of all that a link names: a unit with its lot, where it says one."""
    if link.key is None:
        return ""
    if link.key.kind is Kind.UNIT and link.lot is not None:
        return path_of(link.lot) + "/21/" + percent_encoded(link.key.extension)
    return path_of(link.key)


def linkset(link: DigitalLink, base_url: str) -> dict[str, Any]:
    """Links of every level, the finest first."""
    paths = [path_of_link(link)]
    paths += [path_of(key) for key in (link.lot, link.product) if key and path_of(key) != paths[0]]
    return {"linkset": [_context(path, base_url) for path in dict.fromkeys(paths)]}


def _context(path: str, base_url: str) -> dict[str, Any]:
    page, languages = base_url + path, list(NAMES)
    links: dict[str, Any] = {
        "anchor": page,
        VOCABULARY + "defaultLink": [_link(page, "What is recorded", HTML, languages)],
        VOCABULARY + "pip": [
            _link(page, "What is recorded", HTML, languages),
            _link(page, "What is recorded, as data", JSON, []),
        ],
        VOCABULARY + "verificationService": [_link(page, "Verdict", HTML, languages)],
    }
    if path.startswith("/01/") and path.count("/") > _PRODUCT_SLASHES:  # a lot or unit
        links[VOCABULARY + TRACE_TYPE] = [
            _link(f"{base_url}/trace{path}", "Where it came from and went", HTML, languages),
            _link(f"{base_url}/api/v1/trace{path}", "The same as data", JSON, []),
        ]
    return links


def _link(href: str, title: str, media_type: str, languages: list[str]) -> dict[str, Any]:
    link: dict[str, Any] = {"href": href, "title": title, "type": media_type}
    return link | ({"hreflang": languages} if languages else {})


def description(base_url: str) -> dict[str, Any]:
    """The resolver's own description for ``/.well-known/gs1resolver``."""
    return {
        "name": "Lotmark",
        "resolverRoot": base_url,
        "supportedPrimaryKeys": PRIMARY_KEYS,
        "supportedLinkType": [{"namespace": VOCABULARY, "prefix": "gs1:"}],
        "linkTypeDefaultCanBeLinkset": False,
    }
