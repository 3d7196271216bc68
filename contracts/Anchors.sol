// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Door} from "./Door.sol";
import {Rfc6962} from "./Rfc6962.sol";
import {IAnchors} from "./interfaces/IAnchors.sol";
import {IDoor} from "./interfaces/IDoor.sol";
import {IOrgRegistry} from "./interfaces/IOrgRegistry.sol";

/// @title Anchors: one root for very many statements
contract Anchors is IAnchors, Door {
    /// @dev One slot, which is written again and again: a new one each time would cost 17,100 more.
    /// Who looks for two lists with the same 24 bytes of root needs about 2^96 hashes.
    struct Anchor {
        uint64 size; // 0 where nothing is anchored
        bytes24 root;
    }

    uint64 private constant _MOST = uint64(type(int64).max);

    mapping(uint32 org => mapping(uint8 content => Anchor newest)) private _newest;

    /// @param registry who knows organisations and their keys
    constructor(IOrgRegistry registry) Door(registry, "Lotmark Anchors") {}

    /// @inheritdoc IAnchors
    function anchor(uint8 content, bytes32 root, uint64 size, bytes32 predecessor) external {
        uint32 org = _acting();
        if (root == 0) revert RootInvalid(root);
        Anchor storage list = _newest[org][content];
        (uint64 before, bytes24 newest_) = (list.size, list.root);
        if (newest_ != bytes24(predecessor) || (before == 0) != (predecessor == 0)) {
            revert NotTheNewestRoot(org, content, predecessor);
        }
        if (size <= before || size > _MOST) revert ListDoesNotGrow(size, before);
        (list.size, list.root) = (size, bytes24(root));
        _log(4, abi.encode(RootAnchored.selector, org, content, root, ENTRY, size, predecessor));
    }

    /// @inheritdoc IAnchors
    function newest(uint32 org, uint8 content) external view returns (uint64 size, bytes24 root) {
        return (_newest[org][content].size, _newest[org][content].root);
    }

    /// @inheritdoc IAnchors
    function isAnchored(
        uint32 org,
        uint8 content,
        bytes calldata statement,
        uint64 index,
        bytes32[] calldata path
    ) external view returns (bool) {
        Anchor memory known = _newest[org][content];
        bytes32 root = Rfc6962.rootOf(Rfc6962.leafHash(statement), index, known.size, path);
        return root != 0 && bytes24(root) == known.root;
    }

    /// @inheritdoc IAnchors
    function isIncluded(
        bytes calldata statement,
        uint64 index,
        uint64 size,
        bytes32[] calldata path,
        bytes32 root
    ) external view returns (bool) {
        return root != 0 && Rfc6962.rootOf(Rfc6962.leafHash(statement), index, size, path) == root;
    }

    /// @inheritdoc IDoor
    function version() external pure returns (string memory) {
        return "1.0.0";
    }
}
