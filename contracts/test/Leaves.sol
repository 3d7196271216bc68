// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Tree} from "./Anchors.t.sol";
import {Gs1} from "./Fixture.sol";

/// @title Trees of units, each with a serial and a code of its own
library Leaves {
    /// @dev Packed id of the unit with an index of a lot.
    function unit(bytes32 lot, uint64 index) internal pure returns (bytes32) {
        bytes memory serial = "U.........";
        for (uint256 place = 1; place < 10; ++place) {
            serial[place] = bytes1(uint8(0x30 + (index % 10)));
            index /= 10;
        }
        return Gs1.unit(lot, bytes20(bytes(serial)));
    }

    function code(bytes32 lot, uint64 index) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(lot, index)))));
    }

    function root(bytes32 lot, uint64 first, uint64 count) internal pure returns (bytes32) {
        return Tree.root(hashes(lot, first, count), 0, count);
    }

    /// @param index place of the unit in its lot
    function path(
        bytes32 lot,
        uint64 first,
        uint64 count,
        uint64 index
    ) internal pure returns (bytes32[] memory) {
        return Tree.path(hashes(lot, first, count), index - first, 0, count);
    }

    function hashes(
        bytes32 lot,
        uint64 first,
        uint64 count
    ) internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](count);
        for (uint64 i = 0; i < count; ++i) {
            leaves[i] = hash(lot, unit(lot, first + i), code(lot, first + i));
        }
    }

    function hash(bytes32 lot, bytes32 id, address hidden) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"00", "lotmark/v1/unit\n", lot, id, hidden));
    }
}
