// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "./IDoor.sol";

/// @title Units: packs of a lot that carry a code of their own
/// @notice Units are issued as one RFC 6962 root, however many they are. A unit is known by the
/// index it has in its lot; issue number `n` of a lot has the indexes from `first` on. Its leaf is
/// `"lotmark/v1/unit\n" ++ lot, 32 bytes ++ packed id of the unit (kind 0x15), 32 bytes ++ address
/// of the hidden code, 20 bytes (zero: none)`, at the place `index - first`.
/// What is unique is the index: that no two units of a lot carry the same id lies with its issuer,
/// and shows in what is claimed.
/// @dev Units are sold from what the seller holds of the lot: `ProductLedger` takes `each` for each
/// of them, or refuses with its own errors (`ItemIsRecalled`, `ItemIsExpired`, `HoldingTooSmall`:
/// also where the goods are packed or on their way). So no more units are ever sold than there are
/// goods. Goods and units are not tied to each other before: whoever holds of the lot may sell any
/// of its units, once, and after a return whoever holds it then. Where a code was copied, the first
/// sale counts.
interface IUnitRegistry is IDoor {
    /// @notice Units of a lot were issued, each of so much of it.
    event UnitsIssued(
        bytes32 entry,
        bytes32 indexed lot,
        uint32 indexed issue,
        uint32 indexed org,
        uint64 first,
        uint64 count,
        uint64 each,
        bytes32 root
    );
    /// @notice The codes of units count no more; some of them may have been void before. Reasons:
    /// `ledger/vocabulary.py`.
    event UnitsVoided(
        bytes32 entry,
        bytes32 indexed lot,
        uint32 indexed issue,
        uint32 indexed org,
        uint64 first,
        uint64 count,
        uint8 reason
    );
    /// @notice A unit was sold to a consumer.
    event UnitSold(bytes32 entry, bytes32 indexed lot, uint64 indexed index, uint32 indexed org);
    /// @notice A unit that was sold came back to who sold it.
    event UnitReturned(
        bytes32 entry,
        bytes32 indexed lot,
        uint64 indexed index,
        uint32 indexed org
    );
    /// @notice A unit was used to earn points, once and for ever.
    event UnitClaimed(bytes32 entry, bytes32 indexed lot, uint64 indexed index, bytes32 unit);

    /// @notice The id is not of the kind that is needed here, or not well formed.
    error IdInvalid(bytes32 id);
    /// @notice No item with this id.
    error ItemUnknown(bytes32 item);
    /// @notice The item is recalled.
    error ItemIsRecalled(bytes32 item, uint32 by);
    /// @notice The lot is made by another organisation.
    error NotTheMaker(bytes32 item, uint32 maker, uint32 org);
    /// @notice An issue has one unit at least, of an amount above zero, and a root; the indexes of
    /// a lot stay below 2^63 - 1, its issues below 2^32.
    error IssueInvalid(bytes32 lot, uint64 count, uint64 each, bytes32 root);
    /// @notice The units would stand for more of the lot than was ever made of it.
    error UnitsExceedLot(bytes32 lot, uint256 made, uint256 wanted);
    /// @notice The lot has no such issue.
    error IssueUnknown(bytes32 lot, uint32 issue);
    /// @notice The issue has no unit with this index.
    error UnitUnknown(bytes32 lot, uint32 issue, uint64 index);
    /// @notice The list, or range, is empty or does not ascend.
    error UnitsNotOrdered(uint256 place);
    /// @notice The unit's code counts no more.
    error UnitIsVoid(bytes32 lot, uint64 index);
    /// @notice The unit is sold already.
    error UnitAlreadySold(bytes32 lot, uint64 index);
    /// @notice The unit is not sold.
    error UnitNotSold(bytes32 lot, uint64 index);
    /// @notice Another organisation sold the unit.
    error NotTheSeller(bytes32 lot, uint64 index, uint32 org);
    /// @notice The unit has earned already.
    error UnitAlreadyClaimed(bytes32 lot, uint64 index);
    /// @notice The code does not belong to this unit of this issue.
    error ProofInvalid(bytes32 lot, uint32 issue, uint64 index);
    /// @notice Only `Loyalty` marks units as claimed.
    error NotLoyalty(address caller);

    /// @notice Issues units of a lot that is not recalled. Its maker. All issues together stand for
    /// no more than was made of the lot until now, wherever it went; what is void and unsold does
    /// not count. Further runs of the lot make room for further issues.
    /// @param count how many; they get the next indexes of the lot
    /// @param each how much of the lot each of them is
    /// @param root RFC 6962 root over their leaves
    function issueUnits(bytes32 lot, uint64 count, uint64 each, bytes32 root) external;
    /// @notice Makes the codes of some units of one's own issue count no more: they are not sold
    /// or claimed any more. Units that are sold may be void, too: they come back like others, and
    /// make room for other units only then. What was claimed before stays so. Void units of the
    /// range stay void. Stays possible while writes are paused; is not undone.
    /// @param first index of the first of them
    /// @param count how many; all within the issue
    function voidUnits(
        bytes32 lot,
        uint32 issue,
        uint64 first,
        uint64 count,
        uint8 reason
    ) external;
    /// @notice Sells units out of what the organisation holds of the lot, all or none. A retailer.
    /// @param indexes ascending
    function sellUnits(bytes32 lot, uint32 issue, uint64[] calldata indexes) external;
    /// @notice Sells a unit that is proven to be of the issue. A retailer.
    /// @param unit packed id of the unit
    /// @param code address of its hidden code, zero where it has none
    /// @param path inclusion path, lowest first
    function sellProvenUnit(
        bytes32 lot,
        uint32 issue,
        uint64 index,
        bytes32 unit,
        address code,
        bytes32[] calldata path
    ) external;
    /// @notice Takes back units that the organisation has sold, all or none; it holds their amount
    /// again, also when they are void or their lot was recalled or expired meanwhile. A retailer.
    /// @param indexes ascending
    function returnUnits(bytes32 lot, uint32 issue, uint64[] calldata indexes) external;
    /// @notice Marks a unit as claimed, for ever. Only `Loyalty`. The unit is sold, not void, never
    /// claimed before, its lot not recalled, and the code belongs to it.
    function claimUnit(
        bytes32 lot,
        uint32 issue,
        uint64 index,
        bytes32 unit,
        address code,
        bytes32[] calldata path
    ) external;

    /// @notice An issue; reverts where there is none.
    function issueOf(
        bytes32 lot,
        uint32 issue
    ) external view returns (uint32 org, uint64 first, uint64 count, uint64 each, bytes32 root);
    /// @notice How many issues a lot has, the next index, and how much of the lot its units stand
    /// for.
    function issuesOf(
        bytes32 lot
    ) external view returns (uint32 issues, uint64 next, uint64 covered);
    /// @notice What is known of a unit; all false where it was never issued. `returned`: it came
    /// back and was not sold again since, or it came back after it was claimed.
    function unitState(
        bytes32 lot,
        uint64 index
    ) external view returns (bool sold, bool returned, bool claimed, bool voided);
    /// @notice The `returned` marks of 256 units, one bit each: those with the indexes from
    /// `256 * word` on.
    function returnedUnits(bytes32 lot, uint256 word) external view returns (uint256 bits);
    /// @notice Whether a unit is sold, by this organisation.
    function soldBy(bytes32 lot, uint64 index, uint32 org) external view returns (bool);
}
