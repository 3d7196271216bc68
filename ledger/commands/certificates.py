"""Acts of the contract Certificates."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.commands.command import Command
from ledger.events.fields import HashField, IdField, SecondsField, Uint8


@dataclass(frozen=True, slots=True)
class IssueCertificate(Command):
    """Issues a certificate about an organisation, a product or an item; ``document`` is its hash,
    ``scheme`` that of the rules it certifies by, or zero.
    """

    contract = "Certificates"
    function = "issueCertificate"
    subject: IdField
    document: HashField
    scheme: HashField
    valid_from: SecondsField
    valid_to: SecondsField


@dataclass(frozen=True, slots=True)
class RevokeCertificate(Command):
    """Revokes a certificate of one's own (`ledger.vocabulary.RevokeReason`)."""

    contract = "Certificates"
    function = "revokeCertificate"
    subject: IdField
    document: HashField
    reason: Uint8
