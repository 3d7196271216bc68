"""What each act of the gas table must do, whoever writes the contract: slots, logs, calls, proofs.

A line says how often (`each` act or `once` for all of an operation; and how many), what, and why.
Slots are `new` (from zero), `changed`, `cleared` or `read`, and named by their variable.
"""

DOOR = """
once account OrgRegistry               who may act is asked there, for all contracts
once read    OrgRegistry._keys         whose key it is, and from when to when it is good
once read    OrgRegistry._organisations  its roles, and whether it is suspended
once read    OrgRegistry._governor     whether writes are paused; how many organisations there are
once changed _operations               the operation's bit, in a word that neighbours have opened
once changed _journal                  count and running hash
once event   OperationPerformed        who acted, by which key, under which number
"""

_OWNER = """
once read    _products                 whose the product is
"""
_MADE = """
each new     _items                    maker, expiry, recall, and all that was made
each new     _holdings                 what the maker holds
"""
_USED = """
each read    _items                    recalled? expired?
each changed _holdings                 less is held
"""
_ARRIVED_IN_PART = """
each read    _receiver                 whom it is for
each changed _inTransit                less is on its way
each changed _holdings                 more is held
"""
_PACKED = """
each read    _logisticUnits            is anything in it, and how deep
each changed _logisticUnits.packed     how much of the item is in it
each changed _holdings                 how much of the item is held
each read    _holdings                 who holds the logistic unit
"""
_SOLD_UNITS = """
once read    _lots.issue               which units it has, and how much each is
once read    _lots.voided              256 units to a word: void?
once read    _lots.returned            back unclaimed? then it is as new
once new     _lots.sold                sold
once new     _lots.soldBy              and by whom, who alone takes it back
once account ProductLedger             the amount is sold there
once read    ProductLedger._items      recalled? expired?
once changed ProductLedger._holdings   less is held
once changed ProductLedger._journal    its own count and running hash
once event   ItemSold
each event   UnitSold
"""
_SOLD_EACH = "".join(
    line if "account" in line or "_journal" in line else line.replace("once", "each")
    for line in _SOLD_UNITS.splitlines(keepends=True)
)
_PROVEN = """
once read    UnitRegistry._lots.root   what the path leads to
each sha256  101                       the unit's leaf: tag, lot, unit, code
each 10 sha256 65                      ten steps up a tree of 1,024
"""
_ISSUED_POINTS = """
once read    _programmes               whose it is, and what a day and all days may issue
once changed _programmes               what was issued
"""

