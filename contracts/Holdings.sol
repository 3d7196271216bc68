// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Door} from "./Door.sol";
import {Keys} from "./Keys.sol";
import {IProductLedger, Line} from "./interfaces/IProductLedger.sol";

/// @title Who holds how much
/// @notice A lot is a class, not a thing with one owner: each organisation holds an amount of it. A
/// serialised unit and a logistic unit are held as the amount 1.
abstract contract Holdings is IProductLedger, Door {
    using Keys for bytes32;

    /// @dev Amounts fit a signed number of 64 bits, which is what databases keep. All that is ever
    /// made of an item stays within it, so neither holdings nor what was sold can overflow.
    uint64 internal constant LARGEST_AMOUNT = uint64(type(int64).max);

    /// @dev What was sold stands beside what is held, because every sale changes both.
    struct Holding {
        uint64 amount;
        uint64 sold; // by amount, and not taken back
        uint64 soldByUnits; // unit by unit in `UnitRegistry`, and not taken back
    }

    mapping(bytes32 item => mapping(uint32 org => Holding)) private _holdings;

    /// @inheritdoc IProductLedger
    function holding(bytes32 item, uint32 org) external view returns (uint256 amount) {
        return _holdings[item][org].amount;
    }

    /// @inheritdoc IProductLedger
    function sold(
        bytes32 item,
        uint32 org
    ) external view returns (uint64 byAmount, uint64 byUnits) {
        Holding memory record = _holdings[item][org];
        return (record.sold, record.soldByUnits);
    }

    function _holdingOf(bytes32 item, uint32 org) internal view returns (Holding storage) {
        return _holdings[item][org];
    }

    function _give(bytes32 item, uint32 org, uint64 amount) internal {
        _holdings[item][org].amount += amount;
    }

    function _take(bytes32 item, uint32 org, uint64 amount) internal {
        uint64 held = _holdings[item][org].amount;
        if (held < amount) {
            if (item.kind() == Keys.LOGISTIC_UNIT) revert LogisticUnitNotHeld(item, org);
            revert HoldingTooSmall(item, org, held, amount);
        }
        _holdings[item][org].amount = held - amount;
    }

    function _requireHeld(bytes32 logisticUnit, uint32 org) internal view {
        if (_holdings[logisticUnit][org].amount == 0) {
            revert LogisticUnitNotHeld(logisticUnit, org);
        }
    }

    /// @dev Lists ascend, so that nothing stands in them twice and the lots of one product stand
    /// together.
    function _requireOrdered(Line[] calldata lines) internal pure {
        if (lines.length == 0) revert LinesNotOrdered(0);
        bytes32 previous = 0;
        for (uint256 i = 0; i < lines.length; ++i) {
            previous = _requireAfter(previous, lines[i].item, i);
            _requireAmount(lines[i].item, lines[i].amount);
        }
    }

    /// @dev One step of such a list; gives `item` back as the next one's predecessor.
    function _requireAfter(
        bytes32 previous,
        bytes32 item,
        uint256 index
    ) internal pure returns (bytes32) {
        (uint64 low, uint64 high) = (previous.numeric(), item.numeric());
        if (high < low || (high == low && item <= previous)) revert LinesNotOrdered(index);
        return item;
    }

    function _requireAmount(bytes32 item, uint64 amount) internal pure {
        bool tooMuch = amount > (item.isSingle() ? 1 : LARGEST_AMOUNT);
        if (amount == 0 || tooMuch) revert AmountInvalid(item, amount);
    }
}
