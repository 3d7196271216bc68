// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Journal} from "./Journal.sol";
import {Roles} from "./Roles.sol";
import {IOrgRegistry} from "./interfaces/IOrgRegistry.sol";
import {IProductLedger} from "./interfaces/IProductLedger.sol";

/// @title The one door for acts
/// @notice Who acts is asked of the registry once, on entering; acts then ask `_acting`. Nobody
/// acts while no one has entered, and no one enters twice.
/// @dev The registry is the only contract called while an organisation acts, and it calls nobody:
/// so no one else can find the door open.
abstract contract Perform is IProductLedger, Journal {
    IOrgRegistry internal immutable _REGISTRY;

    /// @dev roles << 32 | organisation of the key that acts, within this transaction only; 0 while
    /// nobody does. One number, because writing two that share a slot costs twice.
    uint48 private transient _actor;

    /// @dev One bit per operation number: word = number >> 8, bit = number & 255. Numbers are used
    /// in any order.
    mapping(uint32 org => mapping(uint256 word => uint256 bits)) private _operations;

    constructor(IOrgRegistry registry) {
        _REGISTRY = registry;
    }

    /// @inheritdoc IProductLedger
    function perform(uint256 operation, bytes[] calldata calls) external {
        if (_actor != 0) revert AlreadyPerforming();
        (uint32 org, uint16 roles) = _REGISTRY.actor(msg.sender);
        if (roles == 0) revert RoleMissing(org, Roles.ALL, 0);
        _use(org, operation);
        _log(3, abi.encode(OperationPerformed.selector, org, msg.sender, ENTRY, operation));

        _actor = (uint48(roles) << 32) | org;
        for (uint256 i = 0; i < calls.length; ++i) {
            _act(calls[i]);
        }
        _actor = 0;
    }

    /// @inheritdoc IProductLedger
    function operationPerformed(uint32 org, uint256 operation) external view returns (bool) {
        return _operations[org][operation >> 8] & _bit(operation) != 0;
    }

    /// @dev The organisation that acts.
    function _acting() internal view returns (uint32 org) {
        org = uint32(_actor);
        if (org == 0) revert NotPerforming();
    }

    /// @dev The organisation that acts, by a key that has this role.
    function _actingAs(uint16 role) internal view returns (uint32 org) {
        org = _acting();
        if (!_actingHas(role)) revert RoleMissing(org, role, uint16(_actor >> 32));
    }

    /// @dev Whether the key that acts has a role.
    function _actingHas(uint16 role) internal view returns (bool) {
        return uint16(_actor >> 32) & role != 0;
    }

    /// @dev Used up before the acts, so that they cannot be performed under it again; a revert
    /// gives it back.
    function _use(uint32 org, uint256 operation) private {
        uint256 bits = _operations[org][operation >> 8];
        if (bits & _bit(operation) != 0) revert OperationAlreadyPerformed(org, operation);
        _operations[org][operation >> 8] = bits | _bit(operation);
    }

    function _bit(uint256 operation) private pure returns (uint256) {
        return 1 << (operation & 255);
    }

    /// @dev Calls this contract's own code in its own state. Written by hand because each call may
    /// use the memory of the one before it; a batch would else pay for the square of its length.
    function _act(bytes calldata call) private {
        assembly ("memory-safe") {
            let spare := mload(0x40)
            calldatacopy(spare, call.offset, call.length)
            if iszero(delegatecall(gas(), address(), spare, call.length, 0, 0)) {
                returndatacopy(spare, 0, returndatasize())
                revert(spare, returndatasize())
            }
        }
    }
}
