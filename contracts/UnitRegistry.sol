// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Bits} from "./Bits.sol";
import {Door} from "./Door.sol";
import {Issues} from "./Issues.sol";
import {Roles} from "./Roles.sol";
import {IDoor} from "./interfaces/IDoor.sol";
import {IOrgRegistry} from "./interfaces/IOrgRegistry.sol";
import {IProductLedger} from "./interfaces/IProductLedger.sol";
import {IUnitRegistry} from "./interfaces/IUnitRegistry.sol";

/// @title Units: packs of a lot that carry a code of their own
/// @notice What is true of single units stands in bitmaps by their index, 256 to a word, and
/// neighbours are judged together: a shelf of them is sold at little more than the price of one.
contract UnitRegistry is Issues {
    using Bits for mapping(uint256 word => uint256 bits);

    address private immutable _LOYALTY;

    /// @param registry who knows organisations and their keys
    /// @param ledger who knows lots and who holds them
    /// @param loyalty the only one that claims
    constructor(
        IOrgRegistry registry,
        IProductLedger ledger,
        address loyalty
    ) Door(registry, "Lotmark UnitRegistry") Issues(ledger) {
        _LOYALTY = loyalty;
    }

    /// @inheritdoc IUnitRegistry
    function sellUnits(bytes32 lot, uint32 issue, uint64[] calldata indexes) external {
        uint32 org = _actingAs(Roles.RETAILER);
        Issue memory issued = _issueOfAll(lot, issue, indexes);
        for (uint256 i = 0; i < indexes.length;) {
            uint256 word = indexes[i] >> 8;
            uint256 bits;
            (bits, i) = _sameWord(indexes, i);
            _sell(lot, word, bits, org);
        }
        for (uint256 i = 0; i < indexes.length; ++i) {
            _log(4, abi.encode(UnitSold.selector, lot, indexes[i], org, ENTRY));
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
        _requireProven(lot, issue, issued, index, unit, code, path);
        _sell(lot, index >> 8, Bits.bit(index), org);
        _log(4, abi.encode(UnitSold.selector, lot, index, org, ENTRY));
        _LEDGER.sellFor(org, lot, issued.each);
    }

    /// @inheritdoc IUnitRegistry
    function returnUnits(bytes32 lot, uint32 issue, uint64[] calldata indexes) external {
        uint32 org = _actingAs(Roles.RETAILER);
        Issue memory issued = _issueOfAll(lot, issue, indexes);
        uint256 voided = 0;
        for (uint256 i = 0; i < indexes.length;) {
            uint256 word = indexes[i] >> 8;
            uint256 bits;
            (bits, i) = _sameWord(indexes, i);
            voided += _takeBack(lot, word, bits, org);
        }
        // their goods are there again, but their codes count no more
        if (voided != 0) _lots[lot].covered -= _amount(voided, issued.each);
        for (uint256 i = 0; i < indexes.length; ++i) {
            _log(4, abi.encode(UnitReturned.selector, lot, indexes[i], org, ENTRY));
        }
        _LEDGER.returnFor(org, lot, _amount(indexes.length, issued.each));
    }

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
        _requireProven(lot, issue, _issue(lot, issue), index, unit, code, path);
        (, uint32 recalledBy, , ) = _LEDGER.itemOf(lot);
        if (recalledBy != 0) revert ItemIsRecalled(lot, recalledBy);

        Lot storage record = _lots[lot];
        if (record.voided.has(index)) revert UnitIsVoid(lot, index);
        if (!record.sold.has(index)) revert UnitNotSold(lot, index);
        uint256 claimed = record.claimed[index >> 8];
        if (claimed & Bits.bit(index) != 0) revert UnitAlreadyClaimed(lot, index);
        record.claimed[index >> 8] = claimed | Bits.bit(index);
        _log(3, abi.encode(UnitClaimed.selector, lot, index, ENTRY, unit));
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
    function returnedUnits(bytes32 lot, uint256 word) external view returns (uint256 bits) {
        return _lots[lot].returned[word];
    }

    /// @inheritdoc IUnitRegistry
    function soldBy(bytes32 lot, uint64 index, uint32 org) external view returns (bool) {
        return _lots[lot].soldBy[org].has(index);
    }

    /// @inheritdoc IDoor
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    /// @dev Sells some units of one word. One that came back unclaimed is as new when it is sold
    /// again. One that was claimed before it came back stays marked: what it earned may still be
    /// taken back, and it never earns again.
    function _sell(bytes32 lot, uint256 word, uint256 bits, uint32 org) private {
        Lot storage record = _lots[lot];
        (uint256 sold, uint256 voided) = (record.sold[word], record.voided[word]);
        uint256 wrong = bits & (sold | voided);
        if (wrong != 0) {
            uint64 index = _lowest(word, wrong);
            if (voided & Bits.bit(index) != 0) revert UnitIsVoid(lot, index);
            revert UnitAlreadySold(lot, index);
        }
        record.sold[word] = sold | bits;
        record.soldBy[org][word] |= bits;
        uint256 returned = record.returned[word];
        if (returned & bits != 0) {
            record.returned[word] = returned & (~bits | record.claimed[word]);
        }
    }

    /// @dev Takes back some units of one word.
    /// @return voided how many of them are void
    function _takeBack(
        bytes32 lot,
        uint256 word,
        uint256 bits,
        uint32 org
    ) private returns (uint256 voided) {
        Lot storage record = _lots[lot];
        (uint256 sold, uint256 own) = (record.sold[word], record.soldBy[org][word]);
        uint256 wrong = bits & ~own;
        if (wrong != 0) {
            uint64 index = _lowest(word, wrong);
            if (sold & Bits.bit(index) == 0) revert UnitNotSold(lot, index);
            revert NotTheSeller(lot, index, org);
        }
        record.sold[word] = sold & ~bits;
        record.soldBy[org][word] = own & ~bits;
        record.returned[word] |= bits;
        voided = Bits.count(bits & record.voided[word]);
    }

    /// @dev An issue that has all these units. They ascend, so the first and the last tell.
    function _issueOfAll(
        bytes32 lot,
        uint32 issue,
        uint64[] calldata indexes
    ) private view returns (Issue memory issued) {
        issued = _issue(lot, issue);
        if (indexes.length == 0) revert UnitsNotOrdered(0);
        uint64 last = indexes[0];
        for (uint256 i = 1; i < indexes.length; ++i) {
            uint64 index = indexes[i];
            if (index <= last) revert UnitsNotOrdered(i);
            last = index;
        }
        _requireWithin(lot, issue, issued, indexes[0]);
        _requireWithin(lot, issue, issued, last);
    }

    /// @dev The units from a place of a list on that stand in one word.
    /// @return bits their bits in it
    /// @return next the place after them
    function _sameWord(
        uint64[] calldata indexes,
        uint256 place
    ) private pure returns (uint256 bits, uint256 next) {
        uint64 index = indexes[place];
        uint64 word = index >> 8;
        for (next = place; index >> 8 == word; index = indexes[next]) {
            bits |= Bits.bit(index);
            if (++next == indexes.length) break;
        }
    }

    function _lowest(uint256 word, uint256 bits) private pure returns (uint64) {
        return uint64((word << 8) | Bits.lowest(bits));
    }

    /// @dev Of so many different units of an issue, which together are not more than was made.
    function _amount(uint256 units, uint64 each) private pure returns (uint64) {
        return uint64(units * each);
    }
}
