"""An organisation from nothing: admitted on chain, with an account, a key and its company prefixes.

Governance is sent directly and waited for. Every step looks first, so that starting again after a
crash at any point goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine

from ledger.chain.codec import REGISTRY, decode_result, encode_registry
from ledger.chain.deployment import Deployment
from ledger.chain.development import GOVERNOR
from ledger.chain.development import account as development_account
from ledger.chain.direct import transact
from ledger.chain.port import Chain
from ledger.chain.signing import SigningKey
from ledger.errors import ActRefused
from ledger.vocabulary import ALL_ROLES, Address, Gs1Key, OrgId, Role, party
from records import accounts
from records.accounts import Account
from records.engine import reading, writing
from records.keystores import Keystore, active_address


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """What an organisation is to be. ``prefixes`` are company prefixes as digits, zeros kept."""

    gln: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    roles: Role = ALL_ROLES
    prefixes: Sequence[str] = ()
    places: Sequence[Gs1Key] = ()


class Bootstrap:
    """Sets organisations up, as the governor of the registry."""

    def __init__(
        self,
        engine: Engine,
        chain: Chain,
        deployment: Deployment,
        keystore: Keystore,
        governor: SigningKey | None = None,
    ) -> None:
        """Without ``governor`` the development account is used.

        Raises:
            NotADevelopmentChain: no governor was given, and the chain is not a development chain.
        """
        self._engine = engine
        self._chain = chain
        self._deployment = deployment
        self._keystore = keystore
        self._governor = governor or development_account(chain, GOVERNOR)

    def organisation(self, wanted: NewOrganisation) -> Account:
        """The organisation with this GLN, made where it does not exist yet.

        Raises:
            KeyInvalid: the GLN is none.
            ActRefused: the registry refuses, as for a prefix that belongs to another.
            NodeUnavailable: as the node; repeating is harmless.
        """
        org = self._register(wanted)
        with writing(self._engine) as connection:
            account = accounts.add(connection, org, wanted.gln, wanted.name, wanted.names)
        for prefix in wanted.prefixes:
            self._grant(org, prefix)
        for place in wanted.places:
            self._govern_once("PlaceAlreadyExists", "addPlace", org, place.id, 0)
        self._add_key(org, wanted.roles)
        return account

    def _register(self, wanted: NewOrganisation) -> OrgId:
        gln = party(wanted.gln).id
        found = self._view("organisationOf", gln)
        if not found:
            admin = self._governor.address
            self._govern_once(
                "OrganisationAlreadyExists", "registerOrganisation", gln, admin, int(wanted.roles)
            )
            found = self._view("organisationOf", gln)
        return OrgId(found)

    def _grant(self, org: OrgId, prefix: str) -> None:
        if self._view("prefixOwner", len(prefix), int(prefix)) != org:
            self._govern("grantPrefix", org, len(prefix), int(prefix))

    def _add_key(self, org: OrgId, roles: Role) -> None:
        with reading(self._engine) as connection:
            address = active_address(connection, org)
        if address is None:
            address = self._keystore.create(org).address
        if not self._is_known(address):
            self._govern_once("KeyAlreadyExists", "addKey", org, address, int(roles), 0, 0)

    def _is_known(self, key: Address) -> bool:
        try:
            self._chain.call(self._deployment.registry, encode_registry("actor", key))
        except ActRefused as refusal:
            return refusal.code != "KeyUnknown"
        return True

    def _view(self, function: str, *arguments: object) -> int:
        data = encode_registry(function, *arguments)
        returned = self._chain.call(self._deployment.registry, data)
        return int(decode_result(REGISTRY, function, returned)[0])

    def _govern(self, function: str, *arguments: object) -> None:
        data = encode_registry(function, *arguments)
        transact(self._chain, self._governor, self._deployment.registry, data)

    def _govern_once(self, done: str, function: str, *arguments: object) -> None:
        """Governs, unless another process was quicker: then the registry says ``done``."""
        try:
            self._govern(function, *arguments)
        except ActRefused as refusal:
            if refusal.code != done:
                raise
