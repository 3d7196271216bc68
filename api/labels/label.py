"""What stands on one label: an outer code for everybody, and a hidden one for who bought the pack.

Both carry the same short pairing mark, so that a hidden label on the wrong pack shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from api.labels.symbols import Symbol, element_string, matrix_symbol, qr_symbol
from api.qr import address_of
from ledger.codes import code_text, pairing, read_code
from ledger.gs1.digital_link import DigitalLink, percent_encoded
from ledger.vocabulary import Gs1Key


@dataclass(frozen=True, slots=True)
class Wording:
    """What people read beside the codes: the product's names in English and Chinese, when it
    expires (``2035-06-30``) and how much is in it (``500 g``); empty where that is not known.
    """

    name: str = ""
    name_zh: str = ""
    expiry: str = ""
    amount: str = ""


@dataclass(frozen=True)
class Label:
    """One label. ``code`` is the hidden code as printed; empty where there is none.

    ``place`` is the unit's number in its print run, empty for others.
    """

    link: str
    gtin: str
    lot: str = ""
    serial: str = ""
    code: str = field(default="", repr=False)
    pairing: str = ""
    place: str = ""
    wording: Wording = Wording()

    @property
    def elements(self) -> tuple[tuple[str, str], ...]:
        """The application identifiers: (01), (10) and (21) as far as there are any."""
        every = (("01", self.gtin), ("10", self.lot), ("21", self.serial))
        return tuple((identifier, value) for identifier, value in every if value)

    @property
    def element_string(self) -> str:
        """The same as people read it."""
        return element_string(self.elements)

    @property
    def claim_link(self) -> str:
        """Where the hidden code leads; empty without one."""
        return claim_address(self.link, self.gtin, self.serial, self.code) if self.code else ""

    @cached_property
    def outer(self) -> Symbol:
        """The QR code that everybody scans."""
        return qr_symbol(self.link)

    @cached_property
    def matrix(self) -> Symbol:
        """The GS1 DataMatrix for tills and warehouses."""
        return matrix_symbol(self.elements)

    @cached_property
    def hidden(self) -> Symbol:
        """The QR code under the scratch layer."""
        return qr_symbol(self.claim_link)


def claim_address(link: str, gtin: str, serial: str, code: str) -> str:
    """Where points are claimed with a hidden code, on the host that the outer code leads to.

    The code stands behind ``#``: browsers keep that to themselves, so it is in no server's log.

    Raises:
        CodeInvalid: the code is none.
    """
    parts = urlsplit(link)
    before = parts.path.partition("/01/")[0]
    unit = f"{gtin}/{percent_encoded(serial)}"
    secret = code_text(read_code(code)).replace("-", "")
    return f"{parts.scheme}://{parts.netloc}{before}/claim?u={unit}#{secret}"


def label_of(link: DigitalLink, base_url: str, wording: Wording, code: str = "") -> Label:
    """The label of what a link names: a product, lot or unit.

    Raises:
        DigitalLinkInvalid: what it names has no Digital Link.
    """
    key = link.key or link.product
    return Label(
        link=address_of(link, base_url),
        gtin=key.digits if key else "",
        lot=link.lot.extension if link.lot else "",
        serial=link.unit.extension if link.unit else "",
        code=code,
        pairing=mark_of(link.unit),
        wording=wording,
    )


def mark_of(unit: Gs1Key | None) -> str:
    """The pairing mark of a unit; empty for what is none."""
    return pairing(unit.id) if unit else ""
