// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Trees as RFC 6962 has them, with SHA-256
/// @notice A leaf is hashed with 0x00 before it and a node with 0x01, so none passes for the other.
library Rfc6962 {
    /// @notice Hash of a leaf.
    function leafHash(bytes memory leaf) internal pure returns (bytes32) {
        return sha256(bytes.concat(hex"00", leaf));
    }

    /// @notice Hash of a node over its two children.
    /// @dev Written by hand: a path has many, and new memory for each would cost as much again.
    function nodeHash(bytes32 left, bytes32 right) internal view returns (bytes32 hash) {
        assembly ("memory-safe") {
            let spare := mload(0x40)
            mstore8(spare, 1)
            mstore(add(spare, 1), left)
            mstore(add(spare, 33), right)
            // 2 is the SHA-256 precompile; it fails only for want of gas
            if iszero(staticcall(gas(), 2, spare, 65, 0, 32)) {
                revert(0, 0)
            }
            hash := mload(0)
        }
    }

    /// @notice The root that an inclusion path leads to (RFC 9162, section 2.1.3.2); 0 where it
    /// leads nowhere: the index is beyond the size, or the path is too long or too short.
    /// @param leaf the leaf's hash
    /// @param index the leaf's place, counted from 0
    /// @param size number of leaves
    /// @param path what it is hashed with on the way up, lowest first
    function rootOf(
        bytes32 leaf,
        uint256 index,
        uint256 size,
        bytes32[] calldata path
    ) internal view returns (bytes32 root) {
        if (index >= size) return 0;
        (uint256 place, uint256 last) = (index, size - 1);
        root = leaf;
        for (uint256 i = 0; i < path.length; ++i) {
            if (last == 0) return 0;
            if (place & 1 == 1 || place == last) {
                root = nodeHash(path[i], root);
                // at the right edge a node without a partner only moves up
                while (place & 1 == 0 && place != 0) (place, last) = (place >> 1, last >> 1);
            } else {
                root = nodeHash(root, path[i]);
            }
            (place, last) = (place >> 1, last >> 1);
        }
        if (last != 0) return 0;
    }
}
