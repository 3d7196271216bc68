// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Keys} from "../Keys.sol";
import {Gs1} from "./Fixture.sol";

/// @dev The contracts' way of looking at all twenty characters together against the plain way, one
/// by one.
contract KeysTest {
    using Keys for bytes32;

    function test_fuzz_a_lot_is_well_formed_exactly_when_each_character_is(
        bytes20 text,
        uint64 gtin
    ) public pure {
        gtin = uint64(1 + (gtin % (1e14 - 1)));
        require(Gs1.id(0x0A, gtin, text).isItem() == _reads(text), "random");
    }

    /// @dev Random bytes are seldom well formed: here only one place is anything.
    function test_fuzz_one_odd_character_decides(
        uint8 length,
        uint8 place,
        bytes1 odd,
        uint256 seed
    ) public pure {
        bytes memory text = new bytes(20);
        for (uint256 i = 0; i < 1 + (length % 20); ++i) {
            text[i] = bytes1(uint8(0x21 + uint8(uint256(keccak256(abi.encode(seed, i))) % 0x5A)));
        }
        require(Gs1.id(0x15, 1, bytes20(text)).isItem(), "well formed");
        text[place % 20] = odd;
        require(Gs1.id(0x15, 1, bytes20(text)).isItem() == _reads(bytes20(text)), "odd");
    }

    function test_fuzz_check_digits(uint64 digits) public pure {
        uint64 twelve = uint64(1 + (digits % (1e12 - 1)));
        for (uint64 last = 0; last < 10; ++last) {
            bool right = last == Gs1.checkDigit(twelve);
            require(Gs1.id(0x01, twelve * 10 + last, "").isProduct() == right, "product");
            require(Gs1.id(0x41, twelve * 10 + last, "").isPlace() == right, "place");
            require(Gs1.id(0x42, twelve * 10 + last, "").isParty() == right, "party");
        }
        uint64 seventeen = uint64(1 + (digits % (1e17 - 1)));
        require(Gs1.id(0x12, Gs1.withCheckDigit(seventeen), "").isLogisticUnit(), "logistic unit");
        require(
            !Gs1.id(0x12, Gs1.withCheckDigit(seventeen) ^ 1, "").isLogisticUnit(),
            "logistic unit"
        );
    }

    function test_fuzz_numbers_have_their_length(uint64 number) public pure {
        number = 1e13 + (number % (type(uint64).max - 1e13));
        require(
            !Gs1.id(0x41, number, "").isPlace() && !Gs1.id(0x42, number, "").isParty(),
            "13 digits"
        );
        if (number < 1e14) number += 1e14;
        require(
            !Gs1.id(0x01, number, "").isProduct() && !Gs1.id(0x0A, number, "A").isItem(),
            "14 digits"
        );
        if (number < 1e17) number += 1e17;
        require(!Gs1.id(0x13, number, "A").isShipment(), "17 digits");
        if (number < 1e18) number += 1e18;
        require(!Gs1.id(0x12, number, "").isLogisticUnit(), "18 digits");
    }

    function test_fuzz_each_id_is_of_one_kind(bytes32 id) public pure {
        uint256 kinds = 0;
        if (id.isProduct()) ++kinds;
        if (id.isItem()) ++kinds;
        if (id.isLogisticUnit()) ++kinds;
        if (id.isShipment()) ++kinds;
        if (id.isPlace()) ++kinds;
        if (id.isParty()) ++kinds;
        require(kinds <= 1, "two kinds");
    }

    function test_presence_of_a_text_is_the_kinds_matter() public pure {
        uint64 gln = Gs1.withCheckDigit(400001000000);
        require(Gs1.id(0x41, gln, "").isPlace() && Gs1.id(0x41, gln, "A").isPlace(), "place");
        require(Gs1.id(0x42, gln, "").isParty() && !Gs1.id(0x42, gln, "A").isParty(), "party");
        require(
            Gs1.id(0x01, gln, "").isProduct() && !Gs1.id(0x01, gln, "A").isProduct(),
            "product"
        );
        require(Gs1.id(0x0A, gln, "A").isItem() && !Gs1.id(0x0A, gln, "").isItem(), "lot");
        require(Gs1.id(0x13, 0, "A").isShipment() && !Gs1.id(0x13, 0, "").isShipment(), "shipment");
        uint64 gsin = Gs1.withCheckDigit(4000010000000001);
        require(
            Gs1.id(0x13, gsin, "").isShipment() && Gs1.id(0x13, gsin, "A").isShipment(),
            "GSIN"
        );
        require(!Gs1.id(0x13, gsin ^ 1, "A").isShipment(), "GSIN");
    }

    function test_nothing_follows_the_text() public pure {
        bytes32 lot = Gs1.id(0x0A, 1, "ABCDEFGHIJKLMNOPQRST");
        require(lot.isItem(), "twenty characters");
        for (uint256 bit = 0; bit < 24; ++bit) {
            require(!(lot | bytes32(1 << bit)).isItem(), "a bit after the end");
        }
    }

    function test_fuzz_the_product_of_an_item_has_its_number(
        uint64 gtin,
        bytes20 text
    ) public pure {
        bytes32 product = Gs1.id(0x0A, gtin, text).product();
        require(product == Gs1.id(0x01, gtin, ""), "product");
        require(product == Gs1.id(0x15, gtin, text).product(), "of a unit");
    }

    function test_fuzz_a_prefix_is_what_the_digits_begin_with(
        uint64 digits,
        uint8 indicator,
        uint8 length
    ) public pure {
        uint64 twelve = uint64(digits % 1e12);
        length = uint8(6 + (length % 7));
        uint64 expected = twelve;
        for (uint256 i = length; i < 12; ++i) {
            expected /= 10;
        }
        uint64 gtin = Gs1.withCheckDigit(uint64(indicator % 10) * 1e12 + twelve);
        require(Gs1.id(0x01, gtin, "").prefix(length) == expected, "GTIN");
        require(Gs1.id(0x41, Gs1.withCheckDigit(twelve), "A").prefix(length) == expected, "GLN");
    }

    function _reads(bytes20 text) private pure returns (bool) {
        bool ended = false;
        for (uint256 i = 0; i < 20; ++i) {
            if (text[i] == 0) ended = true;
            else if (ended || text[i] < 0x21 || text[i] > 0x7A) return false;
        }
        return text[0] != 0;
    }
}
