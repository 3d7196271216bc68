"""Every exception of Lotmark, in three kinds by what the caller can do about it."""

from __future__ import annotations

from typing import Any, ClassVar


class LotmarkError(Exception):
    """Root of all. ``values`` are the facts behind the message; ``code`` names the case for
    machines.

    The message is an English sentence; translations are looked up by ``code`` and filled with
    ``values``.
    """

    code: ClassVar[str] = "error"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.code = cls.__name__

    def __init__(self, message: str, /, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


class InvalidInput(LotmarkError):
    """What was given cannot be understood: mend it. ``field`` and ``line`` say where."""

    def __init__(
        self, message: str, /, *, field: str = "", line: int | None = None, **values: object
    ) -> None:
        super().__init__(message, **values)
        self.field = field
        self.line = line


class Refused(LotmarkError):
    """It was understood, and the rules said no."""


class Unavailable(LotmarkError):
    """It may work later: the node is down, the mirror is behind."""


# --- InvalidInput ---


class KeyInvalid(InvalidInput):
    """A GS1 key has a wrong length, check digit or character."""


class DigitalLinkInvalid(InvalidInput):
    """A URI is no GS1 Digital Link of a kind that Lotmark knows."""


class EpcUrnInvalid(InvalidInput):
    """An EPC URN is malformed or of a scheme without Digital Link form."""


class CodeInvalid(InvalidInput):
    """A hidden code is too short, too long, or has a character mistaken."""


class ProofMalformed(InvalidInput):
    """A unit's proof cannot be read: another version, unknown fields, or not in its one form."""


class CommandInvalid(InvalidInput):
    """A command's field is missing, of the wrong type or out of range."""


class DocumentInvalid(InvalidInput):
    """A document is not what it says: broken JSON, or against EPCIS 2.0 or CBV 2.0."""


class CsvInvalid(InvalidInput):
    """A CSV file lacks a column or a line has a field that cannot be read."""


class FigureInvalid(InvalidInput):
    """A figure of the books is negative or out of range."""


class RequestMalformed(InvalidInput):
    """An HTTP request that cannot be read: broken JSON, a header missing, a path that is none."""


class SettingInvalid(InvalidInput):
    """A setting has a value that cannot work."""


# --- Refused ---


class ActRefused(Refused):
    """The contract refused an act, or the same rules in Python foresaw it.

    ``code`` is the name of the Solidity error, or of a contradiction of `ledger.refusals`.
    """

    def __init__(self, code: str, message: str, /, **values: object) -> None:
        super().__init__(message, **values)
        self.code = code  # type: ignore[misc]  # the Solidity error names the case


class NotAuthenticated(Refused):
    """No API key, or one that is unknown, expired or revoked."""


class NotAllowed(Refused):
    """The API key is good but not for this."""


class NotFound(Refused):
    """Nothing is known under this name."""


class MemberErased(Refused):
    """The member was erased: nothing is known of it any more, and its card is no more."""


class ClaimRefused(Refused):
    """The hidden code earns no points here: it is another's, or the unit was claimed before."""


class RedemptionCodeRefused(Refused):
    """The code at the till is unknown, was used, was taken back, or is too old."""


class IdempotencyKeyReused(Refused):
    """The idempotency key was used for another request."""


class TooManyRequests(Refused):
    """A limit was reached; try again after ``retry_after`` seconds."""


class PrintFileGone(Refused):
    """The print file of a run was handed out before, or is missing."""


class UnitNotProven(Refused):
    """A unit's proof does not lead to the root that it is checked against."""


class SheetUnreadable(Refused):
    """A sheet of labels did not read back as what was asked for: it is not released."""


class MirrorTaken(Refused):
    """Another indexer writes this mirror now."""


class LogContradicted(Refused):
    """The log of scans is not what was anchored: an operator must look."""


class NotADevelopmentChain(Refused):
    """Development keys and shortcuts refuse any chain that is not a development chain."""


# --- Unavailable ---


class NodeUnavailable(Unavailable):
    """The node does not answer, or answers with an error of its own."""


class NodeBehind(Unavailable):
    """The node's head is lower than what was seen before, with nothing contradicted."""


class StoreUnavailable(Unavailable):
    """The database or the document store does not answer."""


class VaultClosed(Unavailable):
    """Personal data cannot be read: the key beside the keystores is not the one that sealed it."""


class ContractMissing(Unavailable):
    """The deployment that is used has no such contract: an operator has to deploy it."""


# --- stop loudly: neither retried nor skipped ---


class ChainContradiction(LotmarkError):
    """What the chain says cannot be true together: stop and call an operator."""


class UnknownLog(ChainContradiction):
    """One of our contracts emitted a log that the catalogue does not know or that is malformed."""


class JournalBroken(ChainContradiction):
    """The running hash of a contract's journal does not fit its logs: one is missing, added or
    altered.
    """


class FingerprintMismatch(ChainContradiction):
    """The node serves another chain, another contract or a history that was rewritten below
    finality.
    """


class ReorgTooDeep(ChainContradiction):
    """The common ancestor lies deeper than may be repaired without a human."""


class MirrorOutdated(ChainContradiction):
    """The mirror was written by another schema or catalogue: rebuild it."""
