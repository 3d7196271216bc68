"""A sentence for every error of the contracts, filled with its values.

A template's fields are the Solidity error's parameters in snake_case (``from`` is ``shipper``),
each with the way it is shown: ``{item:id}``. A test holds names and ways equal to the compiled
ABI. The code, which is the Solidity error's name, is also the message id of translations: pass a
translated template to `sentence`.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ledger.earnings import lapse_of
from ledger.errors import ActRefused
from ledger.vocabulary import PartnerRight, Role, text_of

SENTENCES: dict[str, str] = {
    # who may act
    "NotTheGovernor": "{caller:address} is not the governor.",
    "NotTheProposedGovernor": "{caller:address} was not proposed as governor.",
    "NotTheAdmin": "{caller:address} is neither the admin of {org:org} nor the governor.",
    "AdminNotYetAcceptable": (
        "The governor proposed the admin of {org:org}; "
        "it can accept from {acceptable_from:time} on."
    ),
    "NotTheProposedAdmin": "{caller:address} was not proposed as admin of {org:org}.",
    "NoRolesProposed": "No other roles are proposed for {org:org}.",
    "RolesNotYetApplicable": (
        "The roles proposed for {org:org} may be applied from {applies_from:time} on."
    ),
    "WritesArePaused": "Writes are paused; recalls and corrections stay possible.",
    "WritesAreNotPaused": "Writes are not paused.",
    "OrganisationUnknown": "There is no {org:org}.",
    "OrganisationAlreadyExists": "The party {party:id} already stands for {org:org}.",
    "OrganisationIsSuspended": "{org:org} is suspended and may not act.",
    "OrganisationIsNotSuspended": "{org:org} is not suspended.",
    "PrefixAlreadyGranted": (
        "The company prefix {prefix:number} of {length:number} digits "
        "overlaps with one of {org:org}."
    ),
    "PrefixInvalid": (
        "A company prefix has 6 to 12 digits; {prefix:number} with {length:number} digits is none."
    ),
    "PlaceAlreadyExists": "The place {place:id} already belongs to {org:org}.",
    "PlaceOutsidePrefix": "The place {place:id} does not begin with a company prefix of {org:org}.",
    "KeyUnknown": "No organisation knows the key {key:address}.",
    "KeyAlreadyExists": "The key {key:address} already belongs to {org:org}.",
    "KeyNotValid": "The key {key:address} is valid from {valid_from:time} until {valid_to:end}.",
    "RolesInvalid": "The number {roles:number} stands for no set of roles.",
    "AddressIsZero": "The address zero stands for nobody.",
    "RoleMissing": "{org:org} needs the role {needed:roles} for this and has {held:roles}.",
    # the directory of contracts
    "NameInvalid": "{name:word} is no name of a contract.",
    "NoContractThere": "There is no contract at {place:address}.",
    "ContractAlreadyEntered": "The contract at {place:address} is entered already as {name:word}.",
    "VersionNotAfter": (
        "{version:version} of {name:word} cannot follow on {newest:version}; versions ascend."
    ),
    "ContractUnknown": "No contract is entered as {name:word}.",
    # operations
    "NotPerforming": "Acts are called through an operation, never alone.",
    "AlreadyPerforming": "An operation cannot contain another operation.",
    "OperationAlreadyPerformed": "{org:org} has used the operation number {operation:number}.",
    "SignaturesDoNotMatch": (
        "Each operation needs one signature; "
        "given were {acts:number} operations and {signatures:number} signatures."
    ),
    "SignatureInvalid": (
        "The signature under the operation {operation:number} is not that of {actor:address} "
        "for this contract on this chain."
    ),
    "DeadlinePassed": "The operation {operation:number} was good until {deadline:time}.",
    # products
    "IdInvalid": "{id:id} is not of the kind that is needed here, or not well formed.",
    "ProductUnknown": "The product {product:id} is not registered.",
    "ProductAlreadyExists": "The product {product:id} is already registered by {org:org}.",
    "PrefixNotOwned": (
        "{org:org} does not own the company prefix of {length:number} digits "
        "that {product:id} begins with."
    ),
    "NotTheProductOwner": "The product {product:id} does not belong to {org:org}.",
    "NotAMaker": "{org:org} may not make the product {product:id}.",
    "NotTheMaker": "{item:id} is made by {maker:org}, so {org:org} cannot add to it.",
    "UnitInvalid": (
        "A product has at most 9 decimals and a unit of two or three capitals or digits; "
        "given were {decimals:number} and {unit:unit}."
    ),
    "YieldInvalid": (
        "A yield needs two products and two numbers above zero; "
        "given were {numerator:number} and {denominator:number}."
    ),
    # items and amounts
    "ItemUnknown": "Nothing is known of {item:id}.",
    "ItemAlreadyExists": "{item:id} already exists, and a serialised unit is made once.",
    "AmountInvalid": "{amount:number} is no amount that {item:id} can have.",
    "LinesNotOrdered": (
        "The list is empty, repeats itself or is out of order "
        "at line {index:number}, counted from 0."
    ),
    "HoldingTooSmall": "{org:org} holds {held:number} of {item:id}; {wanted:number} are wanted.",
    "ExpiryDiffers": (
        "{item:id} expires on {expiry:end}; a further run cannot change that to {wanted:end}."
    ),
    "ExpiryTooLate": (
        "{item:id} cannot expire on {expiry:end}, after what it is made of: {latest:time}."
    ),
    "ItemIsExpired": "{item:id} expired on {expiry:time}.",
    "ItemIsRecalled": "{item:id} is recalled by {by:org}.",
    "ItemIsNotRecalled": "{item:id} is not recalled.",
    "NotAllowedToRecall": "{org:org} may not recall or release {item:id}.",
    # transformations
    "NotConserved": (
        "{consumed:number} of {product:id} went in and {produced:number} came out; "
        "within one product the amounts are equal."
    ),
    "YieldExceeded": (
        "{produced:number} of {product:id} came out; the declared yield allows {allowed:number}."
    ),
    "NotInRecipe": "{input:id} is no declared input of {product:id}.",
    "TransformationTooDeep": (
        "{input:id} is already made in {depth:number} steps; nothing more can be made of it."
    ),
    "TransformationIsCircular": "{output:id} cannot be made of {input:id}, which is made of it.",
    # shipments and logistic units
    "ShipmentAlreadyExists": "{shipper:org} has already used the shipment {shipment:id}.",
    "ShipmentUnknown": "{shipper:org} has sent no shipment {shipment:id}.",
    "ReceiverInvalid": "Nothing can be shipped to {to:org}: it is the shipper, or there is none.",
    "NotTheReceiver": (
        "The shipment {shipment:id} of {shipper:org} is meant for {to:org}, not for {org:org}."
    ),
    "NotInTransit": (
        "{in_transit:number} of {item:id} are on their way in the shipment {shipment:id} "
        "of {shipper:org}; {wanted:number} are wanted."
    ),
    "LogisticUnitNotHeld": (
        "{org:org} does not hold the logistic unit {logistic_unit:id}: "
        "it is elsewhere, on its way or inside another."
    ),
    "LogisticUnitTooLarge": (
        "The logistic unit {logistic_unit:id} would be more than 4 deep "
        "or carry more than 200 lines."
    ),
    "NotPacked": (
        "{packed:number} of {item:id} are packed in {logistic_unit:id}; {wanted:number} are wanted."
    ),
    # what comes back
    "SoldTooSmall": (
        "{org:org} has sold {sold:number} of {item:id}; {wanted:number} cannot come back to it."
    ),
    "NotTheUnitRegistry": "{caller:address} is not the contract that sells units.",
    # statements
    "StatementInvalid": (
        "A statement needs a subject and a hash; given were {subject:id} and {statement:hash}."
    ),
    "FactUnknown": "There is no fact number {fact:number}.",
    # units
    "IssueInvalid": (
        "An issue of units of {lot:id} needs at least one unit, an amount for each and a root; "
        "given were {count:number} units of {each:number} and {root:hash}."
    ),
    "UnitsExceedLot": (
        "{made:number} were made of {lot:id}; its units would stand for {wanted:number}."
    ),
    "IssueUnknown": "{lot:id} has no issue of units number {issue:number}.",
    "UnitUnknown": "The issue {issue:number} of {lot:id} has no unit number {index:number}.",
    "UnitsNotOrdered": (
        "The list is empty, repeats itself or is out of order "
        "at place {place:number}, counted from 0."
    ),
    "UnitIsVoid": "The code of unit {index:number} of {lot:id} counts no more.",
    "UnitAlreadySold": "Unit {index:number} of {lot:id} is sold already.",
    "UnitNotSold": "Unit {index:number} of {lot:id} is not sold.",
    "NotTheSeller": "Unit {index:number} of {lot:id} was not sold by {org:org}.",
    "UnitAlreadyClaimed": "Unit {index:number} of {lot:id} has earned its points already.",
    "ProofInvalid": (
        "The code does not belong to unit {index:number} of the issue {issue:number} of {lot:id}."
    ),
    "NotLoyalty": "{caller:address} is not the contract that keeps points.",
    # programmes
    "ProgrammeUnknown": "There is no programme {programme:number}.",
    "ProgrammeIsClosed": "Nothing more is earned in the programme {programme:number}.",
    "NotTheProgrammeOwner": "The programme {programme:number} does not belong to {org:org}.",
    "NotAPartner": (
        "{org:org} needs the right to {needed:rights} in the programme {programme:number}."
    ),
    "PartnerInvalid": (
        "{partner:org} cannot be a partner with the rights {rights:rights}: "
        "it owns the programme, does not exist, or they are no rights."
    ),
    "PointsInvalid": "{points:number} is no number of points; they are from 1 to 281474976710655.",
    "ReturnWindowInvalid": (
        "A return window is at most 366 days; {return_window:number} seconds are more."
    ),
    "BudgetExceeded": (
        "The programme {programme:number} has {left:number} points left to issue; "
        "{wanted:number} are wanted."
    ),
    "DailyCapExceeded": (
        "The programme {programme:number} may issue {left:number} more points today; "
        "{wanted:number} are wanted."
    ),
    # earning
    "NotTheIssuer": "The issue {issue:number} of {lot:id} was not made by {org:org}.",
    "EarningAlreadyOpened": (
        "Units of the issue {issue:number} of {lot:id} earn already, "
        "in the programme {programme:number}."
    ),
    "EarningNotOpened": "Units of the issue {issue:number} of {lot:id} earn no points.",
    "EarningIsClosed": (
        "Units of the issue {issue:number} of {lot:id} earned points until {closes:time}."
    ),
    "ClosesTooEarly": "Earning cannot end at {closes:time}, which has passed.",
    "ClaimNotSigned": (
        "The claim for unit {index:number} of {lot:id} is not signed by the code of a unit."
    ),
    "ReceiptAlreadyUsed": (
        "{org:org} has used the receipt {receipt:hash} in the programme {programme:number} before."
    ),
    "EarningUnknown": "The programme {programme:number} knows no earning {earning:hash}.",
    "EarningAlreadySettled": (
        "The points of the earning {earning:hash} in the programme {programme:number} "
        "are available already."
    ),
    "EarningIsPending": (
        "The points of the earning {earning:hash} in the programme {programme:number} "
        "are available from {available_from:time} on."
    ),
    "EarningTooSmall": (
        "{left:number} points are left of the earning {earning:hash} in the programme "
        "{programme:number}; {wanted:number} are to be taken back."
    ),
    "EarningIsExpired": (
        "The points of the earning {earning:hash} in the programme {programme:number} "
        "were good until {quarter:lapse}."
    ),
    "UnitNotReturned": "Unit {index:number} of {lot:id} did not come back.",
    "UnitAlreadyCompensated": (
        "Who claimed unit {index:number} of {lot:id} was compensated already."
    ),
    # spending
    "BalanceTooSmall": (
        "The member {member:address} has {available:number} points available in the programme "
        "{programme:number}; {wanted:number} are wanted."
    ),
    "RedemptionAlreadyExists": (
        "The member {member:address} has used the number {redemption:hash} in the programme "
        "{programme:number} before."
    ),
    "RedemptionUnknown": (
        "There is no redemption {redemption:hash} of the member {member:address} in the programme "
        "{programme:number} that can be undone here."
    ),
    "RedemptionNotSigned": (
        "The redemption {redemption:hash} is not signed by the member {member:address} "
        "for this organisation."
    ),
    "RedemptionTooLate": "The redemption {redemption:hash} was good until {deadline:time}.",
    # certificates and anchors
    "DocumentMissing": "A certificate about {subject:id} needs a document.",
    "ValidityInvalid": (
        "A certificate ends after it begins and not before it is issued; "
        "given were {valid_from:time} and {valid_to:end}."
    ),
    "CertificateAlreadyExists": (
        "{org:org} has issued this certificate about {subject:id} before: {document:hash}."
    ),
    "CertificateUnknown": (
        "{org:org} has issued no certificate about {subject:id} with the document {document:hash}."
    ),
    "CertificateIsRevoked": (
        "The certificate {document:hash} of {org:org} about {subject:id} is revoked already."
    ),
    "RootInvalid": "{root:hash} is no root of a list of statements.",
    "ListDoesNotGrow": (
        "A list of statements only grows: it has {before:number} and would have {size:number}."
    ),
    "NotTheNewestRoot": (
        "{predecessor:hash} is not the newest root of {org:org} for content {content:number}."
    ),
    # what Solidity itself reverts with
    "Error": "The contract refused: {message:text}.",
    "Panic": "The contract failed with panic code {number:number}, which is a fault of ours.",
    "Reverted": "The contract refused without a reason.",
    "UnknownError": "The contract refused with an error that is not in the catalogue: {data:hash}.",
}
"""Template by code. The last four have no Solidity declaration of ours."""

CONTRADICTIONS: dict[str, str] = {
    "AmountMissing": "No amount is given for {item:id}, so nothing can follow from it.",
    "AmountDiffers": "{item:id}: {known:number} are packed, {said:number} are said.",
    "ParentNotLogisticUnit": "{item:id} is no logistic unit, so nothing can be packed in it.",
    "TransformationIncomplete": (
        "The statement {statement:hash} tells what went in or what came out, not both: nothing can "
        "follow from half a transformation. Tell it in one event."
    ),
    "ReceiverUnknown": "The statement {statement:hash} names no receiver that is known.",
    "NothingShipped": (
        "{wanted:number} of {item:id} were received by {org:org}; "
        "{in_transit:number} were on their way to it."
    ),
    "ItemElsewhere": "{item:id} was seen at {org:org}, which holds {held:number} of it.",
    "StatementRepeated": "{org:org} has said the same before, in the statement {first:hash}.",
    "StatementDiffers": (
        "The statement {first:hash} of {org:org} tells the same with other amounts."
    ),
    "SaidOfAnother": "It happened at {place:id}, which belongs to {org:org}: only that can act.",
    "NotRecorded": "What follows from the statement {statement:hash} was never recorded.",
    "FactNotOwn": "{org:org} recorded the fact number {fact:number}: only that can correct it.",
    "FactNotKnown": "A correction names the fact number {fact:number}, and there is no such fact.",
    "FactsStand": "The statement was taken back for {by:hash}, but what it recorded still stands.",
    "UnitNotActivated": "{unit:id} was not activated by its maker.",
    "UnitNotIssued": "{unit:id} stands in no issue of units on the chain yet.",
    "LotDiffers": "{unit:id} is of another lot than the code says: {lot:id}.",
    "NotOnAReceipt": "{item:id} stands on no receipt of {org:org} from which it could come back.",
    "NotTheLastSale": "The receipt {receipt:text} is not the last sale of this till.",
    "TooLateToUndo": "The sale {receipt:text} can be undone until {until:time}.",
    "SaleIsUndone": "The sale {receipt:text} was undone.",
}
"""Template by what no contract knows of: kinds of findings (`ledger.findings`), and what a till
refuses by itself.
"""

PARAMETERS: dict[str, dict[str, str]] = {
    code: {name: shown or "" for _, name, shown, _ in string.Formatter().parse(text) if name}
    for code, text in (SENTENCES | CONTRADICTIONS).items()
}
"""The values each sentence shows and the way it shows them, by code."""


_YEAR_10000 = 253402300800


def _organisation(number: int) -> str:
    return f"organisation {number}"


def _time(seconds: int) -> str:
    if seconds >= _YEAR_10000:  # no date that can be written
        return str(seconds)
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _end(seconds: int) -> str:
    return _time(seconds) if seconds else "never"


def _roles(bits: int) -> str:
    return ", ".join(role.name.lower() for role in Role if role & bits and role.name) or "none"


def _rights(bits: int) -> str:
    known = ", ".join(each.name.lower() for each in PartnerRight if each & bits and each.name)
    return known or "none"


def _lapse(quarter: int) -> str:
    """When points of a quarter expire."""
    return _time(lapse_of(quarter))


def _unit(code: bytes) -> str:
    text = code.rstrip(b"\0")
    return text.decode("ascii") if text.isalnum() else "0x" + code.hex()


def _word(data: bytes) -> str:
    text = data.rstrip(b"\0")
    return text.decode("ascii") if text.isalnum() else "0x" + data.hex()


def _version(number: int) -> str:
    """Semantic, as `contracts/interfaces/IDirectory.sol` packs it."""
    return f"{number >> 32}.{number >> 16 & 0xFFFF}.{number & 0xFFFF}"


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


WAYS: dict[str, Callable[[Any], str]] = {
    "id": text_of,
    "time": _time,
    "end": _end,
    "roles": _roles,
    "rights": _rights,
    "lapse": _lapse,
    "unit": _unit,
    "word": _word,
    "version": _version,
    "address": _hex,
    "hash": _hex,
    "number": str,
    "text": str,
}
"""How a value is shown; ``org`` is left to the caller of `sentence`."""
BYTES = frozenset({"id", "address", "hash", "unit", "word"})
"""Ways whose values are bytes; they stand as hex in JSON."""


class _Sentence(string.Formatter):
    def __init__(
        self, organisation: Callable[[int], str], ways: Mapping[str, Callable[[Any], str]]
    ) -> None:
        self._ways = WAYS | {"org": organisation} | dict(ways)

    def format_field(self, value: Any, format_spec: str) -> str:
        return self._ways[format_spec](value)


def sentence(
    code: str,
    values: Mapping[str, object],
    *,
    template: str | None = None,
    organisation: Callable[[int], str] = _organisation,
    ways: Mapping[str, Callable[[Any], str]] | None = None,
) -> str:
    """What a refusal says to people.

    ``template`` is a translation of ``SENTENCES[code]``; ``organisation`` gives an organisation's
    name by number; ``ways`` show values otherwise than `WAYS`. A code without a sentence is shown
    as it is, so that an old record can always be read.
    """
    text = template or SENTENCES.get(code) or CONTRADICTIONS.get(code)
    if text is None:
        return f"The contract refused: {code}."
    said = _Sentence(organisation, ways or {}).vformat(text, (), values)
    return said[:1].upper() + said[1:]


def refuse(code: str, **values: object) -> ActRefused:
    """The exception for a Solidity error; ``code`` is its name, ``values`` its parameters."""
    return ActRefused(code, sentence(code, values), **values)


def values_to_json(values: Mapping[str, object]) -> dict[str, Any]:
    """The values of a refusal as plain JSON; bytes stand as hex."""
    return {
        name: "0x" + value.hex() if isinstance(value, bytes) else value
        for name, value in values.items()
    }


def values_from_json(code: str, values: Mapping[str, Any]) -> dict[str, object]:
    """The inverse of `values_to_json` for a refusal with this code."""
    ways = PARAMETERS.get(code, {})
    return {
        name: bytes.fromhex(value[2:]) if ways.get(name) in BYTES else value
        for name, value in values.items()
    }
