"""What is said to acts before they are accepted: to an organisation's own by our rules, to those of
others by the contract itself. The contract decides in the end.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from api.services import Services
from ledger.chain.codec import LOYALTY
from ledger.chain.deployment import Deployment
from ledger.chain.points import PointsSigners
from ledger.chain.relay import Domain
from ledger.commands import Command
from ledger.errors import CommandInvalid, NodeUnavailable
from ledger.events import Event
from ledger.history import State
from ledger.rules import decide
from ledger.vocabulary import Address, OrgId
from records.brought import Brought, calldata
from records.keystores import active_address


def judge(
    services: Services,
    records: Connection,
    state: State,
    org: OrgId,
    commands: Sequence[Command],
) -> list[Event]:
    """What acts would do, as far as is known here, with the key that signs now.

    Raises:
        ActRefused: they would be refused.
        ContractMissing: the deployment is without their contract.
    """
    for command in commands:
        services.deployment.address_of(command.contract)
    known, key = state, active_address(records, org)
    by = key if key is not None and known.keys.get(key) is not None else None
    signers = _signers(services.deployment)
    return decide(known, org, commands, services.now(), key=by, signers=signers)


def _signers(deployment: Deployment) -> PointsSigners | None:
    loyalty = deployment.contracts.get(LOYALTY)
    if loyalty is None:
        return None
    return PointsSigners(Domain(deployment.chain_id, loyalty.address, LOYALTY))


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
