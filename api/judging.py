"""What is said to acts before they are accepted: by our rules, and of signatures by the contract.

The contract decides in the end. So where neither can tell now, acts are accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from api.services import Services
from ledger.chain.codec import encode_perform
from ledger.chain.relay import Domain
from ledger.commands import Command
from ledger.errors import CommandInvalid, NodeUnavailable
from ledger.history import State
from ledger.rules import decide, decides
from ledger.vocabulary import Address, OrgId
from records import transitions
from records.brought import Brought, calldata
from records.keystores import active_address

NEVER_USED = 2**255
"""An operation number that nobody has performed: only a simulation uses it."""


def judge(
    services: Services,
    records: Connection,
    state: Callable[[], State],
    org: OrgId,
    commands: Sequence[Command],
) -> None:
    """Lets acts by that would be performed as far as can be told now.

    Raises:
        ActRefused: they would be refused.
        ContractMissing: the deployment is without their contract.
    """
    for command in commands:
        services.deployment.address_of(command.contract)
    known, key = state(), active_address(records, org)
    by = key if key is not None and known.keys.get(key) is not None else None
    decide(known, org, commands, services.now(), key=by)
    if not decides(commands) and transitions.earliest_unsettled(records) is None:
        # What is on its way is not on chain yet: only without it a simulation knows all.
        _ask_contract(services, records, org, commands)


def _ask_contract(
    services: Services, records: Connection, org: OrgId, commands: Sequence[Command]
) -> None:
    key = active_address(records, org)
    if services.chain is None or key is None or len({c.contract for c in commands}) != 1:
        return
    try:
        play(services, key, commands[0].contract, encode_perform(NEVER_USED, commands))
    except NodeUnavailable:
        return


def judge_brought(
    services: Services, records: Connection, org: OrgId, brought: Sequence[Brought]
) -> None:
    """Lets signed operations by that the contract would perform now.

    Raises:
        CommandInvalid: they are of several contracts.
        ActRefused: they would be refused.
        NodeUnavailable: no node can be asked.
    """
    contracts = {command.contract for each in brought for command in each.commands}
    if len(contracts) != 1:
        raise CommandInvalid("the acts of one request are of one contract", field="operations")
    contract = contracts.pop()
    deployment = services.deployment
    domain = Domain(deployment.chain_id, deployment.address_of(contract), contract)
    key = active_address(records, org) or Address(bytes(20))
    play(services, key, contract, calldata(domain, brought))


def play(services: Services, key: Address, contract: str, data: bytes) -> None:
    """Does as if a key called a contract now.

    Raises:
        ActRefused: the contract would refuse it.
        NodeUnavailable: no node can be asked.
    """
    if services.chain is None:
        raise NodeUnavailable("no node is asked here")
    door = services.deployment.address_of(contract)
    (played,) = services.chain.play(door, [(key, data)])
    if played.refusal is not None:
        raise played.refusal
