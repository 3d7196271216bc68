// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Holdings} from "./Holdings.sol";
import {Keys} from "./Keys.sol";
import {Products} from "./Products.sol";
import {Roles} from "./Roles.sol";
import {IProductLedger} from "./interfaces/IProductLedger.sol";

/// @title Items: lots and serialised units, from their making to their end
abstract contract Items is Products, Holdings {
    using Keys for bytes32;

    struct Item {
        uint32 maker; // 0 where the item is unknown
        uint32 recalledBy; // 0 where it is not recalled
        uint40 expiry; // its last good second; 0 where it has none
        uint32 depth; // above that of all it was made of, so that nothing is made of itself
        uint64 made; // all that was ever commissioned or produced of it
    }

    /// @dev Sells and takes back for organisations that sell units, which it has asked who acts.
    address private immutable _UNITS;

    mapping(bytes32 item => Item record) private _items;

    modifier onlyUnitRegistry() {
        if (msg.sender != _UNITS) revert NotTheUnitRegistry(msg.sender);
        _;
    }

    /// @param units the registry of units
    constructor(address units) {
        _UNITS = units;
    }

    /// @inheritdoc IProductLedger
    function commission(bytes32 item, uint64 amount, uint40 expiry) external {
        uint32 org = _actingAs(Roles.MAKER);
        _requireMakes(org, item, amount);
        if (_itemOf(item).maker == 0) _begin(item, org, expiry, 0);
        else _continue(item, org, expiry);
        _make(item, org, amount);
        _log(
            3,
            abi.encode(ItemCommissioned.selector, item, org, ENTRY, amount, _itemOf(item).expiry)
        );
    }

    /// @inheritdoc IProductLedger
    function dispose(bytes32 item, uint64 amount, uint8 reason) external {
        uint32 org = _acting();
        _end(item, org, amount);
        _log(3, abi.encode(ItemDisposed.selector, item, org, ENTRY, amount, reason));
    }

    /// @inheritdoc IProductLedger
    function sell(bytes32 item, uint64 amount) external {
        uint32 org = _actingAs(Roles.RETAILER);
        _sell(org, item, amount);
        _holdingOf(item, org).sold += amount;
    }

    /// @inheritdoc IProductLedger
    function acceptReturn(bytes32 item, uint64 amount) external {
        uint32 org = _actingAs(Roles.RETAILER);
        Holding storage record = _holdingOf(item, org);
        record.sold = _takeReturn(org, item, record.sold, amount);
    }

    /// @inheritdoc IProductLedger
    function sellFor(uint32 org, bytes32 item, uint64 amount) external onlyUnitRegistry {
        _sell(org, item, amount);
        _holdingOf(item, org).soldByUnits += amount;
    }

    /// @inheritdoc IProductLedger
    function returnFor(uint32 org, bytes32 item, uint64 amount) external onlyUnitRegistry {
        Holding storage record = _holdingOf(item, org);
        record.soldByUnits = _takeReturn(org, item, record.soldByUnits, amount);
    }

    /// @inheritdoc IProductLedger
    function itemOf(
        bytes32 item
    ) external view returns (uint32 maker, uint32 recalledBy, uint40 expiry, uint64 made) {
        Item memory record = _items[item];
        return (record.maker, record.recalledBy, record.expiry, record.made);
    }

    /// @dev The ledger's record of an item, empty where it is unknown.
    function _itemOf(bytes32 item) internal view returns (Item storage) {
        return _items[item];
    }

    /// @dev What anyone who makes an amount must satisfy, whatever it is made of.
    function _requireMakes(uint32 org, bytes32 item, uint64 amount) internal view {
        if (!item.isItem()) revert IdInvalid(item);
        _requireAmount(item, amount);
        _requireMaker(item.product(), org);
    }

    /// @dev The first run of a lot, or the only one of a unit.
    function _begin(bytes32 item, uint32 org, uint40 expiry, uint32 depth) internal {
        _items[item] = Item({maker: org, recalledBy: 0, expiry: expiry, depth: depth, made: 0});
    }

    /// @dev A further run of a lot that exists.
    function _continue(bytes32 item, uint32 org, uint40 expiry) internal view {
        Item memory record = _items[item];
        if (item.kind() == Keys.UNIT) revert ItemAlreadyExists(item);
        if (record.maker != org) revert NotTheMaker(item, record.maker, org);
        if (expiry != 0 && expiry != record.expiry)
            revert ExpiryDiffers(item, record.expiry, expiry);
        _requireUsable(item);
    }

    /// @dev Brings an amount into the world.
    function _make(bytes32 item, uint32 org, uint64 amount) internal {
        Item storage record = _items[item];
        uint256 made = uint256(record.made) + amount;
        if (made > LARGEST_AMOUNT) revert AmountInvalid(item, amount);
        record.made = uint64(made);
        _give(item, org, amount);
    }

    /// @dev Takes a held amount out of the world.
    function _end(bytes32 item, uint32 org, uint64 amount) internal {
        if (!item.isItemKind()) revert IdInvalid(item);
        _requireAmount(item, amount);
        _take(item, org, amount);
    }

    function _sell(uint32 org, bytes32 item, uint64 amount) private {
        _requireUsable(item);
        _end(item, org, amount);
        _log(3, abi.encode(ItemSold.selector, item, org, ENTRY, amount));
    }

    /// @dev Recalled and expired items come back, too.
    /// @param before how much was sold in the same way
    /// @return left how much of that is still sold
    function _takeReturn(
        uint32 org,
        bytes32 item,
        uint64 before,
        uint64 amount
    ) private returns (uint64 left) {
        _requireAmount(item, amount);
        if (before < amount) revert SoldTooSmall(item, org, before, amount);
        left = before - amount;
        _give(item, org, amount);
        _log(3, abi.encode(ItemReturned.selector, item, org, ENTRY, amount));
    }

    /// @dev Recalled and expired items go nowhere but back to their maker, or out of the world.
    function _requireUsable(bytes32 item) internal view {
        Item memory record = _items[item];
        if (record.recalledBy != 0) revert ItemIsRecalled(item, record.recalledBy);
        if (record.expiry != 0 && block.timestamp > record.expiry)
            revert ItemIsExpired(item, record.expiry);
    }

    function _requireShippable(bytes32 item, uint32 to) internal view {
        if (_items[item].maker != to) _requireUsable(item);
    }
}
