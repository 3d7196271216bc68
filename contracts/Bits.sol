// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Many yes or no, 256 to a word
library Bits {
    /// @notice Whether a bit is set.
    function has(
        mapping(uint256 word => uint256 bits) storage map,
        uint256 index
    ) internal view returns (bool) {
        return map[index >> 8] & (1 << (index & 255)) != 0;
    }

    /// @notice Sets a bit.
    function set(mapping(uint256 word => uint256 bits) storage map, uint256 index) internal {
        map[index >> 8] |= 1 << (index & 255);
    }

    /// @notice Clears a bit.
    function clear(mapping(uint256 word => uint256 bits) storage map, uint256 index) internal {
        map[index >> 8] &= ~(1 << (index & 255));
    }

    /// @notice The bits of a word from an index to before `end`, or to the end of the word.
    /// @param end above `from`
    function mask(uint256 from, uint256 end) internal pure returns (uint256 bits) {
        bits = type(uint256).max << (from & 255);
        if (end >> 8 == from >> 8) bits &= (1 << (end & 255)) - 1;
    }

    /// @notice How many bits of a word are set: neighbours are added up, in fields twice as wide
    /// each time.
    function count(uint256 bits) internal pure returns (uint256) {
        uint256 all = type(uint256).max;
        bits -= (bits >> 1) & (all / 3);
        bits = (bits & (all / 5)) + ((bits >> 2) & (all / 5));
        bits = (bits + (bits >> 4)) & (all / 17);
        // a byte holds 256 only as 0: the top byte of the product is the sum unless all are set
        return bits == (all / 255) * 8 ? 256 : (bits * (all / 255)) >> 248;
    }
}
