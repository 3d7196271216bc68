"""Offices: what the governor, and the admins of organisations, do at the registry.

Governance is sent directly and waited for, with the key that holds the office, if it is kept here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from ledger.chain.codec import REGISTRY, decode_result, encode_registry
from ledger.chain.deployment import Deployment
from ledger.chain.development import GOVERNOR
from ledger.chain.development import account as development_account
from ledger.chain.direct import transact
from ledger.chain.port import Chain
from ledger.chain.signing import SigningKey
from ledger.errors import ActRefused, NotADevelopmentChain, NotFound
from ledger.refusals import refuse
from ledger.vocabulary import ALL_ROLES, Address, OrgId, Role, Seconds
from records import attempts
from records.engine import reading
from records.keystores import Keystore, active_address, retired_addresses

NOBODY = Address(bytes(20))


@dataclass(frozen=True, slots=True)
class Done:
    """A transaction of an office that is in a block."""

    transaction: bytes
    block: int


@dataclass(frozen=True, slots=True)
class Rotation:
    """What became of an organisation's keys: ``waiting`` ones still bring what they have signed."""

    new: Address
    revoked: tuple[Address, ...]
    waiting: tuple[Address, ...]


class Governance:
    """The registry's offices, as far as their keys are kept here."""

    def __init__(
        self, engine: Engine, chain: Chain, deployment: Deployment, keystore: Keystore
    ) -> None:
        self._engine, self._chain, self._keystore = engine, chain, keystore
        self._deployment = deployment

    # --- who holds what ---

    def governor(self) -> Address:
        """Who governs."""
        return _address(self._view("governor"))

    def admin(self, org: OrgId) -> Address:
        """Who manages an organisation's keys.

        Raises:
            ActRefused: there is no such organisation.
        """
        found = _address(self._view("adminOf", org))
        if found == NOBODY:
            raise refuse("OrganisationUnknown", org=org)
        return found

    def paused(self) -> bool:
        """Whether writes are paused."""
        return bool(self._view("writesPaused"))

    def key(self, holder: Address) -> SigningKey:
        """The key of who holds an office.

        Raises:
            NotFound: it is not kept here.
        """
        try:
            known = development_account(self._chain, GOVERNOR)
        except NotADevelopmentChain:
            return self._keystore.key(holder)
        return known if known.address == holder else self._keystore.key(holder)

    # --- the governor's ---

    def propose_roles(self, org: OrgId, roles: Role) -> Done:
        """Proposes other roles for an organisation; `apply_roles` after the registry's delay."""
        return self._govern("proposeOrganisationRoles", org, int(roles))

    def apply_roles(self, org: OrgId) -> Done:
        """Applies the roles that were proposed."""
        return self._govern("applyOrganisationRoles", org)

    def suspend(self, org: OrgId) -> Done:
        """Suspends an organisation."""
        return self._govern("suspendOrganisation", org)

    def resume(self, org: OrgId) -> Done:
        """Lets a suspended organisation act again."""
        return self._govern("resumeOrganisation", org)

    def pause(self) -> Done:
        """Lets nobody write anything new, recalls and corrections excepted."""
        return self._govern("pauseWrites")

    def end_pause(self) -> Done:
        """Ends that."""
        return self._govern("resumeWrites")

    def propose_governor(self, governor: Address) -> Done:
        """First of two steps to a new governor."""
        return self._govern("proposeGovernor", governor)

    def accept_governor(self, governor: Address) -> Done:
        """Second step, by who was proposed."""
        return self._send(self.key(governor), "acceptGovernor")

    # --- the admins' ---

    def add_key(
        self,
        org: OrgId,
        key: Address,
        roles: Role,
        valid_from: Seconds = Seconds(0),
        valid_to: Seconds = Seconds(0),
    ) -> Done:
        """Lets a key act for an organisation. Its admin."""
        admin = self.key(self.admin(org))
        return self._send(admin, "addKey", org, key, int(roles), valid_from, valid_to)

    def revoke_key(self, org: OrgId, key: Address) -> Done:
        """Ends a key at once. The organisation's admin, else the governor."""
        return self._send(self._admin_or_governor(org), "revokeKey", key)

    def propose_admin(self, org: OrgId, admin: Address) -> Done:
        """First of two steps to a new admin. The present one, else the governor."""
        return self._send(self._admin_or_governor(org), "proposeAdmin", org, admin)

    def accept_admin(self, org: OrgId, admin: Address) -> Done:
        """Second step, by who was proposed."""
        return self._send(self.key(admin), "acceptAdmin", org)

    def rotate(self, org: OrgId, roles: Role | None = None) -> Rotation:
        """Gives an organisation a new signing key, with the roles that the old one has unless
        others are named, and revokes those it had once all that they have signed is in blocks.
        Repeat it to revoke what waited.

        Raises:
            NotFound: the admin's key is not kept here.
        """
        with reading(self._engine) as connection:
            old = active_address(connection, org)
            unfinished = retired_addresses(connection, org)
        if any(not self._is_dead(each) for each in unfinished) and old is not None:
            return self._revoke_drained(org, old)
        new = self._keystore.make()
        self.add_key(org, new.address, self._roles_of(old) if roles is None else roles)
        self._keystore.adopt(new, org)
        if old is not None:
            self._keystore.retire(old)
        return self._revoke_drained(org, new.address)

    def _revoke_drained(self, org: OrgId, new: Address) -> Rotation:
        revoked, waiting = [], []
        with reading(self._engine) as connection:
            old = [each for each in retired_addresses(connection, org) if each != new]
            busy = {each for each in old if attempts.live(connection, each)}
        for each in old:
            if self._is_dead(each):
                continue
            if each in busy:
                waiting.append(each)
            else:
                self.revoke_key(org, each)
                revoked.append(each)
        return Rotation(new, tuple(revoked), tuple(waiting))

    # --- sending ---

    def _is_dead(self, key: Address) -> bool:
        try:
            self._view("actor", key)
        except ActRefused as refusal:
            return refusal.code in ("KeyUnknown", "KeyNotValid")
        return False

    def _roles_of(self, key: Address | None) -> Role:
        """What a key may do now; all where there is none, or it is dead."""
        if key is None or self._is_dead(key):
            return ALL_ROLES
        return Role(self._answers("actor", key)[1])

    def _admin_or_governor(self, org: OrgId) -> SigningKey:
        try:
            return self.key(self.admin(org))
        except NotFound:
            return self.key(self.governor())

    def _govern(self, function: str, *arguments: object) -> Done:
        return self._send(self.key(self.governor()), function, *arguments)

    def _send(self, key: SigningKey, function: str, *arguments: object) -> Done:
        data = encode_registry(function, *arguments)
        receipt = transact(self._chain, key, self._deployment.registry, data)
        return Done(receipt.tx, receipt.block)

    def _view(self, function: str, *arguments: object) -> Any:
        return self._answers(function, *arguments)[0]

    def _answers(self, function: str, *arguments: object) -> Any:
        data = encode_registry(function, *arguments)
        returned = self._chain.call(self._deployment.registry, data)
        return decode_result(REGISTRY, function, returned)


def _address(text: str) -> Address:
    return Address(bytes.fromhex(text[2:]))
