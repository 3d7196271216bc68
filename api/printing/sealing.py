"""A print file is encrypted while it is made (age, X25519): what is secret is never on a disk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyrage

from ledger.errors import CommandInvalid, StoreUnavailable

LONGEST_RECIPIENT = 100
_SECRET = "AGE-SECRET"  # noqa: S105  # what the wrong half of a key begins with


def read_recipient(text: str) -> pyrage.x25519.Recipient:
    """The key that a file is encrypted to: ``age1...``.

    Raises:
        CommandInvalid: it is none.
    """
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        given = repr(text[:LONGEST_RECIPIENT])
        if _SECRET in text.upper():
            given = "a secret key, which nobody else should see,"
        raise CommandInvalid(f"{given} is no age recipient (age1...)", field="recipient") from error


def seal(pieces: Iterator[bytes], file: BinaryIO, recipient: pyrage.x25519.Recipient) -> None:
    """Encrypts pieces into a file, asking for each when the last is written.

    Raises:
        StoreUnavailable: the file cannot be written. What the making of a piece raises comes
            through as it is.
    """
    source = _Source(pieces)
    try:
        pyrage.encrypt_io(source, file, [recipient])
    except pyrage.EncryptError as error:
        if source.fault is not None:
            raise source.fault from None
        raise StoreUnavailable(f"the print file cannot be written: {error}") from error


class _Source:
    """Pieces as a file to be read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""
        self.fault: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        """The next bytes, none at the end."""
        try:
            self._rest = self._rest or next(self._pieces, b"")
        except BaseException as fault:
            self.fault = fault  # the library would only hand on its words
            raise
        read, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return read
