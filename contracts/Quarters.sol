// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Points by the quarter they became available in: four quarters, one word
/// @notice From the lowest bit on: 4 times 48 bits of points, those of a quarter at the place
/// `quarter & 3`; 16 bits for the newest quarter they are of; 48 bits for something beside them. By
/// hand, because an array within a struct would take a slot of its own.
/// @dev All points of a programme together fit 48 bits, so no sum runs over into its neighbour.
library Quarters {
    uint256 private constant _LENGTH = 90 days;
    uint256 private constant _LIFE = 4; // quarters, with the one in which they become available
    uint256 private constant _NEWEST = 192;
    uint256 private constant _BESIDE = 208;

    /// @notice The quarter of a moment, counted since 1970.
    function quarterOf(uint256 time) internal pure returns (uint256) {
        return time / _LENGTH;
    }

    /// @notice Whether points of a quarter have expired in another.
    function isOver(uint256 quarter, uint256 current) internal pure returns (bool) {
        return quarter + _LIFE <= current;
    }

    /// @notice The newest quarter of a word; 0 where nothing was ever written.
    function newest(uint256 word) internal pure returns (uint256) {
        return uint16(word >> _NEWEST);
    }

    /// @notice The oldest quarter of a word.
    function oldest(uint256 word) internal pure returns (uint256 quarter) {
        quarter = newest(word);
        return quarter < _LIFE ? 0 : quarter - (_LIFE - 1);
    }

    /// @notice A word with another newest quarter. What is of older ones is gone already.
    function movedTo(uint256 word, uint256 quarter) internal pure returns (uint256) {
        return (word & ~(uint256(type(uint16).max) << _NEWEST)) | (quarter << _NEWEST);
    }

    /// @notice What stands beside the points.
    function beside(uint256 word) internal pure returns (uint256) {
        return word >> _BESIDE;
    }

    /// @notice A word with something else beside the points, at most 48 bits of it.
    function withBeside(uint256 word, uint256 value) internal pure returns (uint256) {
        return ((word << (256 - _BESIDE)) >> (256 - _BESIDE)) | (value << _BESIDE);
    }

    /// @notice The points alone, all of them in one number.
    function points(uint256 word) internal pure returns (uint192) {
        return uint192(word);
    }

    /// @notice The points of one of the four quarters.
    function pointsOf(uint256 word, uint256 quarter) internal pure returns (uint256) {
        return uint48(word >> _placeOf(quarter));
    }

    /// @notice A word with points more in one of its quarters.
    function add(uint256 word, uint256 quarter, uint256 more) internal pure returns (uint256) {
        return word + (more << _placeOf(quarter));
    }

    /// @notice As many points of a quarter as there are, and not more than are wanted.
    function draw(
        uint256 word,
        uint256 quarter,
        uint256 wanted
    ) internal pure returns (uint256 rest, uint256 drawn) {
        uint256 there = pointsOf(word, quarter);
        drawn = there < wanted ? there : wanted;
        return (word - (drawn << _placeOf(quarter)), drawn);
    }

    /// @notice As many points as there are, the oldest first.
    /// @return rest the word without them
    /// @return taken a word of the same quarters with them, and nothing beside
    /// @return missing how many are wanted beyond
    function drawOldest(
        uint256 word,
        uint256 wanted
    ) internal pure returns (uint256 rest, uint256 taken, uint256 missing) {
        uint256 last = newest(word);
        (rest, taken, missing) = (word, last << _NEWEST, wanted);
        for (uint256 quarter = oldest(word); quarter <= last && missing != 0; ++quarter) {
            uint256 drawn;
            (rest, drawn) = draw(rest, quarter, missing);
            taken = add(taken, quarter, drawn);
            missing -= drawn;
        }
    }

    function _placeOf(uint256 quarter) private pure returns (uint256) {
        return (quarter & 3) * 48;
    }
}
