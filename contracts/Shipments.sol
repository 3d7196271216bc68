// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Keys} from "./Keys.sol";
import {LogisticUnits} from "./LogisticUnits.sol";
import {IProductLedger, Line} from "./interfaces/IProductLedger.sol";

/// @title Shipments: goods change hands in two steps
/// @notice What was shipped is nobody's holding until the named receiver receives it, refuses it,
/// or the shipper takes it back; each of these in as many parts as it needs.
abstract contract Shipments is LogisticUnits {
    using Keys for bytes32;

    mapping(uint32 from => mapping(bytes32 shipment => uint32 to)) private _receiver;
    mapping(uint32 from => mapping(bytes32 shipment => mapping(bytes32 item => uint256 amount)))
        private _inTransit;

    /// @inheritdoc IProductLedger
    function ship(bytes32 shipment, uint32 to, Line[] calldata lines) external {
        uint32 org = _acting();
        if (!shipment.isShipment()) revert IdInvalid(shipment);
        if (to == org || !_REGISTRY.organisationExists(to)) revert ReceiverInvalid(to);
        if (_receiver[org][shipment] != 0) revert ShipmentAlreadyExists(org, shipment);
        _requireOrdered(lines);
        _receiver[org][shipment] = to;
        for (uint256 i = 0; i < lines.length; ++i) {
            (bytes32 item, uint64 amount) = (lines[i].item, lines[i].amount);
            _take(item, org, amount);
            if (item.kind() == Keys.LOGISTIC_UNIT) _requireContentsShippable(item, to);
            else _requireShippable(item, to);
            _inTransit[org][shipment][item] = amount;
            _log(4, abi.encode(ItemShipped.selector, item, org, to, ENTRY, shipment, amount));
        }
    }

    /// @inheritdoc IProductLedger
    function receiveShipment(uint32 from, bytes32 shipment, Line[] calldata lines) external {
        uint32 org = _actingReceiver(from, shipment);
        _requireOrdered(lines);
        for (uint256 i = 0; i < lines.length; ++i) {
            (bytes32 item, uint64 amount) = (lines[i].item, lines[i].amount);
            _arrive(from, shipment, item, amount);
            _give(item, org, amount);
            _log(4, abi.encode(ItemReceived.selector, item, from, org, ENTRY, shipment, amount));
        }
    }

    /// @inheritdoc IProductLedger
    function rejectShipment(
        uint32 from,
        bytes32 shipment,
        Line[] calldata lines,
        uint8 reason
    ) external {
        uint32 org = _actingReceiver(from, shipment);
        _requireOrdered(lines);
        for (uint256 i = 0; i < lines.length; ++i) {
            (bytes32 item, uint64 amount) = (lines[i].item, lines[i].amount);
            _arrive(from, shipment, item, amount);
            _give(item, from, amount);
            _log(
                4,
                abi.encode(ItemRejected.selector, item, from, org, ENTRY, shipment, amount, reason)
            );
        }
    }

    /// @inheritdoc IProductLedger
    function cancelShipment(bytes32 shipment, Line[] calldata lines) external {
        uint32 org = _acting();
        uint32 to = _receiverOf(org, shipment);
        _requireOrdered(lines);
        for (uint256 i = 0; i < lines.length; ++i) {
            (bytes32 item, uint64 amount) = (lines[i].item, lines[i].amount);
            _arrive(org, shipment, item, amount);
            _give(item, org, amount);
            _log(4, abi.encode(ItemTakenBack.selector, item, org, to, ENTRY, shipment, amount));
        }
    }

    /// @inheritdoc IProductLedger
    function inTransit(
        uint32 from,
        bytes32 shipment,
        bytes32 item
    ) external view returns (uint256 amount) {
        return _inTransit[from][shipment][item];
    }

    function _actingReceiver(uint32 from, bytes32 shipment) private view returns (uint32 org) {
        org = _acting();
        uint32 to = _receiverOf(from, shipment);
        if (to != org) revert NotTheReceiver(from, shipment, to, org);
    }

    function _receiverOf(uint32 from, bytes32 shipment) private view returns (uint32 to) {
        to = _receiver[from][shipment];
        if (to == 0) revert ShipmentUnknown(from, shipment);
    }

    /// @dev Ends the way of an amount, wherever it goes then.
    function _arrive(uint32 from, bytes32 shipment, bytes32 item, uint256 amount) private {
        uint256 onItsWay = _inTransit[from][shipment][item];
        if (onItsWay < amount) revert NotInTransit(item, from, shipment, onItsWay, amount);
        _inTransit[from][shipment][item] = onItsWay - amount;
    }
}
