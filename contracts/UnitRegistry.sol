// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Bits} from "./Bits.sol";
import {Door} from "./Door.sol";
import {Keys} from "./Keys.sol";
import {Rfc6962} from "./Rfc6962.sol";
import {Roles} from "./Roles.sol";
import {IDoor} from "./interfaces/IDoor.sol";
import {IOrgRegistry} from "./interfaces/IOrgRegistry.sol";
import {IProductLedger} from "./interfaces/IProductLedger.sol";
import {IUnitRegistry} from "./interfaces/IUnitRegistry.sol";

/// @title Units: packs of a lot that carry a code of their own
/// @notice What is true of single units stands in bitmaps by their index, 256 to a word: a shelf of
/// neighbours is sold at the price of one.
contract UnitRegistry is IUnitRegistry, Door {
    using Bits for mapping(uint256 word => uint256 bits);
    using Keys for bytes32;

    struct Issue {
        uint32 org; // 0 where there is none
        uint64 first; // index of its first unit
        uint64 count;
        uint64 each; // how much of the lot a unit is
        bytes32 root;
    }

    struct Lot {
        uint32 issues;
        uint64 next; // the index after the last one issued
        uint64 covered; // how much of the lot its units stand for, but those void and unsold
        mapping(uint32 number => Issue issue) issue;
        mapping(uint256 word => uint256 bits) sold;
        mapping(uint256 word => uint256 bits) returned;
        mapping(uint256 word => uint256 bits) claimed;
        mapping(uint256 word => uint256 bits) voided;
        mapping(uint32 org => mapping(uint256 word => uint256 bits)) soldBy;
    }

    IProductLedger private immutable _LEDGER;
    address private immutable _LOYALTY;

    mapping(bytes32 lot => Lot record) private _lots;

    /// @param registry who knows organisations and their keys
    /// @param ledger who knows lots and who holds them
    /// @param loyalty the only one that claims
    constructor(
        IOrgRegistry registry,
        IProductLedger ledger,
        address loyalty
    ) Door(registry, "Lotmark UnitRegistry") {
        _LEDGER = ledger;
        _LOYALTY = loyalty;
    }

    // ------------------------------------------------------------------ issuing

    /// @inheritdoc IUnitRegistry
    function issueUnits(bytes32 lot, uint64 count, uint64 each, bytes32 root) external {
        uint32 org = _actingAs(Roles.MAKER);
        uint64 made = _madeBy(org, lot);
        if (count == 0 || each == 0 || root == 0) revert IssueInvalid(lot, count, each, root);
        Lot storage record = _lots[lot];
        uint256 covered = record.covered + uint256(count) * each;
        if (covered > made) revert UnitsExceedLot(lot, made, covered);
        record.covered = uint64(covered);
        _begin(lot, Issue(org, record.next, count, each, root));
    }

    /// @inheritdoc IUnitRegistry
    function voidUnits(
        bytes32 lot,
        uint32 issue,
        uint64 first,
        uint64 count,
        uint8 reason
    ) external {
        uint32 org = _actingForSafety();
        Issue memory issued = _issue(lot, issue);
        if (issued.org != org) revert NotTheMaker(lot, issued.org, org);
        if (count == 0) revert UnitsNotOrdered(0);
        _requireWithin(lot, issue, issued, first);
        if (count - 1 > issued.first + issued.count - 1 - first) {
            revert UnitUnknown(lot, issue, issued.first + issued.count);
        }
        _void(_lots[lot], first, first + count, issued.each);
        _log(4, abi.encode(UnitsVoided.selector, lot, issue, org, ENTRY, first, count, reason));
    }

    // ------------------------------------------------------------------ selling

    /// @inheritdoc IUnitRegistry
    function sellUnits(bytes32 lot, uint32 issue, uint64[] calldata indexes) external {
        uint32 org = _actingAs(Roles.RETAILER);
        Issue memory issued = _issue(lot, issue);
        _requireOrdered(indexes);
        for (uint256 i = 0; i < indexes.length; ++i) {
            _requireWithin(lot, issue, issued, indexes[i]);
            _sell(lot, indexes[i], org);
        }
        _LEDGER.sellFor(org, lot, _amount(indexes.length, issued.each));
    }

    /// @inheritdoc IUnitRegistry
    function sellProvenUnit(
        bytes32 lot,
        uint32 issue,
        uint64 index,
        bytes32 unit,
        address code,
        bytes32[] calldata path
    ) external {
        uint32 org = _actingAs(Roles.RETAILER);
        Issue memory issued = _issue(lot, issue);
        _requireWithin(lot, issue, issued, index);
        _requireLeaf(lot, issue, issued, index, _leaf(lot, unit, code), path);
        _sell(lot, index, org);
        _LEDGER.sellFor(org, lot, issued.each);
    }

    /// @inheritdoc IUnitRegistry
    function returnUnits(bytes32 lot, uint32 issue, uint64[] calldata indexes) external {
        uint32 org = _actingAs(Roles.RETAILER);
        Issue memory issued = _issue(lot, issue);
        _requireOrdered(indexes);
        for (uint256 i = 0; i < indexes.length; ++i) {
            _requireWithin(lot, issue, issued, indexes[i]);
            _takeBack(lot, indexes[i], org, issued.each);
        }
        _LEDGER.returnFor(org, lot, _amount(indexes.length, issued.each));
    }

    // ------------------------------------------------------------------ claiming

    /// @inheritdoc IUnitRegistry
    function claimUnit(
        bytes32 lot,
        uint32 issue,
        uint64 index,
        bytes32 unit,
        address code,
        bytes32[] calldata path
    ) external {
        if (msg.sender != _LOYALTY) revert NotLoyalty(msg.sender);
        Issue memory issued = _issue(lot, issue);
        _requireWithin(lot, issue, issued, index);
        _requireLeaf(lot, issue, issued, index, _leaf(lot, unit, code), path);
        (, uint32 recalledBy, , ) = _LEDGER.itemOf(lot);
        if (recalledBy != 0) revert ItemIsRecalled(lot, recalledBy);

        Lot storage record = _lots[lot];
        if (record.voided.has(index)) revert UnitIsVoid(lot, index);
        if (!record.sold.has(index)) revert UnitNotSold(lot, index);
        if (record.claimed.has(index)) revert UnitAlreadyClaimed(lot, index);
        record.claimed.set(index);
        _log(3, abi.encode(UnitClaimed.selector, lot, index, ENTRY, unit));
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IUnitRegistry
    function issueOf(
        bytes32 lot,
        uint32 issue
    ) external view returns (uint32 org, uint64 first, uint64 count, uint64 each, bytes32 root) {
        Issue memory issued = _issue(lot, issue);
        return (issued.org, issued.first, issued.count, issued.each, issued.root);
    }

    /// @inheritdoc IUnitRegistry
    function issuesOf(
        bytes32 lot
    ) external view returns (uint32 issues, uint64 next, uint64 covered) {
        Lot storage record = _lots[lot];
        return (record.issues, record.next, record.covered);
    }

    /// @inheritdoc IUnitRegistry
    function unitState(
        bytes32 lot,
        uint64 index
    ) external view returns (bool sold, bool returned, bool claimed, bool voided) {
        Lot storage record = _lots[lot];
        return (
            record.sold.has(index),
            record.returned.has(index),
            record.claimed.has(index),
            record.voided.has(index)
        );
    }

    /// @inheritdoc IUnitRegistry
    function soldBy(bytes32 lot, uint64 index, uint32 org) external view returns (bool) {
        return _lots[lot].soldBy[org].has(index);
    }

    /// @inheritdoc IDoor
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    // ------------------------------------------------------------------ internal

    /// @dev How much was made of a lot that an organisation may issue units of.
    function _madeBy(uint32 org, bytes32 lot) private view returns (uint64) {
        if (lot.kind() != Keys.LOT) revert IdInvalid(lot);
        (uint32 maker, uint32 recalledBy, , uint64 made) = _LEDGER.itemOf(lot);
        if (maker == 0) revert ItemUnknown(lot);
        if (maker != org) revert NotTheMaker(lot, maker, org);
        if (recalledBy != 0) revert ItemIsRecalled(lot, recalledBy);
        return made;
    }

    function _begin(bytes32 lot, Issue memory issued) private {
        Lot storage record = _lots[lot];
        uint32 issue = ++record.issues;
        record.next = issued.first + issued.count;
        record.issue[issue] = issued;
        _log(
            4,
            abi.encode(
                UnitsIssued.selector,
                lot,
                issue,
                issued.org,
                ENTRY,
                issued.first,
                issued.count,
                issued.each,
                issued.root
            )
        );
    }

    /// @dev A unit that came back unclaimed is as new when it is sold again. One that was claimed
    /// before it came back stays marked: what it earned may still be taken back, and it never
    /// earns again.
    function _sell(bytes32 lot, uint64 index, uint32 org) private {
        Lot storage record = _lots[lot];
        if (record.voided.has(index)) revert UnitIsVoid(lot, index);
        if (record.sold.has(index)) revert UnitAlreadySold(lot, index);
        record.sold.set(index);
        record.soldBy[org].set(index);
        if (record.returned.has(index) && !record.claimed.has(index)) record.returned.clear(index);
        _log(4, abi.encode(UnitSold.selector, lot, index, org, ENTRY));
    }

    function _takeBack(bytes32 lot, uint64 index, uint32 org, uint64 each) private {
        Lot storage record = _lots[lot];
        if (!record.sold.has(index)) revert UnitNotSold(lot, index);
        if (!record.soldBy[org].has(index)) revert NotTheSeller(lot, index, org);
        record.sold.clear(index);
        record.soldBy[org].clear(index);
        record.returned.set(index);
        // its goods are there again, but its code counts no more
        if (record.voided.has(index)) record.covered -= each;
        _log(4, abi.encode(UnitReturned.selector, lot, index, org, ENTRY));
    }

    /// @dev Word by word. What becomes void unsold makes room for other units.
    function _void(Lot storage record, uint64 from, uint64 end, uint64 each) private {
        uint256 freed = 0;
        for (uint256 index = from; index < end; index = ((index >> 8) + 1) << 8) {
            uint256 word = index >> 8;
            uint256 before = record.voided[word];
            uint256 newly = Bits.mask(index, end) & ~before;
            record.voided[word] = before | newly;
            freed += Bits.count(newly & ~record.sold[word]);
        }
        record.covered -= uint64(freed * each);
    }

    function _issue(bytes32 lot, uint32 issue) private view returns (Issue memory issued) {
        issued = _lots[lot].issue[issue];
        if (issued.org == 0) revert IssueUnknown(lot, issue);
    }

    function _requireWithin(
        bytes32 lot,
        uint32 issue,
        Issue memory issued,
        uint64 index
    ) private pure {
        if (index < issued.first || index - issued.first >= issued.count) {
            revert UnitUnknown(lot, issue, index);
        }
    }

    function _requireOrdered(uint64[] calldata indexes) private pure {
        if (indexes.length == 0) revert UnitsNotOrdered(0);
        for (uint256 i = 1; i < indexes.length; ++i) {
            if (indexes[i] <= indexes[i - 1]) revert UnitsNotOrdered(i);
        }
    }

    function _requireLeaf(
        bytes32 lot,
        uint32 issue,
        Issue memory issued,
        uint64 index,
        bytes memory leaf,
        bytes32[] calldata path
    ) private pure {
        bytes32 root = Rfc6962.rootOf(
            Rfc6962.leafHash(leaf),
            index - issued.first,
            issued.count,
            path
        );
        if (root != issued.root) revert ProofInvalid(lot, issue, index);
    }

    function _leaf(bytes32 lot, bytes32 unit, address code) private pure returns (bytes memory) {
        if (!unit.isItem() || unit.kind() != Keys.UNIT || unit.product() != lot.product()) {
            revert IdInvalid(unit);
        }
        return bytes.concat("lotmark/v1/unit\n", lot, unit, bytes20(code));
    }

    /// @dev Of so many different units of an issue, which together are not more than was made.
    function _amount(uint256 units, uint64 each) private pure returns (uint64) {
        return uint64(units * each);
    }
}
