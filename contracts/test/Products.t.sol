// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IProductLedger} from "../interfaces/IProductLedger.sol";
import {Fixture, Gs1} from "./Fixture.sol";
import {vm} from "./Vm.sol";

contract ProductsTest is Fixture {
    using Gs1 for bytes32;

    uint64 private _lastNumber = 9;

    function test_fuzz_the_owner_of_the_prefix_registers(uint64 number) public {
        bytes32 product = Gs1.product(400001, 10 + (number % 999_990));
        act(MILL_KEY, registerProduct(product, 6));
        refuse(
            MILL_KEY,
            registerProduct(product, 6),
            abi.encodeWithSelector(IProductLedger.ProductAlreadyExists.selector, product, MILL)
        );
        act(MILL_KEY, commission(product.lot("A"), 1, 0));
    }

    function test_fuzz_other_prefixes_do_not(uint64 prefix, uint8 length) public {
        bytes32 product = Gs1.product(prefix % 1e6, 77);
        vm.assume(prefix % 1e6 != 400001 || length != 6);
        refuse(
            MILL_KEY,
            registerProduct(product, length),
            abi.encodeWithSelector(IProductLedger.PrefixNotOwned.selector, product, length, MILL)
        );
    }

    function test_another_owner_of_a_prefix_does_not() public {
        bytes32 product = Gs1.product(500002, 77);
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.PrefixNotOwned.selector,
            product,
            6,
            MILL
        );
        refuse(MILL_KEY, registerProduct(product, 6), error);
        act(BAKERY_KEY, registerProduct(product, 6));
    }

    function test_a_product_is_what_its_kind_says() public {
        bytes32 lot = Gs1.product(400001, 77).lot("A");
        refuse(
            MILL_KEY,
            registerProduct(lot, 6),
            abi.encodeWithSelector(IProductLedger.IdInvalid.selector, lot)
        );
    }

    function test_fuzz_units_are_two_or_three_capitals_or_digits(
        bytes3 unit,
        uint8 decimals
    ) public {
        bool valid = decimals <= 9;
        for (uint256 i = 0; i < 3; ++i) {
            uint8 letter = uint8(unit[i]);
            bool good =
                (letter >= 65 && letter <= 90) ||
                    (letter >= 48 && letter <= 57) ||
                    (i == 2 && letter == 0);
            valid = valid && good;
        }
        _requireUnit(unit, decimals, valid);
        // a random unit is seldom valid: mend all of it but one place
        _requireUnit(
            bytes3(bytes.concat(bytes2("KG"), unit[2])),
            3,
            _isGood(unit[2]) || unit[2] == 0
        );
        _requireUnit(bytes3(bytes.concat(unit[0], bytes2("GM"))), 3, _isGood(unit[0]));
        _requireUnit(bytes3(bytes.concat(bytes1("K"), unit[1], bytes1("M"))), 3, _isGood(unit[1]));
        _requireUnit("KGM", decimals, decimals <= 9);
    }

    function test_only_the_owner_decides_on_a_product() public {
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.NotTheProductOwner.selector,
            flourProduct,
            BAKERY
        );
        refuse(BAKERY_KEY, authoriseMaker(flourProduct, BAKERY, true), error);
        refuse(BAKERY_KEY, declareYield(flourProduct, bunProduct, 1, 1), error);
        refuse(
            BAKERY_KEY,
            abi.encodeCall(IProductLedger.describeProduct, (flourProduct, DOCUMENT)),
            error
        );
        act(MILL_KEY, abi.encodeCall(IProductLedger.describeProduct, (flourProduct, DOCUMENT)));
    }

    function test_fuzz_unknown_products_are_refused(bytes32 product) public {
        vm.assume(product != flourProduct && product != breadProduct && product != bunProduct);
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ProductUnknown.selector,
            product
        );
        refuse(MILL_KEY, authoriseMaker(product, BAKERY, true), error);
        refuse(MILL_KEY, declareYield(product, flourProduct, 1, 1), error);
        refuse(MILL_KEY, declareYield(flourProduct, product, 1, 1), error);
        refuse(
            MILL_KEY,
            abi.encodeCall(IProductLedger.describeProduct, (product, DOCUMENT)),
            error
        );
    }

    function test_an_authorised_maker_makes_until_it_no_longer_may() public {
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.NotAMaker.selector,
            flourProduct,
            BAKERY
        );
        refuse(BAKERY_KEY, commission(flour, 1, 0), error);
        act(MILL_KEY, authoriseMaker(flourProduct, BAKERY, true));
        act(BAKERY_KEY, commission(flour, 1, 0));
        act(MILL_KEY, authoriseMaker(flourProduct, BAKERY, false));
        refuse(BAKERY_KEY, commission(flour, 1, 0), error);
    }

    function test_a_number_that_is_no_organisation_yet_makes_nothing() public {
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ReceiverInvalid.selector,
            NOBODY
        );
        refuse(MILL_KEY, authoriseMaker(flourProduct, NOBODY, true), error);
    }

    function test_fuzz_a_yield_has_two_parts_and_two_products(
        uint64 numerator,
        uint64 denominator
    ) public {
        bool valid =
            numerator > 0 && numerator <= LARGEST && denominator > 0 && denominator <= LARGEST;
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.YieldInvalid.selector,
            numerator,
            denominator
        );
        bytes memory call = declareYield(breadProduct, flourProduct, numerator, denominator);
        if (valid) act(MILL_KEY, call);
        else refuse(MILL_KEY, call, error);
        refuse(MILL_KEY, declareYield(breadProduct, breadProduct, numerator, denominator), error);
    }

    function _requireUnit(bytes3 unit, uint8 decimals, bool valid) private {
        bytes32 product = Gs1.product(400001, ++_lastNumber);
        bytes memory call = abi.encodeCall(
            IProductLedger.registerProduct,
            (product, 6, unit, decimals, DOCUMENT)
        );
        if (valid) act(MILL_KEY, call);
        else
            refuse(
                MILL_KEY,
                call,
                abi.encodeWithSelector(IProductLedger.UnitInvalid.selector, unit, decimals)
            );
    }

    function _isGood(bytes1 letter) private pure returns (bool) {
        return
            (uint8(letter) >= 65 && uint8(letter) <= 90) ||
            (uint8(letter) >= 48 && uint8(letter) <= 57);
    }
}