MUST = {
    # --- goods ---
    "registerProduct": """
once read    OrgRegistry._prefixOwner  whose company prefix the number begins with
each new     _products                 its owner
each event   ProductRegistered
""",
    "describeProduct": """
once read    _products                 its owner
each event   ProductDescribed
""",
    "commission, new lot": _OWNER + _MADE + "each event ItemCommissioned",
    "commission, unit": _OWNER + _MADE + "each event ItemCommissioned",
    "commission, further run": _OWNER
    + """
each changed _items                    all that was made
each changed _holdings                 what the maker holds
each event   ItemCommissioned
""",
    "transform, 1 into 1 new": _USED
    + _OWNER
    + _MADE
    + """
each event   ItemConsumed
each event   ItemProduced
""",
    "transform, split 1 into 4 new": _USED
    + _OWNER
    + 4 * _MADE
    + """
each event   ItemConsumed
each 4 event ItemProduced
""",
    "transform, merge 4 into 1 new": 4 * _USED
    + _OWNER
    + _MADE
    + """
each 4 event ItemConsumed
each event   ItemProduced
""",
    "ship, one line": _USED
    + """
each new     _receiver                 whom the shipment is for; its name is used up
each new     _inTransit                how much is on its way
each event   ItemShipped
""",
    "ship, per line of one shipment": _USED
    + """
once new     _receiver                 whom the shipment is for; its name is used up
each new     _inTransit                how much is on its way
each event   ItemShipped
""",
    "receive, new holder": """
each read    _receiver                 whom it is for
each cleared _inTransit                nothing is on its way any more
each new     _holdings                 what the receiver holds
each event   ItemReceived
""",
    "receive, known holder": """
each read    _receiver                 whom it is for
each cleared _inTransit                nothing is on its way any more
each changed _holdings                 what the receiver holds
each event   ItemReceived
""",
    "receive, known holder, a part": _ARRIVED_IN_PART + "each event ItemReceived",
    "reject, a part": _ARRIVED_IN_PART + "each event ItemRejected",
    "cancel, a part": _ARRIVED_IN_PART + "each event ItemTakenBack",
    "pack, new logistic unit": """
each new     _logisticUnits            how many items are in it, and how deep
each new     _logisticUnits.contents   the list of them: a shipment asks each whether it is recalled
each new     _logisticUnits.packed     how much of the item is in it
each new     _holdings                 who holds the logistic unit
each changed _holdings                 how much of the item is held
each event   ItemPacked
""",
    "pack, more of the same": _PACKED + "each event ItemPacked",
    "unpack, a part": _PACKED + "each event ItemUnpacked",
    "dispose": """
each changed _holdings                 less is held
each event   ItemDisposed
""",
    "sell": _USED
    + """
each event   ItemSold
""",
    "acceptReturn, a part": """
each changed _holdings                 more is held
each event   ItemReturned
""",
    "recall": """
each changed _items                    who recalled it
each event   ItemRecalled
""",
    "recall, per item of one list": """
each changed _items                    who recalled it
each event   ItemRecalled
""",
    "release": """
each changed _items                    that it is not recalled any more
each event   ItemReleased
""",
    "observe": "each event StatementMade",
    "correct": "each event StatementCorrected",
    "correctFact": "each event FactCorrected",
    # --- units ---
    "issueUnits, 1,024 units": """
once account ProductLedger             who made the lot, and how much
each read    ProductLedger._items
each new     _lots                     how many issues, units, and how much they stand for
each new     _lots.issue               whose, which units, how much each is
each new     _lots.root
each event   UnitsIssued
""",
    "sellUnits, one unit of a lot": _SOLD_EACH,
    "sellUnits, per unit of one list": _SOLD_UNITS,
    "sellProvenUnit, of 1,024": _SOLD_EACH + _PROVEN.replace("once", "each"),
    "returnUnits, per unit of one list": """
once read    _lots.issue               which units it has, and how much each is
once read    _lots.voided              back, but void: its goods may be issued anew
once cleared _lots.sold                not sold any more
once cleared _lots.soldBy
once new     _lots.returned            what it earned may be taken back
once account ProductLedger             the amount comes back there
once changed ProductLedger._holdings   more is held
once changed ProductLedger._journal    its own count and running hash
once event   ItemReturned
each event   UnitReturned
""",
    "voidUnits, 200 in a row": """
each read    _lots.issue               whose issue it is, which units it has
each new     _lots.voided              256 units to a word
each read    _lots.sold                which of them make no room for others
each changed _lots                     how much units stand for
each event   UnitsVoided
""",
    # --- points ---
    "openProgramme": """
once changed _programmeCount           its number
each 3 new   _programmes               owner and terms; budget and caps; the hash of the rules
each event   ProgrammeOpened
""",
    "openEarning": """
once read    _programmes               whose it is, and that it is open
once account UnitRegistry              who issued the units
each read    UnitRegistry._lots.issue
each read    UnitRegistry._lots.root   the whole issue is one question
each new     _openings                 what a unit earns, and how long
each event   EarningOpened
""",
    "claim, of 1,024": _ISSUED_POINTS
    + _PROVEN
    + """
once read    _openings                 what a unit earns, and how long
each ecrecover signature               by the unit's hidden code
once account UnitRegistry              the unit is proven and marked there
once read    UnitRegistry._lots.issue  which units it has
once read    UnitRegistry._lots.voided
once read    UnitRegistry._lots.sold   only what was sold earns
once new     UnitRegistry._lots.claimed  and once, ever
once changed UnitRegistry._journal     its own count and running hash
once account ProductLedger             recalled?
once read    ProductLedger._items
each event   UnitClaimed
each new     _earnings                 whose, how much, from when
each event   PointsClaimed
""",
    "award": _ISSUED_POINTS
    + """
each new     _earnings                 whose, how much, from when; the receipt is used up
each event   PointsAwarded
""",
    "settle, per earning, new member": """
each changed _earnings                 settled, once
each new     _accounts                 points by quarter, and what is owed
each event   PointsSettled
""",
    "settle, per earning, known member": """
each changed _earnings                 settled, once
each changed _accounts                 points by quarter, and what is owed
each event   PointsSettled
""",
    "settle, one earning, known member": """
each changed _earnings                 settled, once
each changed _accounts                 points by quarter, and what is owed
each event   PointsSettled
""",
    "redeem": """
once read    _programmes               who may redeem in it
each ecrecover signature               by the member
each new     _redemptions              what was taken of which quarter; the number is used up
each changed _accounts                 points by quarter
each event   PointsRedeemed
""",
    "cancelRedemption": """
each changed _redemptions              cancelled, once
each changed _accounts                 points by quarter
each event   RedemptionCancelled
""",
    "clawBackUnits, per unit, pending": """
once read    _openings                 in which programme
once account UnitRegistry              which of them came back?
once read    UnitRegistry._lots.returned
each changed _earnings                 nothing is left of it
each event   PointsClawedBack
""",
    "clawBackAward, a part, settled": """
each changed _earnings                 what is left of it
each changed _accounts                 points by quarter, and what is owed
each event   PointsClawedBack
""",
    "compensateUnits, per unit": """
once read    _openings                 in which programme
once changed _programmes               what was issued
once account ProductLedger             recalled?
once read    ProductLedger._items
each changed _earnings                 whose, and that it was compensated, once
each changed _accounts                 points by quarter, and what is owed
each event   PointsCompensated
""",
    # --- papers ---
    "issueCertificate": """
each new     _certificates             from when to when it is good
each event   CertificateIssued
""",
    "revokeCertificate": """
each changed _certificates             revoked
each event   CertificateRevoked
""",
    "anchor, 1,000 more statements": """
once changed _newest                   size and root of the list
each event   RootAnchored
""",
    "relay, observe": """
once ecrecover signature               by the key that acts
each event   StatementMade
""",
}
