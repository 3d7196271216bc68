// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Bits} from "./Bits.sol";
import {Door} from "./Door.sol";
import {Keys} from "./Keys.sol";
import {Rfc6962} from "./Rfc6962.sol";
import {Roles} from "./Roles.sol";
import {IProductLedger} from "./interfaces/IProductLedger.sol";
import {IUnitRegistry} from "./interfaces/IUnitRegistry.sol";

/// @title Issues of units: which there are, and whose codes count no more
abstract contract Issues is IUnitRegistry, Door {
    using Bits for mapping(uint256 word => uint256 bits);
    using Keys for bytes32;

    struct Issue {
        uint32 org; // 0 where there is none
        uint64 first; // index of its first unit
        uint64 count;
        uint64 each; // how much of the lot a unit is
    }

    struct Lot {
        uint32 issues;
        uint64 next; // the index after the last one issued
        uint64 covered; // how much of the lot its units stand for, but those void and unsold
        mapping(uint32 number => Issue issue) issue;
        mapping(uint32 number => bytes32 root) root;
        mapping(uint256 word => uint256 bits) sold;
        mapping(uint256 word => uint256 bits) returned;
        mapping(uint256 word => uint256 bits) claimed;
        mapping(uint256 word => uint256 bits) voided;
        mapping(uint32 org => mapping(uint256 word => uint256 bits)) soldBy; // a part of `sold`
    }

    /// @dev Indexes fit a signed number of 64 bits, which is what databases keep. Only who voids
    /// and issues anew could reach it.
    uint64 private constant _MOST_UNITS = uint64(type(int64).max);

    IProductLedger internal immutable _LEDGER;

    mapping(bytes32 lot => Lot record) internal _lots;

    /// @param ledger who knows lots and who holds them
    constructor(IProductLedger ledger) {
        _LEDGER = ledger;
    }

    /// @inheritdoc IUnitRegistry
    function issueUnits(bytes32 lot, uint64 count, uint64 each, bytes32 root) external {
        uint32 org = _actingAs(Roles.MAKER);
        uint64 made = _madeBy(org, lot);
        Lot storage record = _lots[lot];
        uint64 first = record.next;
        bool tooMany = count > _MOST_UNITS - first || record.issues == type(uint32).max;
        if (count == 0 || each == 0 || root == 0 || tooMany) {
            revert IssueInvalid(lot, count, each, root);
        }
        uint256 covered = record.covered + uint256(count) * each;
        if (covered > made) revert UnitsExceedLot(lot, made, covered);
        record.covered = uint64(covered);
        _begin(lot, Issue(org, first, count, each), root);
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
        uint64 end = issued.first + issued.count;
        if (count > end - first) revert UnitUnknown(lot, issue, end);
        _void(_lots[lot], first, first + count, issued.each);
        _log(4, abi.encode(UnitsVoided.selector, lot, issue, org, ENTRY, first, count, reason));
    }

    /// @inheritdoc IUnitRegistry
    function issueOf(
        bytes32 lot,
        uint32 issue
    ) external view returns (uint32 org, uint64 first, uint64 count, uint64 each, bytes32 root) {
        Issue memory issued = _issue(lot, issue);
        root = _lots[lot].root[issue];
        return (issued.org, issued.first, issued.count, issued.each, root);
    }

    /// @inheritdoc IUnitRegistry
    function issuesOf(
        bytes32 lot
    ) external view returns (uint32 issues, uint64 next, uint64 covered) {
        Lot storage record = _lots[lot];
        return (record.issues, record.next, record.covered);
    }

    function _issue(bytes32 lot, uint32 issue) internal view returns (Issue memory issued) {
        issued = _lots[lot].issue[issue];
        if (issued.org == 0) revert IssueUnknown(lot, issue);
    }

    function _requireWithin(
        bytes32 lot,
        uint32 issue,
        Issue memory issued,
        uint64 index
    ) internal pure {
        if (index < issued.first || index - issued.first >= issued.count) {
            revert UnitUnknown(lot, issue, index);
        }
    }

    /// @dev That a unit with this hidden code is the one at an index of an issue.
    function _requireProven(
        bytes32 lot,
        uint32 issue,
        Issue memory issued,
        uint64 index,
        bytes32 unit,
        address code,
        bytes32[] calldata path
    ) internal view {
        _requireWithin(lot, issue, issued, index);
        if (!unit.isItem() || unit.kind() != Keys.UNIT || unit.product() != lot.product()) {
            revert IdInvalid(unit);
        }
        bytes32 leaf = Rfc6962.leafHash(
            bytes.concat("lotmark/v1/unit\n", lot, unit, bytes20(code))
        );
        bytes32 root = Rfc6962.rootOf(leaf, index - issued.first, issued.count, path);
        if (root != _lots[lot].root[issue]) revert ProofInvalid(lot, issue, index);
    }

    /// @dev How much was made of a lot that an organisation may issue units of.
    function _madeBy(uint32 org, bytes32 lot) private view returns (uint64) {
        if (lot.kind() != Keys.LOT) revert IdInvalid(lot);
        (uint32 maker, uint32 recalledBy, , uint64 made) = _LEDGER.itemOf(lot);
        if (maker == 0) revert ItemUnknown(lot);
        if (maker != org) revert NotTheMaker(lot, maker, org);
        if (recalledBy != 0) revert ItemIsRecalled(lot, recalledBy);
        return made;
    }

    function _begin(bytes32 lot, Issue memory issued, bytes32 root) private {
        Lot storage record = _lots[lot];
        uint32 issue = ++record.issues;
        record.next = issued.first + issued.count;
        record.issue[issue] = issued;
        record.root[issue] = root;
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
                root
            )
        );
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
        // never more than they were covered with when they were issued
        record.covered -= uint64(freed * each);
    }
}
