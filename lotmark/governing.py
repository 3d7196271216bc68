"""Offices from the command line: the registry's, with keys that this installation holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console

from ledger.chain import deployment as deployments
from ledger.chain.codec import REGISTRY, decode_result, encode_registry
from ledger.chain.node import NodeChain
from ledger.errors import InvalidInput, NotFound
from ledger.settings import Settings
from ledger.vocabulary import Address, OrgId, Role, party
from lotmark.answers import answer
from records.engine import open_records
from records.governance import Done, Governance
from records.keystores import Keystore

AddressArgument = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="0x and 40 hexadecimal digits.")
]
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


class Offices(Governance):
    """The same, for organisations by GLN; and new keys for who is to hold an office."""

    def __init__(self, settings: Settings, chain: NodeChain) -> None:
        deployment = deployments.load(settings.deployment_path)
        records = open_records(settings)
        self.keystore = Keystore.open(settings, records, deployment.chain_id)
        super().__init__(records, chain, deployment, self.keystore)
        self._close, self._registry, self._node = records.dispose, deployment.registry, chain

    def organisation(self, gln: str) -> OrgId:
        """The organisation that stands for a GLN on chain.

        Raises:
            NotFound: none does.
        """
        data = encode_registry("organisationOf", party(gln).id)
        returned = self._node.call(self._registry, data)
        (number,) = decode_result(REGISTRY, "organisationOf", returned)
        if not number:
            raise NotFound(f"no organisation stands for the GLN {gln}", gln=gln)
        return OrgId(number)

    def close(self) -> None:
        """Ends all connections."""
        self._close()


@contextmanager
def offices(settings: Settings) -> Iterator[Offices]:
    """The offices of an installation, for as long as the block lasts.

    Raises:
        NotFound: nothing is deployed.
        NodeUnavailable: the node does not answer.
    """
    chain = NodeChain(settings.chain_url())
    try:
        held = Offices(settings, chain)
        try:
            yield held
        finally:
            held.close()
    finally:
        chain.close()


def address_of(text: str) -> Address:
    """An address that a person writes.

    Raises:
        InvalidInput: it is none.
    """
    if not _ADDRESS.fullmatch(text):
        raise InvalidInput("an address is 0x and 40 hexadecimal digits", field="address")
    return Address(bytes.fromhex(text[2:]))


def roles_of(words: list[str]) -> Role:
    """A set of roles from their words.

    Raises:
        InvalidInput: one is none.
    """
    roles = Role(0)
    for word in words:
        if word.upper() not in Role.__members__:
            known = ", ".join(each.lower() for each in Role.__members__)
            raise InvalidInput(f"{word!r} is no role: {known}", field="role", value=word)
        roles |= Role[word.upper()]
    return roles


def tell(done: Done, what: str) -> None:
    """Says that an act of an office is in a block."""
    value = {"transaction": done.transaction, "block": done.block}

    def show(console: Console) -> None:
        console.print(f"{what}: block {done.block}", markup=False)

    answer(value, show)
