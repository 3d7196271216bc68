// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Many yes or no, 256 to a word
library Bits {
    /// @notice The bit of an index in its word, which is number `index >> 8`.
    function bit(uint256 index) internal pure returns (uint256) {
        return 1 << (index & 255);
    }

    /// @notice Whether the bit of an index is set.
    function has(
        mapping(uint256 word => uint256 bits) storage map,
        uint256 index
    ) internal view returns (bool) {
        return map[index >> 8] & bit(index) != 0;
    }

    /// @notice The bits of a word from an index to before `end`, or to the end of the word.
    /// @param end above `from`
    function mask(uint256 from, uint256 end) internal pure returns (uint256 bits) {
        bits = type(uint256).max << (from & 255);
        if (end >> 8 == from >> 8) bits &= bit(end) - 1;
    }

    /// @notice The lowest bit that is set in a word; 256 where none is.
    function lowest(uint256 bits) internal pure returns (uint256) {
        unchecked {
            return count(~bits & (bits - 1));
        }
    }

    /// @notice How many bits of a word are set: neighbours are added up, in fields twice as wide
    /// each time.
    function count(uint256 bits) internal pure returns (uint256) {
        uint256 all = type(uint256).max;
        unchecked {
            bits -= (bits >> 1) & (all / 3);
            bits = (bits & (all / 5)) + ((bits >> 2) & (all / 5));
            bits = (bits + (bits >> 4)) & (all / 17);
            // sums of two bytes need more than a byte where all are set
            bits = (bits & (all / 257)) + ((bits >> 8) & (all / 257));
            return (bits * (all / 65535)) >> 240;
        }
    }
}
