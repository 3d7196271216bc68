"""Reading print files: CSV with a line a unit, as it is or encrypted with age.

A print file is read as it is decrypted, a piece at a time: neither all of it in memory nor any of
it, decrypted, on disk.
"""

from __future__ import annotations

import csv
import io
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import IO, Any

import pyrage

from api.labels.label import Label, Wording, mark_of
from api.labels.shop_csv import COLUMNS, unguarded
from ledger.codes import code_text, read_code
from ledger.errors import CsvInvalid, InvalidInput
from ledger.gs1.digital_link import DigitalLink, parse_link

_AGE_HEAD = b"age-encryption.org/v1"
_AGE_ARMOUR = b"-----BEGIN AGE ENCRYPTED FILE-----"
REQUIRED = "digital_link"
"""The one column without which there is no label. The others are `shop_csv.COLUMNS`."""
_TOLD_TWICE = ("gtin", "lot", "serial", "element_string", "pairing")
"""What the link says already: a file that was mended by hand may contradict itself."""
_WORDS = tuple(field.name for field in fields(Wording))


@contextmanager
def opened(path: Path, identity: Path | None = None) -> Iterator[IO[str]]:
    """A print file as text, decrypted where it is encrypted.

    Raises:
        CsvInvalid: it cannot be read, or not with this identity.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise CsvInvalid(f"{path} cannot be read: {error.strerror}", field="file") from error
    with file:
        head = file.read(len(_AGE_ARMOUR))
        file.seek(0)
        if not head.startswith((_AGE_HEAD, _AGE_ARMOUR)):
            yield _text(file)
            return
        with _decrypted(file, _identities(identity)) as plain:
            yield _text(plain)


def _text(file: IO[bytes]) -> IO[str]:
    return io.TextIOWrapper(file, "utf-8-sig", newline="")


def _identities(path: Path | None) -> Sequence[Any]:
    if path is None:
        raise CsvInvalid("the file is encrypted: name an age identity", field="identity")
    try:
        lines = path.read_text("utf-8").splitlines()
        keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        return [pyrage.x25519.Identity.from_str(key) for key in keys]
    except (OSError, ValueError, pyrage.IdentityError) as error:
        raise CsvInvalid(f"{path} is no age identity", field="identity") from error


@contextmanager
def _decrypted(file: IO[bytes], identities: Sequence[Any]) -> Iterator[IO[bytes]]:
    """The plain bytes, through a pipe that a thread fills."""
    reading, writing = os.pipe()
    fault: list[Exception] = []

    def decrypt() -> None:
        with os.fdopen(writing, "wb") as out:
            try:
                pyrage.decrypt_io(file, out, identities)
            except BrokenPipeError:
                pass  # nobody reads on
            except Exception as error:  # noqa: BLE001  # told to who reads, whatever it is
                fault.append(error)

    thread = threading.Thread(target=decrypt, name="decrypt", daemon=True)
    thread.start()
    try:
        with os.fdopen(reading, "rb") as plain:
            yield plain
    finally:
        thread.join()
    if fault:
        raise CsvInvalid("the file cannot be decrypted", field="identity") from fault[0]


def labels_in(file: IO[str], wording: Callable[[DigitalLink], Wording]) -> Iterator[Label]:
    """The labels of a print file, in its order; ``wording`` gives the words that it leaves out.

    Raises:
        CsvInvalid: a column is missing, or a line has a field that cannot be read.
    """
    rows = csv.DictReader(file, strict=True, restval="")
    line = 1
    try:
        if REQUIRED not in (rows.fieldnames or ()):
            raise CsvInvalid(f"the column {REQUIRED} is missing", field=REQUIRED, line=1)
        known = [name for name in rows.fieldnames or () if name in COLUMNS]
        for row in rows:
            line = rows.line_num
            yield _label({name: row[name] for name in known}, wording)
    except csv.Error as error:
        raise CsvInvalid(f"this is no CSV: {error}", line=rows.line_num) from error
    except UnicodeDecodeError as error:
        raise CsvInvalid("the file is not UTF-8", line=line) from error
    except InvalidInput as error:
        if error.line is not None:
            raise
        field = error.field if error.field in COLUMNS else REQUIRED
        raise CsvInvalid(error.message, field=field, line=line) from error


def _label(cells: Mapping[str, str], wording: Callable[[DigitalLink], Wording]) -> Label:
    link = parse_link(cells[REQUIRED])
    code = code_text(read_code(cells["code"])) if cells.get("code") else ""
    made = Label(
        link=cells[REQUIRED],
        gtin=link.product.digits if link.product else "",
        lot=link.lot.extension if link.lot else "",
        serial=link.unit.extension if link.unit else "",
        code=code,
        pairing=mark_of(link.unit),
        place=cells.get("place", ""),
        wording=_words(cells, wording(link)),
    )
    for name in _TOLD_TWICE:
        said = cells.get(name)
        if said and getattr(made, name) not in (said, unguarded(said)):
            raise CsvInvalid(f"{name} is {said!r}, but the link says otherwise", field=name)
    if not made.gtin or (code and not made.serial):
        raise CsvInvalid("the link names no product, or a hidden code no unit", field=REQUIRED)
    return made


def _words(cells: Mapping[str, str], known: Wording) -> Wording:
    said = {name: unguarded(cells[name]) for name in _WORDS if cells.get(name)}
    return replace(known, **said)
