"""Where signatures for points are good."""

from __future__ import annotations

from api.services import Services
from ledger.chain.points import LOYALTY
from ledger.chain.relay import Domain


def loyalty_domain(services: Services) -> Domain:
    """The domain of the contract Loyalty of this installation (EIP-712).

    Raises:
        ContractMissing: there is none.
    """
    deployment = services.deployment
    return Domain(deployment.chain_id, deployment.address_of(LOYALTY), LOYALTY)
