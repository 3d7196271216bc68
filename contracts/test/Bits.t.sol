// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Bits} from "../Bits.sol";
import {vm} from "./Vm.sol";

contract BitsTest {
    using Bits for mapping(uint256 word => uint256 bits);

    mapping(uint256 word => uint256 bits) private _map;

    function test_fuzz_bits_are_counted_as_one_counts(uint256 bits) public pure {
        require(Bits.count(bits) == _counted(bits), "count");
    }

    function test_all_and_none_and_single_bits_are_counted() public pure {
        require(Bits.count(0) == 0 && Bits.count(type(uint256).max) == 256, "none or all");
        for (uint256 place = 0; place < 256; ++place) {
            require(Bits.count(1 << place) == 1, "one");
            require(Bits.count(~(1 << place)) == 255, "all but one");
            require(Bits.count((1 << place) - 1) == place, "below");
        }
    }

    function test_fuzz_the_lowest_bit_is_found(uint256 bits) public pure {
        uint256 place = 0;
        while (place < 256 && bits & (1 << place) == 0) ++place;
        require(Bits.lowest(bits) == place, "lowest");
    }

    function test_single_bits_are_their_own_lowest() public pure {
        for (uint256 place = 0; place < 256; ++place) {
            require(Bits.lowest(1 << place) == place, "alone");
            require(Bits.lowest(type(uint256).max << place) == place, "below others");
        }
        require(Bits.lowest(0) == 256, "none");
    }

    function test_fuzz_a_mask_has_what_lies_between(uint64 from, uint64 end) public pure {
        vm.assume(from < end);
        uint256 bits = Bits.mask(from, end);
        uint256 start = (uint256(from) >> 8) << 8;
        for (uint256 place = 0; place < 256; ++place) {
            bool within = start + place >= from && start + place < end;
            require((bits & (1 << place) != 0) == within, "mask");
        }
    }

    /// @dev Ends of the same word, which two random numbers hardly ever share.
    function test_fuzz_a_mask_within_one_word(uint8 from, uint8 end, uint56 word) public pure {
        vm.assume(from < end);
        uint256 start = uint256(word) << 8;
        require(Bits.mask(start + from, start + end) == (1 << end) - (1 << from), "within");
        require(Bits.mask(start + from, start + 256) == (type(uint256).max << from), "to its end");
    }

    function test_fuzz_each_index_has_a_bit_of_its_own(uint64 index, uint64 other) public {
        vm.assume(index != other);
        _map[index >> 8] |= Bits.bit(index);
        require(_map.has(index) && !_map.has(other), "has");
        require(!_map.has(index ^ 1) && !_map.has(index ^ 256), "neighbours");
    }

    function _counted(uint256 bits) private pure returns (uint256 counted) {
        for (; bits != 0; bits >>= 1) counted += bits & 1;
    }
}
