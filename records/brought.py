"""Operations that others have signed and an organisation brings to the chain for them.

They travel in the outbox like its own, in one transaction each, by the contract's ``relay``. The
contract refuses each of them a second time, whoever brings it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.chain.relay import Act, Domain, act_of, encode_relay
from ledger.commands import Command, from_json, to_json
from ledger.vocabulary import Address, Seconds


@dataclass(frozen=True, slots=True)
class Brought:
    """One operation of the organisation whose key ``actor`` is, with that key's signature."""

    actor: Address
    commands: tuple[Command, ...]
    operation: int
    deadline: Seconds
    signature: bytes

    @property
    def act(self) -> Act:
        """As it was signed."""
        return act_of(self.actor, self.commands, self.operation, self.deadline)


def calldata(domain: Domain, brought: Sequence[Brought]) -> bytes:
    """The call of ``relay`` that brings them, all or none.

    Raises:
        CommandInvalid: a field does not fit its Solidity type.
    """
    signatures = [each.signature for each in brought]
    return encode_relay(domain, [each.act for each in brought], signatures)


def brought_text(brought: Sequence[Brought]) -> str:
    """As the outbox keeps them."""
    return json.dumps([_plain(each) for each in brought], separators=(",", ":"))


def read_brought(text: str) -> tuple[Brought, ...]:
    """The inverse of `brought_text`."""
    return tuple(
        Brought(
            Address(bytes.fromhex(each["actor"])),
            tuple(from_json(command) for command in each["commands"]),
            each["operation"],
            Seconds(each["deadline"]),
            bytes.fromhex(each["signature"]),
        )
        for each in json.loads(text)
    )


def _plain(brought: Brought) -> dict[str, object]:
    return {
        "actor": brought.actor.hex(),
        "commands": [to_json(command) for command in brought.commands],
        "operation": brought.operation,
        "deadline": brought.deadline,
        "signature": brought.signature.hex(),
    }
