"""Print files are sealed as they are made; what goes wrong on the way comes through as it is."""

from __future__ import annotations

import io

import pyrage
import pytest

from api.printing.sealing import read_recipient, seal
from ledger.errors import CommandInvalid, StoreUnavailable

KEY = pyrage.x25519.Identity.generate()
TO = read_recipient(f" {KEY.to_public()}\n")


def test_what_is_sealed_is_opened_by_its_recipient_alone():
    pieces = [b"one", b"", b"x" * 200_000, b"end"]
    sealed = io.BytesIO()
    seal(iter([each for each in pieces if each]), sealed, TO)
    assert pyrage.decrypt(sealed.getvalue(), [KEY]) == b"".join(pieces)
    assert b"one" not in sealed.getvalue()
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed.getvalue(), [pyrage.x25519.Identity.generate()])


@pytest.mark.parametrize("fault", [KeyError("k"), KeyboardInterrupt()])
def test_a_fault_in_the_making_comes_through(fault):
    def pieces():
        yield b"one"
        raise fault

    with pytest.raises(type(fault)):
        seal(pieces(), io.BytesIO(), TO)


def test_a_disk_that_is_full_is_told_as_such():
    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(StoreUnavailable):  # noqa: PTH123
        seal(iter([b"x" * 200_000]), full, TO)


@pytest.mark.parametrize(
    "text",
    ["", "age1", "ssh-ed25519 AAAA", pytest.param(str(KEY), id="a secret key"), "age1" + "q" * 58],
)
def test_what_is_no_recipient_is_refused(text):
    with pytest.raises(CommandInvalid) as told:
        read_recipient(text)
    assert told.value.field == "recipient"
    assert str(KEY) not in str(told.value)
