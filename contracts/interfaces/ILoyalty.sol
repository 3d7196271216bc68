// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "./IDoor.sol";

/// @notice What the hidden code of a unit signs, and where the unit stands. EIP-712, in the domain
/// of `Loyalty`: `Claim(bytes32 lot,uint64 index,address member)`.
struct Claim {
    bytes32 lot;
    uint32 issue;
    uint64 index;
    bytes32 unit; // packed id of the unit
    address member; // who earns
    bytes32[] path; // inclusion path of the unit's leaf, lowest first
    bytes signature; // r, s, v with the lower s, by the hidden code
}

/// @notice What a member signs to spend points. EIP-712, in the domain of `Loyalty`:
/// `Redemption(uint32 programme,address member,uint32 org,bytes32 redemption,uint64 points,uint40
/// deadline)`, where `org` is the organisation that brings it.
struct Redemption {
    uint32 programme;
    address member;
    bytes32 redemption; // a number that the member uses once
    uint64 points;
    uint40 deadline; // the last good second
    bytes signature; // r, s, v with the lower s, by the member
}

/// @title Points for what was really sold
/// @notice A unit earns once, ever, and only after it was sold. What is earned is pending until the
/// return window closes, is spent the oldest first, and expires by quarters of 90 days since 1970:
/// points that became available in quarter q are good to the end of quarter q + 3. Points are never
/// transferred. Members are addresses of keys that stand for nobody; they need no coins.
/// @dev An earning is known by `keccak256(abi.encode(lot, index))` for a unit's and
/// `keccak256(abi.encode(org, receipt))` for a receipt's, within its programme. Points are at most
/// 2^48 - 1. Partners' rights are bits: 1 earn, 2 redeem; the owner has both. For each programme:
/// issued = pending + balances + spent + expired + clawed back - owed.
/// Each event keeps to this sum. What expired is logged before the act that found it so, but after
/// the `PointsSettled` that made it available too late; what expired while it was spent is told by
/// `RedemptionCancelled` alone. A suspended owner acts no more, but members' points stay good, and
/// its partners go on: to end that, its programmes are closed by it before.
interface ILoyalty is IDoor {
    /// @notice A programme was opened.
    event ProgrammeOpened(
        bytes32 entry,
        uint32 indexed programme,
        uint32 indexed org,
        bytes32 rules,
        uint64 budget,
        uint64 dailyCap,
        uint32 returnWindow
    );
    /// @notice A programme may issue so many points more.
    event ProgrammeFunded(bytes32 entry, uint32 indexed programme, uint64 points);
    /// @notice A programme has other rules from now on; what was earned before keeps its own.
    event ProgrammeChanged(
        bytes32 entry,
        uint32 indexed programme,
        bytes32 rules,
        uint64 dailyCap,
        uint32 returnWindow
    );
    /// @notice Nothing more is earned in a programme. What was earned stays good.
    event ProgrammeClosed(bytes32 entry, uint32 indexed programme);
    /// @notice What another organisation may do in a programme.
    event PartnerSet(bytes32 entry, uint32 indexed programme, uint32 indexed partner, uint8 rights);
    /// @notice Each unit of an issue earns so many points, if claimed before `closes` (0: no end).
    event EarningOpened(
        bytes32 entry,
        uint32 indexed programme,
        bytes32 indexed lot,
        uint32 indexed issue,
        uint64 points,
        uint40 closes
    );
    /// @notice A member earned points with a unit's code; pending until `availableFrom`.
    event PointsClaimed(
        bytes32 entry,
        uint32 indexed programme,
        address indexed member,
        bytes32 indexed lot,
        uint64 index,
        uint64 points,
        uint40 availableFrom,
        bytes32 rules
    );
    /// @notice A member earned points with a receipt; pending until `availableFrom`.
    event PointsAwarded(
        bytes32 entry,
        uint32 indexed programme,
        address indexed member,
        bytes32 indexed receipt,
        uint32 org,
        uint64 points,
        uint40 availableFrom,
        bytes32 rules
    );
    /// @notice The member who claimed a unit got points because its lot was recalled, available at
    /// once, of this quarter; `recovered` of them paid what it owed.
    event PointsCompensated(
        bytes32 entry,
        uint32 indexed programme,
        address indexed member,
        bytes32 indexed lot,
        uint64 index,
        uint64 points,
        uint64 recovered,
        uint16 quarter
    );
    /// @notice Points that were pending are available since the quarter; `recovered` of them paid
    /// what the member owed.
    event PointsSettled(
        bytes32 entry,
        uint32 indexed programme,
        address indexed member,
        bytes32 indexed earning,
        uint64 points,
        uint64 recovered,
        uint16 quarter
    );
    /// @notice Points of a quarter were not spent in time.
    event PointsExpired(
        bytes32 entry,
        uint32 indexed programme,
        address indexed member,
        uint16 quarter,
        uint64 points
    );
    /// @notice Points of an earning were taken back: `pending` of them before they were available,
    /// `owed` of them to be recovered from what is earned later, the rest from the balance.
    event PointsClawedBack(
        bytes32 entry,
        uint32 indexed programme,
        address indexed member,
        bytes32 indexed earning,
        uint64 points,
        uint64 pending,
        uint64 owed
    );
    /// @notice A member spent points at an organisation, the oldest first.
    event PointsRedeemed(
        bytes32 entry,
        uint32 indexed programme,
        address indexed member,
        bytes32 indexed redemption,
        uint32 org,
        uint64 points
    );
    /// @notice A redemption was undone: `restored` points have their first expiry again,
    /// `recovered` of them paid what the member owed; `expired` had expired meanwhile and stay so.
    event RedemptionCancelled(
        bytes32 entry,
        uint32 indexed programme,
        address indexed member,
        bytes32 indexed redemption,
        uint32 org,
        uint64 restored,
        uint64 recovered,
        uint64 expired
    );

