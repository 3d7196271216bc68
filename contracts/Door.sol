// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Journal} from "./Journal.sol";
import {Roles} from "./Roles.sol";
import {Signatures} from "./Signatures.sol";
import {Act, IDoor} from "./interfaces/IDoor.sol";
import {IOrgRegistry} from "./interfaces/IOrgRegistry.sol";

/// @title The one door for acts
/// @notice Who acts is asked of the registry once, on entering; acts then ask `_acting`. Nobody
/// acts while no one has entered, and no one enters twice.
/// @dev What a contract calls while an organisation acts is ours and calls nobody: so no one else
/// can find the door open. Contracts that sign for themselves are asked before it opens.
abstract contract Door is IDoor, Journal {
    bytes32 private constant _DOMAIN_TYPE = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant _ACT_TYPE = keccak256(
        "Act(address actor,bytes[] calls,uint256 operation,uint256 deadline)"
    );
    bytes32 private constant _DOMAIN_VERSION = keccak256("1");

    uint56 private constant _PAUSED = 1 << 48;

    IOrgRegistry internal immutable _REGISTRY;
    bytes32 private immutable _NAME; // hash of the EIP-712 domain's name

    /// @dev paused << 48 | roles << 32 | organisation of the key that acts, within this transaction
    /// only; 0 while nobody does. One number, because writing parts of a slot costs once for each.
    uint56 private transient _actor;

    /// @dev One bit per operation number: word = number >> 8, bit = number & 255. Numbers are used
    /// in any order.
    mapping(uint32 org => mapping(uint256 word => uint256 bits)) private _operations;

    /// @param registry who knows organisations and their keys
    /// @param name name of the EIP-712 domain
    constructor(IOrgRegistry registry, string memory name) {
        _REGISTRY = registry;
        _NAME = keccak256(bytes(name));
    }

    /// @inheritdoc IDoor
    function perform(uint256 operation, bytes[] calldata calls) external {
        _enter(msg.sender, operation, calls);
    }

    /// @inheritdoc IDoor
    function relay(Act[] calldata acts, bytes[] calldata signatures) external {
        if (_actor != 0) revert AlreadyPerforming();
        if (acts.length != signatures.length) {
            revert SignaturesDoNotMatch(acts.length, signatures.length);
        }
        bytes32 domain = domainSeparator();
        for (uint256 i = 0; i < acts.length; ++i) {
            Act calldata act = acts[i];
            _requireSigned(act, signatures[i], domain);
            _enter(act.actor, act.operation, act.calls);
        }
    }

    /// @inheritdoc IDoor
    function operationPerformed(uint32 org, uint256 operation) external view returns (bool) {
        return _operations[org][operation >> 8] & _bit(operation) != 0;
    }

    /// @inheritdoc IDoor
    function domainSeparator() public view returns (bytes32) {
        return
            keccak256(
                abi.encode(_DOMAIN_TYPE, _NAME, _DOMAIN_VERSION, block.chainid, address(this))
            );
    }

    /// @dev The organisation that acts, unless writes are paused.
    function _acting() internal view returns (uint32 org) {
        return _unpaused(_actor);
    }

    /// @dev The organisation that acts, also while writes are paused: for acts that only warn, take
    /// back or set right.
    function _actingForSafety() internal view returns (uint32 org) {
        return _orgOf(_actor);
    }

    /// @dev The organisation that acts, by a key that has this role.
    function _actingAs(uint16 role) internal view returns (uint32 org) {
        uint56 actor = _actor; // read once: each time costs 100
        org = _unpaused(actor);
        uint16 roles = uint16(actor >> 32);
        if (roles & role == 0) revert RoleMissing(org, role, roles);
    }

    /// @dev Whether the key that acts has a role.
    function _actingHas(uint16 role) internal view returns (bool) {
        return uint16(_actor >> 32) & role != 0;
    }

    /// @dev What is signed of a struct with this hash, in this contract's domain.
    function _digest(bytes32 signed) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domainSeparator(), signed));
    }

    /// @dev The actor is set when nothing but this contract's own acts is called any more, and
    /// unset before anything else is.
    function _enter(address key, uint256 operation, bytes[] calldata calls) private {
        if (_actor != 0) revert AlreadyPerforming();
        (uint32 org, uint16 roles, bool paused) = _REGISTRY.actor(key);
        if (roles == 0) revert RoleMissing(org, Roles.ALL, 0);
        _use(org, operation);
        _log(3, abi.encode(OperationPerformed.selector, org, key, ENTRY, operation));

        _actor = (paused ? _PAUSED : 0) | (uint56(roles) << 32) | org;
        for (uint256 i = 0; i < calls.length; ++i) {
            _act(calls[i]);
        }
        _actor = 0;
    }

    function _requireSigned(
        Act calldata act,
        bytes calldata signature,
        bytes32 domain
    ) private view {
        if (block.timestamp > act.deadline) revert DeadlinePassed(act.operation, act.deadline);
        bytes32 signed = keccak256(
            abi.encode(_ACT_TYPE, act.actor, _hashOf(act.calls), act.operation, act.deadline)
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain, signed));
        if (!Signatures.isBy(act.actor, digest, signature)) {
            revert SignatureInvalid(act.actor, act.operation);
        }
    }

    /// @dev As EIP-712 hashes an array of bytes: the hash over the hashes of its elements. Written
    /// by hand because the calls would else stay in memory, which costs the square of their length.
    function _hashOf(bytes[] calldata calls) private pure returns (bytes32 hash) {
        bytes32[] memory hashes = new bytes32[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            bytes calldata call = calls[i];
            assembly ("memory-safe") {
                let spare := mload(0x40)
                calldatacopy(spare, call.offset, call.length)
                mstore(add(hashes, shl(5, add(i, 1))), keccak256(spare, call.length))
            }
        }
        assembly ("memory-safe") {
            hash := keccak256(add(hashes, 32), shl(5, mload(hashes)))
        }
    }

    function _unpaused(uint56 actor) private pure returns (uint32 org) {
        if (actor & _PAUSED != 0) revert WritesArePaused();
        return _orgOf(actor);
    }

    function _orgOf(uint56 actor) private pure returns (uint32 org) {
        org = uint32(actor);
        if (org == 0) revert NotPerforming();
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
