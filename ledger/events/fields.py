"""What events and commands are made of: fields that name their Solidity types."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

from ledger.vocabulary import Address, Amount, DocumentHash, Id, OrgId, Seconds


@dataclass(frozen=True, slots=True)
class Solidity:
    """How a field stands in the ABI."""

    type: str
    indexed: bool = False


# The types fields may have. Indexed ones are the topics of the log.
IdField = Annotated[Id, Solidity("bytes32")]
IndexedId = Annotated[Id, Solidity("bytes32", indexed=True)]
HashField = Annotated[DocumentHash, Solidity("bytes32")]
IndexedHash = Annotated[DocumentHash, Solidity("bytes32", indexed=True)]
OrgField = Annotated[OrgId, Solidity("uint32")]
IndexedOrg = Annotated[OrgId, Solidity("uint32", indexed=True)]
AddressField = Annotated[Address, Solidity("address")]
IndexedAddress = Annotated[Address, Solidity("address", indexed=True)]
Points = Annotated[int, Solidity("uint64")]
AmountField = Annotated[Amount, Solidity("uint64")]
SecondsField = Annotated[Seconds, Solidity("uint40")]
IndexedWord = Annotated[bytes, Solidity("bytes32", indexed=True)]
Uint8 = Annotated[int, Solidity("uint8")]
IndexedUint8 = Annotated[int, Solidity("uint8", indexed=True)]
Uint16 = Annotated[int, Solidity("uint16")]
Uint32 = Annotated[int, Solidity("uint32")]
IndexedUint32 = Annotated[int, Solidity("uint32", indexed=True)]
Uint64 = Annotated[int, Solidity("uint64")]
IndexedUint64 = Annotated[int, Solidity("uint64", indexed=True)]
Uint256 = Annotated[int, Solidity("uint256")]
Bytes3 = Annotated[bytes, Solidity("bytes3")]
BytesField = Annotated[bytes, Solidity("bytes")]
Bool = Annotated[bool, Solidity("bool")]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a catalogue class: its name and its face in the ABI."""

    name: str
    solidity: Solidity


class Event:
    """What every event of the catalogue is. ``contract`` is the name of the contract that emits
    it, or of the first of those that do.
    """

    contract: ClassVar[str]
    __slots__ = ()

    @classmethod
    def is_of(cls, contract: str) -> bool:
        """Whether a contract of this name emits it."""
        return contract == cls.contract

    @classmethod
    def schema(cls) -> tuple[Field, ...]:
        """The fields in the order of the ABI, ``entry`` left out."""
        return _schema(cls)


def _schema(cls: type) -> tuple[Field, ...]:
    hints = get_type_hints(cls, include_extras=True)
    return tuple(Field(f.name, _solidity(hints[f.name])) for f in fields(cls))


def _solidity(hint: Any) -> Solidity:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"{hint} names no Solidity type")
    return next(extra for extra in get_args(hint)[1:] if isinstance(extra, Solidity))