    /// @notice No programme has this number.
    error ProgrammeUnknown(uint32 programme);
    /// @notice The programme is closed.
    error ProgrammeIsClosed(uint32 programme);
    /// @notice The organisation does not own the programme.
    error NotTheProgrammeOwner(uint32 programme, uint32 org);
    /// @notice The organisation is no partner with this right.
    error NotAPartner(uint32 programme, uint32 org, uint8 needed);
    /// @notice The partner is the owner, or no organisation, or the rights are none of the bits.
    error PartnerInvalid(uint32 partner, uint8 rights);
    /// @notice Points of zero or above 2^48 - 1.
    error PointsInvalid(uint64 points);
    /// @notice A return window is at most 366 days.
    error ReturnWindowInvalid(uint32 returnWindow);
    /// @notice The address zero is no member.
    error AddressIsZero();
    /// @notice The programme has fewer points left to issue.
    error BudgetExceeded(uint32 programme, uint256 left, uint256 wanted);
    /// @notice The programme may issue fewer points today.
    error DailyCapExceeded(uint32 programme, uint256 left, uint256 wanted);
    /// @notice The issue is another organisation's.
    error NotTheIssuer(bytes32 lot, uint32 issue, uint32 org);
    /// @notice Earning on this issue was opened before.
    error EarningAlreadyOpened(bytes32 lot, uint32 issue, uint32 programme);
    /// @notice The units of this issue earn nothing.
    error EarningNotOpened(bytes32 lot, uint32 issue);
    /// @notice The units of this issue earn nothing any more.
    error EarningIsClosed(bytes32 lot, uint32 issue, uint40 closes);
    /// @notice The time until which units earn has passed already.
    error ClosesTooEarly(uint40 closes);
    /// @notice The signature is nobody's.
    error ClaimNotSigned(bytes32 lot, uint64 index);
    /// @notice The organisation has used this receipt in this programme.
    error ReceiptAlreadyUsed(uint32 programme, uint32 org, bytes32 receipt);
    /// @notice The programme knows no such earning.
    error EarningUnknown(uint32 programme, bytes32 earning);
    /// @notice The earning is settled already.
    error EarningAlreadySettled(uint32 programme, bytes32 earning);
    /// @notice The return window is still open.
    error EarningIsPending(uint32 programme, bytes32 earning, uint40 availableFrom);
    /// @notice Less is left of the earning than is to be taken back.
    error EarningTooSmall(uint32 programme, bytes32 earning, uint256 left, uint256 wanted);
    /// @notice What the earning gave has expired.
    error EarningIsExpired(uint32 programme, bytes32 earning, uint16 quarter);
    /// @notice The unit did not come back.
    error UnitNotReturned(bytes32 lot, uint64 index);
    /// @notice The lot is not recalled.
    error ItemIsNotRecalled(bytes32 item);
    /// @notice The unit's claimer was compensated already.
    error UnitAlreadyCompensated(bytes32 lot, uint64 index);
    /// @notice The list is empty or does not ascend.
    error UnitsNotOrdered(uint256 place);
    /// @notice The member has fewer points available.
    error BalanceTooSmall(uint32 programme, address member, uint256 available, uint256 wanted);
    /// @notice The member has used this number before.
    error RedemptionAlreadyExists(uint32 programme, address member, bytes32 redemption);
    /// @notice No such redemption of this organisation, or it was cancelled before.
    error RedemptionUnknown(uint32 programme, address member, bytes32 redemption);
    /// @notice The signature is not the member's, for this redemption by this organisation.
    error RedemptionNotSigned(address member, bytes32 redemption);
    /// @notice What the member signed came too late.
    error RedemptionTooLate(bytes32 redemption, uint40 deadline);

