"""Names for people: of organisations and products, in the reader's language where there is one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from api.languages import Language, localised, marked
from indexer.queries.organisations import organisation
from indexer.queries.products import ProductView, product
from ledger.errors import NotFound
from ledger.vocabulary import DocumentHash, Id, Kind, OrgId, product_of, text_of
from records import accounts, documents

_UNSEEN = dict.fromkeys(
    [*range(32), *range(127, 160), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)],
    " ",
)
"""What steers a terminal or turns a line around. Others write these texts."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name and the tag of its language; empty where it is the reader's own or nobody's."""

    text: str
    tag: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class PartyName:
    """An organisation for people: number on chain, name, and GLN (empty where it is unknown)."""

    org: OrgId
    name: Name
    gln: str


class Names:
    """Looks names up in records and mirror; remembers them for one request."""

    def __init__(self, records: Connection, mirror: Connection, language: Language) -> None:
        self._records, self._mirror, self.language = records, mirror, language
        self._parties: dict[OrgId, PartyName] = {}
        self._products: dict[Id, ProductView | None] = {}

    def party(self, org: OrgId) -> PartyName:
        """An organisation; one without an account here is named by its GLN."""
        if org not in self._parties:
            self._parties[org] = self._party(org)
        return self._parties[org]

    def title(self, org: int) -> str:
        """An organisation's name alone."""
        return self.party(OrgId(org)).name.text

    def thing_title(self, packed: bytes) -> str:
        """What a packed id names: ``Romaine lettuce, lot A1``; the bare key of what is no item."""
        if packed[0] == Kind.PRODUCT:
            return self.product_name(Id(packed)).text
        if packed[0] not in (Kind.LOT, Kind.UNIT):
            return text_of(packed)
        extension = packed[9:29].rstrip(b"\0").decode("ascii", "replace")
        name = self.product_name(Id(packed)).text
        if packed[0] == Kind.LOT:
            return self.language.text(marked("{name}, lot {lot}"), name=name, lot=extension)
        return self.language.text(marked("{name}, no. {serial}"), name=name, serial=extension)

    def product(self, item: Id) -> ProductView | None:
        """The product of an item, or the product itself."""
        packed = product_of(item)
        if packed not in self._products:
            self._products[packed] = product(self._mirror, packed)
        return self._products[packed]

    def product_name(self, item: Id) -> Name:
        """The product's name from its description, else its GTIN."""
        view = self.product(item)
        described = self.description(view.document).get("name") if view else None
        return self.told(described) or Name(text_of(product_of(item)))

    def description(self, digest: DocumentHash) -> Mapping[str, Any]:
        """A JSON document that is kept here; empty where it is not, or is no object."""
        try:
            return _object(documents.get(self._records, digest).data)
        except NotFound:
            return {}

    def told(self, texts: object) -> Name | None:
        """A text of a document in the reader's language, or the nearest."""
        found = localised(texts, self.language)
        if found is None:
            return None
        text, tag = found
        return Name(text.translate(_UNSEEN).strip(), tag)

    def _party(self, org: OrgId) -> PartyName:
        try:
            account = accounts.account(self._records, org)
        except NotFound:
            return self._on_chain(org)
        name = self.told({**account.names}) if account.names else None
        if name is None or name.tag:  # the plain name is nearer than a third language
            name = Name(account.name)
        return PartyName(org, name, account.party.digits)

    def _on_chain(self, org: OrgId) -> PartyName:
        view = organisation(self._mirror, org)
        gln = text_of(view.party) if view else ""
        said = self.language.text("organisation {number}", number=org)
        return PartyName(org, Name(f"GLN {gln}" if gln else said), gln)


@lru_cache(maxsize=256)
def _object(data: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
