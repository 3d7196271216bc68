"""What keys of any organisation have signed (EIP-712), brought to the chain by the caller."""

from __future__ import annotations

from starlette.responses import Response

from api.dependencies import Called, Viewed
from api.routes.shared import ACCEPTED, READ_PROBLEMS, brought, router
from api.routes.unit_issues import octets
from api.schemas import relay as r
from ledger.commands import from_json
from ledger.errors import CommandInvalid
from ledger.events import DOORS
from ledger.vocabulary import Address, Seconds
from records.brought import Brought

routes = router("relay")


@routes.get("/relay/domains", responses=READ_PROBLEMS)
def list_domains(view: Viewed) -> list[r.SigningDomain]:
    """What a key signs acts for: the EIP-712 domain of each contract."""
    deployed = view.services.deployment
    return [
        r.SigningDomain(
            name=f"Lotmark {name}",
            chain_id=deployed.chain_id,
            verifying_contract="0x" + deployed.address_of(name).hex(),
            contract=name,
        )
        for name in DOORS
        if name in deployed.contracts
    ]


@routes.post("/relay", **ACCEPTED)
def relay(body: r.NewRelay, view: Viewed, caller: Called) -> Response:
    """Brings signed operations of others to the chain, all or none; the caller pays the gas.

    The chain is asked first: what the contract would refuse is answered with the reason. An
    operation that somebody else has brought meanwhile is refused as performed already.
    """
    return brought(view, caller, [_read(each, i) for i, each in enumerate(body.operations)])


def _read(signed: r.SignedOperation, place: int) -> Brought:
    try:
        commands = tuple(from_json(act) for act in signed.acts)
    except CommandInvalid as error:
        field = f"operations[{place}].acts.{error.field}"
        raise CommandInvalid(error.message, field=field) from error
    return Brought(
        Address(octets(signed.actor.lower())),
        commands,
        int(signed.operation),
        Seconds(signed.deadline),
        octets(signed.signature),
    )
