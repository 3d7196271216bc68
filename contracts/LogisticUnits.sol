// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Items} from "./Items.sol";
import {Keys} from "./Keys.sol";
import {IProductLedger, Line} from "./interfaces/IProductLedger.sol";

/// @title Logistic units: amounts and other logistic units that move as one
/// @notice A logistic unit exists while something is in it, and is then in one place only: held by
/// an organisation, on its way, or inside another.
abstract contract LogisticUnits is Items {
    using Keys for bytes32;

    struct LogisticUnit {
        uint16 lines; // how many different items are in it; 0 where it does not exist
        uint8 level; // 1, or one above the highest logistic unit in it
        mapping(uint256 place => bytes32 item) contents; // places 0 to lines - 1
        mapping(bytes32 item => Content content) packed;
    }

    struct Content {
        uint64 amount; // 0 where the item is not in it
        uint16 place; // where the item stands in `contents`
    }

    uint16 private constant MOST_LINES = 200;
    uint8 private constant MOST_LEVELS = 4;

    mapping(bytes32 logisticUnit => LogisticUnit unit) private _logisticUnits;

    /// @inheritdoc IProductLedger
    function pack(bytes32 logisticUnit, Line[] calldata lines) external {
        uint32 org = _acting();
        _requireOrdered(lines);
        _beginOrHold(logisticUnit, org);
        for (uint256 i = 0; i < lines.length; ++i) {
            (bytes32 item, uint64 amount) = (lines[i].item, lines[i].amount);
            _take(item, org, amount);
            _putIn(logisticUnit, item, amount);
            _log(4, abi.encode(ItemPacked.selector, item, logisticUnit, org, ENTRY, amount));
        }
        // a unit packed into itself is not held any more
        _requireHeld(logisticUnit, org);
    }

    /// @inheritdoc IProductLedger
    function unpack(bytes32 logisticUnit, Line[] calldata lines) external {
        uint32 org = _acting();
        _requireHeld(logisticUnit, org);
        _requireOrdered(lines);
        for (uint256 i = 0; i < lines.length; ++i) {
            (bytes32 item, uint64 amount) = (lines[i].item, lines[i].amount);
            _takeOut(logisticUnit, item, amount);
            _give(item, org, amount);
            _log(4, abi.encode(ItemUnpacked.selector, item, logisticUnit, org, ENTRY, amount));
        }
        _settle(logisticUnit, org);
    }

    /// @inheritdoc IProductLedger
    function packed(bytes32 logisticUnit, bytes32 item) external view returns (uint256 amount) {
        return _logisticUnits[logisticUnit].packed[item].amount;
    }

    /// @dev Whether everything in a logistic unit, whatever it is wrapped in, may go to an
    /// organisation.
    function _requireContentsShippable(bytes32 logisticUnit, uint32 to) internal view {
        LogisticUnit storage unit = _logisticUnits[logisticUnit];
        for (uint256 place = 0; place < unit.lines; ++place) {
            bytes32 item = unit.contents[place];
            if (item.kind() == Keys.LOGISTIC_UNIT) _requireContentsShippable(item, to);
            else _requireShippable(item, to);
        }
    }

    /// @dev An empty one exists nowhere, so whoever packs it first holds it.
    function _beginOrHold(bytes32 logisticUnit, uint32 org) private {
        LogisticUnit storage unit = _logisticUnits[logisticUnit];
        if (unit.lines != 0) return _requireHeld(logisticUnit, org);
        if (!logisticUnit.isLogisticUnit()) revert IdInvalid(logisticUnit);
        unit.level = 1;
        _give(logisticUnit, org, 1);
    }

    /// @dev After something was taken out: an empty unit is gone, and one without its highest part
    /// is lower.
    function _settle(bytes32 logisticUnit, uint32 org) private {
        LogisticUnit storage unit = _logisticUnits[logisticUnit];
        if (unit.lines == 0) {
            unit.level = 0;
            _take(logisticUnit, org, 1);
        } else if (unit.level > 1) {
            unit.level = _levelOf(unit);
        }
    }

    /// @dev Only logistic units have a level of their own.
    function _levelOf(LogisticUnit storage unit) private view returns (uint8 level) {
        for (uint256 place = 0; place < unit.lines; ++place) {
            uint8 inner = _logisticUnits[unit.contents[place]].level;
            if (inner > level) level = inner;
        }
        ++level;
    }

    function _putIn(bytes32 logisticUnit, bytes32 item, uint64 amount) private {
        LogisticUnit storage unit = _logisticUnits[logisticUnit];
        Content storage content = unit.packed[item];
        if (content.amount == 0) {
            if (unit.lines == MOST_LINES) revert LogisticUnitTooLarge(logisticUnit);
            content.place = unit.lines;
            unit.contents[unit.lines++] = item;
        }
        content.amount += amount;
        uint8 inner = item.kind() == Keys.LOGISTIC_UNIT ? _logisticUnits[item].level : 0;
        if (inner == MOST_LEVELS) revert LogisticUnitTooLarge(logisticUnit);
        if (inner >= unit.level) unit.level = inner + 1;
    }

    function _takeOut(bytes32 logisticUnit, bytes32 item, uint64 amount) private {
        LogisticUnit storage unit = _logisticUnits[logisticUnit];
        Content storage content = unit.packed[item];
        uint64 inside = content.amount;
        if (inside < amount) revert NotPacked(item, logisticUnit, inside, amount);
        if (inside == amount) _strike(unit, item);
        else content.amount = inside - amount;
    }

    /// @dev The last item of the list takes the place of the one that left.
    function _strike(LogisticUnit storage unit, bytes32 item) private {
        uint16 place = unit.packed[item].place;
        uint16 last = --unit.lines;
        bytes32 moved = unit.contents[last];
        unit.contents[place] = moved;
        unit.packed[moved].place = place;
        delete unit.contents[last];
        delete unit.packed[item];
    }
}
