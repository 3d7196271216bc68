"""What a party may ask for: one frozen class per act of our contracts.

A field's annotation names its Solidity type, as in `ledger.events`; a test holds names, order and
types equal to the compiled ABI. ``to_json`` and ``from_json`` are exact inverses: ids, addresses
and hashes stand as hex, numbers as numbers.
"""

from ledger.commands.anchors import (
    AnchorRoot,
)
from ledger.commands.catalogue import BY_NAME, COMMANDS
from ledger.commands.certificates import (
    IssueCertificate,
    RevokeCertificate,
)
from ledger.commands.command import Command, Line, Output, lines
from ledger.commands.loyalty import (
    AwardPoints,
    CancelRedemption,
    ChangeProgramme,
    ClaimPoints,
    ClawBackAward,
    ClawBackUnits,
    CloseProgramme,
    CompensateUnits,
    ExpirePoints,
    FundProgramme,
    OpenEarning,
    OpenProgramme,
    RedeemPoints,
    SetPartner,
    SettlePoints,
)
from ledger.commands.products import (
    AcceptReturn,
    AuthoriseMaker,
    CancelShipment,
    CommissionItem,
    CorrectFact,
    CorrectStatement,
    DeclareYield,
    DescribeProduct,
    DisposeItem,
    Observe,
    PackItems,
    RecallItems,
    ReceiveShipment,
    RegisterProduct,
    RejectShipment,
    ReleaseItems,
    SellItem,
    ShipItems,
    TransformItems,
    UnpackItems,
)
from ledger.commands.reading import from_json, to_json
from ledger.commands.units import (
    IssueUnits,
    ReturnUnits,
    SellProvenUnit,
    SellUnits,
    VoidUnits,
)

__all__ = [
    "BY_NAME",
    "COMMANDS",
    "AcceptReturn",
    "AnchorRoot",
    "AuthoriseMaker",
    "AwardPoints",
    "CancelRedemption",
    "CancelShipment",
    "ChangeProgramme",
    "ClaimPoints",
    "ClawBackAward",
    "ClawBackUnits",
    "CloseProgramme",
    "Command",
    "CommissionItem",
    "CompensateUnits",
    "CorrectFact",
    "CorrectStatement",
    "DeclareYield",
    "DescribeProduct",
    "DisposeItem",
    "ExpirePoints",
    "FundProgramme",
    "IssueCertificate",
    "IssueUnits",
    "Line",
    "Observe",
    "OpenEarning",
    "OpenProgramme",
    "Output",
    "PackItems",
    "RecallItems",
    "ReceiveShipment",
    "RedeemPoints",
    "RegisterProduct",
    "RejectShipment",
    "ReleaseItems",
    "ReturnUnits",
    "RevokeCertificate",
    "SellItem",
    "SellProvenUnit",
    "SellUnits",
    "SetPartner",
    "SettlePoints",
    "ShipItems",
    "TransformItems",
    "UnpackItems",
    "VoidUnits",
    "from_json",
    "lines",
    "to_json",
]