    /// @notice Opens a programme, numbered in order from 1. A maker or a retailer.
    /// @param rules SHA-256 of the rules that points are earned by
    /// @param budget points it may issue, ever
    /// @param dailyCap points it may issue in a day (UTC)
    /// @param returnWindow seconds that points stay pending, 366 days at most
    function openProgramme(
        bytes32 rules,
        uint64 budget,
        uint64 dailyCap,
        uint32 returnWindow
    ) external;
    /// @notice Lets a programme issue more. Its owner.
    function fundProgramme(uint32 programme, uint64 points) external;
    /// @notice Gives a programme other rules for what is earned from now on. Its owner.
    function changeProgramme(
        uint32 programme,
        bytes32 rules,
        uint64 dailyCap,
        uint32 returnWindow
    ) external;
    /// @notice Ends the earning in a programme, for ever. Its owner.
    function closeProgramme(uint32 programme) external;
    /// @notice Says what another organisation may do in a programme; 0 for nothing. Its owner.
    function setPartner(uint32 programme, uint32 partner, uint8 rights) external;
    /// @notice Lets each unit of an issue earn, once for an issue. The issuer, being the owner or a
    /// partner that may earn.
    function openEarning(
        uint32 programme,
        bytes32 lot,
        uint32 issue,
        uint64 points,
        uint40 closes
    ) external;
    /// @notice Earns with a unit's hidden code. Anyone who may act brings it, while the issuer of
    /// the unit is the owner or a partner that may earn.
    function claim(Claim calldata claimed) external;
    /// @notice Earns with a receipt. A retailer, being the owner or a partner that may earn.
    /// @param receipt a number that stands for a sale and for nobody, used once by the organisation
    function award(uint32 programme, address member, bytes32 receipt, uint64 points) external;
    /// @notice Makes points available whose return window is over. Anyone who may act. Refused for
    /// an earning of which nothing is left; points of a quarter that is over expire in the same act.
    function settle(uint32 programme, bytes32[] calldata earnings) external;
    /// @notice Takes back all that units earned that came back. Anyone who may act.
    /// @param indexes ascending
    function clawBackUnits(bytes32 lot, uint32 issue, uint64[] calldata indexes) external;
    /// @notice Takes back some of what a receipt earned: the points of what came back. Who awarded
    /// it.
    function clawBackAward(uint32 programme, bytes32 receipt, uint64 points) external;
    /// @notice Spends points. A retailer, being the owner or a partner that may redeem.
    function redeem(Redemption calldata redemption) external;
    /// @notice Undoes a redemption. Who redeemed it.
    function cancelRedemption(uint32 programme, address member, bytes32 redemption) external;
    /// @notice Gives points to those who claimed units of a recalled lot, once for each unit, out of
    /// the budget and beside the daily cap. The programme's owner; a closed programme does, too.
    /// @param indexes ascending
    function compensateUnits(
        bytes32 lot,
        uint32 issue,
        uint64[] calldata indexes,
        uint64 points
    ) external;
    /// @notice Writes down what of members' points has expired. Anyone who may act.
    function expire(uint32 programme, address[] calldata members) external;

    /// @notice A programme; reverts where there is none.
    function programmeOf(
        uint32 programme
    )
        external
        view
        returns (
            uint32 org,
            bool closed,
            uint32 returnWindow,
            uint64 budget,
            uint64 issued,
            uint64 dailyCap,
            uint64 issuedToday,
            bytes32 rules
        );
    /// @notice What an organisation may do in a programme: the bits above.
    function rightsOf(uint32 programme, uint32 org) external view returns (uint8);
    /// @notice What a unit of an issue earns; zeros where nothing was opened.
    function earningOn(
        bytes32 lot,
        uint32 issue
    ) external view returns (uint32 programme, uint64 points, uint40 closes);
    /// @notice What is left of an earning; zeros where there is none.
    function earningOf(
        uint32 programme,
        bytes32 earning
    )
        external
        view
        returns (
            address member,
            uint64 points,
            uint40 availableFrom,
            bool settled,
            bool compensated
        );
    /// @notice What a member may spend now, what it owes, and what of each of the last four
    /// quarters, the oldest first.
    function accountOf(
        uint32 programme,
        address member
    ) external view returns (uint64 available, uint64 owed, uint64[4] memory byQuarter);
    /// @notice What a redemption took of the last four quarters, the oldest first, and who brought
    /// it; zero where there is none or it was cancelled.
    function redemptionOf(
        uint32 programme,
        address member,
        bytes32 redemption
    ) external view returns (uint32 org, uint16 quarter, uint64[4] memory byQuarter);
}
