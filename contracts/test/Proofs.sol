// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Bits} from "../Bits.sol";
import {Keys} from "../Keys.sol";
import {Quarters} from "../Quarters.sol";

/// @notice What holds for all values, shown by scripts/halmos: functions that begin with `check_`
/// must not fail, whatever they are called with. forge leaves them alone.
contract BitsProofs {
    function check_a_mask_is_from_the_first_to_before_the_end(
        uint8 word,
        uint8 from,
        uint256 end,
        uint8 place
    ) external pure {
        uint256 first = (uint256(word) << 8) | from;
        if (end <= first) return;
        uint256 index = (uint256(word) << 8) | place;
        bool inside = index >= first && index < end;
        assert((Bits.mask(first, end) >> place) & 1 == (inside ? 1 : 0));
    }

    function check_the_ends_of_counting() external pure {
        assert(Bits.count(0) == 0);
        assert(Bits.count(type(uint256).max) == 256);
    }

    /// @dev Bit by bit, in each sixteenth of a word.
    function check_a_sixteenth_counts_as_by_hand(uint16 part, uint8 place) external pure {
        uint256 sum = 0;
        for (uint256 i = 0; i < 16; ++i) {
            sum += (part >> i) & 1;
        }
        assert(Bits.count(uint256(part) << (16 * uint256(place & 15))) == sum);
    }
}

contract KeysProofs {
    using Keys for bytes32;

    function check_an_id_is_what_it_is_made_of(uint64 numeric, uint160 text) external pure {
        bytes32 item = bytes32(
            (uint256(Keys.LOT) << 248) | (uint256(numeric) << 184) | (uint256(text) << 24)
        );
        assert(item.kind() == Keys.LOT);
        assert(item.numeric() == numeric);
        assert(item.product().numeric() == numeric);
        assert(item.product().kind() == Keys.PRODUCT);
    }

    /// @dev Characters looked at one by one, as a person would; without branches, of which twenty
    /// in a row would be a million ways.
    function check_a_text_reads_as_its_characters_do(uint160 text, uint24 tail) external pure {
        bytes32 item = bytes32(
            (uint256(Keys.LOT) << 248) | (uint256(1) << 184) | (uint256(text) << 24) | tail
        );
        bool good = tail == 0 && text != 0;
        bool ended = false;
        for (uint256 place = 0; place < 20; ++place) {
            uint256 letter = (uint256(text) >> (152 - 8 * place)) & 0xFF;
            assembly ("memory-safe") {
                let present := and(gt(letter, 0x20), lt(letter, 0x7B))
                let empty := iszero(letter)
                good := and(good, or(empty, and(present, iszero(ended))))
                ended := or(ended, empty)
            }
        }
        assert(item.isItem() == good);
    }
}

contract QuartersProofs {
    using Quarters for uint256;

    function check_what_is_drawn_is_gone_and_nothing_else(
        uint256 word,
        uint16 quarter,
        uint16 other,
        uint48 wanted
    ) external pure {
        (uint256 rest, uint256 drawn) = word.draw(quarter, wanted);
        assert(drawn <= wanted);
        assert(rest.pointsOf(quarter) + drawn == word.pointsOf(quarter));
        assert(drawn == wanted || rest.pointsOf(quarter) == 0);
        assert(other & 3 == quarter & 3 || rest.pointsOf(other) == word.pointsOf(other));
        assert(rest.newest() == word.newest() && rest.beside() == word.beside());
    }

    function check_what_is_added_is_there_and_nothing_else(
        uint256 word,
        uint16 quarter,
        uint16 other,
        uint48 more
    ) external pure {
        if (word.pointsOf(quarter) + more > type(uint48).max) return;
        uint256 sum = word.add(quarter, more);
        assert(sum.pointsOf(quarter) == word.pointsOf(quarter) + more);
        assert(other & 3 == quarter & 3 || sum.pointsOf(other) == word.pointsOf(other));
        assert(sum.newest() == word.newest() && sum.beside() == word.beside());
    }

    /// @dev For one place of the newest quarter; the other three differ in their shifts alone, and
    /// take solvers longer than anyone waits.
    function check_the_oldest_go_first_and_none_is_lost(
        uint256 other,
        uint48 wanted
    ) external pure {
        uint256 word = other.movedTo(4);
        (uint256 rest, uint256 taken, uint256 missing) = word.drawOldest(wanted);
        assert(_sum(rest) + _sum(taken) == _sum(word));
        assert(_sum(taken) + missing == wanted);
        assert(missing == 0 || _sum(rest) == 0);
        assert(rest.beside() == word.beside() && rest.newest() == word.newest());
        // nothing is left of a quarter that is older than one that was drawn from
        uint256 oldest = word.oldest();
        for (uint256 age = 0; age < 3; ++age) {
            bool younger = taken.pointsOf(oldest + age + 1) != 0;
            assert(!younger || rest.pointsOf(oldest + age) == 0);
        }
    }

    function check_what_stands_beside_changes_alone(uint256 word, uint48 value) external pure {
        uint256 changed = word.withBeside(value);
        assert(changed.beside() == value);
        assert(changed.points() == word.points() && changed.newest() == word.newest());
    }

    function _sum(uint256 word) private pure returns (uint256 sum) {
        for (uint256 place = 0; place < 4; ++place) {
            sum += word.pointsOf(place);
        }
    }
}
