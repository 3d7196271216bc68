// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IProductLedger, Line, Output} from "../interfaces/IProductLedger.sol";
import {Fixture, Gs1} from "./Fixture.sol";
import {Log, vm} from "./Vm.sol";

contract TransformationsTest is Fixture {
    using Gs1 for bytes32;

    bytes32 private _flour2 = flourProduct.lot("F2");
    bytes32 private _bread2 = breadProduct.lot("B2");

    function setUp() public override {
        super.setUp();
        act(MILL_KEY, commission(flour, LARGEST, 0));
    }

    function test_inputs_are_consumed_before_outputs_are_produced() public {
        act(MILL_KEY, commission(_flour2, 5, 0));
        (uint64 count, ) = ledger.journal();
        vm.recordLogs();
        act(MILL_KEY, transform(lines2(flour, 4, _flour2, 5), outputs2(bread, 6, _bread2, 7)));
        Log[] memory logs = vm.getRecordedLogs();
        equal(logs.length, 5);
        for (uint256 i = 1; i < 5; ++i) {
            bool consumed = i < 3;
            bytes32 selector =
                consumed
                    ? IProductLedger.ItemConsumed.selector
                    : IProductLedger.ItemProduced.selector;
            require(logs[i].topics[0] == selector, "order");
            (, uint64 transformation, uint64 amount) = abi.decode(
                logs[i].data,
                (bytes32, uint64, uint64)
            );
            equal(transformation, count + 1);
            equal(amount, 3 + i);
        }
        holds(MILL, flour, LARGEST - 4);
        holds(MILL, _flour2, 0);
        holds(MILL, bread, 6);
        holds(MILL, _bread2, 7);
    }

    function test_fuzz_within_one_product_the_amount_is_conserved(
        uint64 input,
        uint64 first,
        uint64 second
    ) public {
        input = 1 + (input % LARGEST);
        (first, second) = (1 + (first % (LARGEST / 2)), 1 + (second % (LARGEST / 2)));
        bytes32 third = flourProduct.lot("F3");
        uint256 produced = uint256(first) + second;
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.NotConserved.selector,
            flourProduct,
            input,
            produced
        );
        bytes memory call = transform(line(flour, input), outputs2(_flour2, first, third, second));
        if (produced == input) act(MILL_KEY, call);
        else refuse(MILL_KEY, call, error);
        // the same with an exact split
        vm.assume(input > first);
        act(
            MILL_KEY,
            transform(
                line(flour, input),
                outputs2(flourProduct.lot("G1"), first, flourProduct.lot("G2"), input - first)
            )
        );
    }

    function test_within_one_product_a_recipe_changes_nothing() public {
        act(MILL_KEY, declareYield(flourProduct, bunProduct, 9, 1));
        act(MILL_KEY, transform(line(flour, 10), output(_flour2, 10, 0)));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.NotConserved.selector,
            flourProduct,
            10,
            9
        );
        refuse(MILL_KEY, transform(line(flour, 10), output(flourProduct.lot("F3"), 9, 0)), error);
    }

    function test_fuzz_a_product_among_others_comes_out_at_most_as_it_went_in(
        uint64 used,
        uint64 produced
    ) public {
        (used, produced) = (1 + (used % LARGEST), 1 + (produced % LARGEST));
        act(MILL_KEY, commission(bread, used, 0));
        bytes memory call = transform(lines2(flour, 1, bread, used), output(_bread2, produced, 0));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.NotConserved.selector,
            breadProduct,
            used,
            produced
        );
        if (produced <= used) act(MILL_KEY, call);
        else refuse(MILL_KEY, call, error);
    }

    function test_fuzz_without_a_recipe_other_products_are_free(
        uint64 input,
        uint64 produced
    ) public {
        act(
            MILL_KEY,
            transform(
                line(flour, 1 + (input % LARGEST)),
                output(bread, 1 + (produced % LARGEST), 0)
            )
        );
    }

    function test_fuzz_a_yield_is_a_bound_rounded_down(
        uint64 input,
        uint64 produced,
        uint64 numerator,
        uint64 denominator
    ) public {
        (input, produced) = (1 + (input % LARGEST), 1 + (produced % LARGEST));
        (numerator, denominator) = (1 + (numerator % LARGEST), 1 + (denominator % LARGEST));
        act(MILL_KEY, declareYield(breadProduct, flourProduct, numerator, denominator));
        uint256 allowed = (uint256(input) * numerator) / denominator;
        bytes memory call = transform(line(flour, input), output(bread, produced, 0));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.YieldExceeded.selector,
            breadProduct,
            allowed,
            produced
        );
        if (produced <= allowed) act(MILL_KEY, call);
        else refuse(MILL_KEY, call, error);
    }

    function test_the_bound_itself_is_allowed_and_one_more_is_not() public {
        act(MILL_KEY, declareYield(breadProduct, flourProduct, 3, 2));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.YieldExceeded.selector,
            breadProduct,
            10,
            11
        );
        refuse(MILL_KEY, transform(line(flour, 7), output(bread, 11, 0)), error);
        act(MILL_KEY, transform(line(flour, 7), output(bread, 10, 0)));
    }

    function test_lots_of_one_input_are_added_before_rounding_and_outputs_before_comparing()
        public
    {
        act(MILL_KEY, commission(_flour2, 1, 0));
        act(MILL_KEY, declareYield(breadProduct, flourProduct, 1, 2));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.YieldExceeded.selector,
            breadProduct,
            1,
            2
        );
        refuse(
            MILL_KEY,
            transform(lines2(flour, 1, _flour2, 1), outputs2(bread, 1, _bread2, 1)),
            error
        );
        act(MILL_KEY, transform(lines2(flour, 1, _flour2, 1), output(bread, 1, 0)));
    }

    function test_a_recipe_takes_declared_inputs_only() public {
        bytes32 milk = bunProduct.lot("M");
        act(BAKERY_KEY, authoriseMaker(bunProduct, MILL, true));
        act(MILL_KEY, commission(milk, 5, 0));
        act(MILL_KEY, declareYield(breadProduct, flourProduct, 1, 1));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.NotInRecipe.selector,
            breadProduct,
            bunProduct
        );
        refuse(MILL_KEY, transform(lines2(flour, 5, milk, 5), output(bread, 1, 0)), error);
        act(MILL_KEY, declareYield(breadProduct, bunProduct, 2, 1));
        error = abi.encodeWithSelector(IProductLedger.YieldExceeded.selector, breadProduct, 15, 16);
        refuse(MILL_KEY, transform(lines2(flour, 5, milk, 5), output(bread, 16, 0)), error);
        act(MILL_KEY, transform(lines2(flour, 5, milk, 5), output(bread, 15, 0)));
    }

    function test_leftovers_of_the_product_count_one_for_one() public {
        act(MILL_KEY, commission(bread, 5, 0));
        act(MILL_KEY, declareYield(breadProduct, flourProduct, 1, 2));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.YieldExceeded.selector,
            breadProduct,
            10,
            11
        );
        refuse(MILL_KEY, transform(lines2(flour, 10, bread, 5), output(_bread2, 11, 0)), error);
        act(MILL_KEY, transform(lines2(flour, 10, bread, 5), output(_bread2, 10, 0)));
    }

    // ------------------------------------------------------------------ expiry

    function test_fuzz_an_output_does_not_outlast_its_inputs(
        uint40 first,
        uint40 second,
        uint40 wanted
    ) public {
        (first, second) = (_notPast(first), _notPast(second));
        bytes32 third = flourProduct.lot("F3");
        act(MILL_KEY, commission(_flour2, 1, first));
        act(MILL_KEY, commission(third, 1, second));
        uint40 latest = first == 0 || (second != 0 && second < first) ? second : first;
        uint40 expiry = wanted == 0 ? latest : wanted;
        bytes memory call = transform(lines2(_flour2, 1, third, 1), output(bread, 1, wanted));
        if (latest != 0 && expiry > latest) {
            refuse(
                MILL_KEY,
                call,
                abi.encodeWithSelector(IProductLedger.ExpiryTooLate.selector, bread, wanted, latest)
            );
            return;
        }
        vm.recordLogs();
        act(MILL_KEY, call);
        (, , , uint40 found) = abi.decode(
            vm.getRecordedLogs()[3].data,
            (bytes32, uint64, uint64, uint40)
        );
        equal(found, expiry);
    }

    function test_a_further_run_fits_the_inputs_too() public {
        act(MILL_KEY, commission(_flour2, 9, NOW + 5));
        act(MILL_KEY, transform(line(flour, 1), output(bread, 1, 0)));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ExpiryTooLate.selector,
            bread,
            0,
            NOW + 5
        );
        refuse(MILL_KEY, transform(line(_flour2, 1), output(bread, 1, 0)), error);
        act(MILL_KEY, transform(line(flour, 1), output(_bread2, 1, NOW + 6)));
        error = abi.encodeWithSelector(
            IProductLedger.ExpiryTooLate.selector,
            _bread2,
            NOW + 6,
            NOW + 5
        );
        refuse(MILL_KEY, transform(line(_flour2, 1), output(_bread2, 1, 0)), error);
        error = abi.encodeWithSelector(
            IProductLedger.ExpiryDiffers.selector,
            _bread2,
            NOW + 6,
            NOW + 5
        );
        refuse(MILL_KEY, transform(line(_flour2, 1), output(_bread2, 1, NOW + 5)), error);
    }

    function test_expired_and_recalled_items_are_not_consumed() public {
        act(MILL_KEY, commission(_flour2, 9, NOW));
        vm.warp(NOW + 1);
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ItemIsExpired.selector,
            _flour2,
            NOW
        );
        refuse(MILL_KEY, transform(line(_flour2, 1), output(bread, 1, 0)), error);
        act(MILL_KEY, recall(flour));
        error = abi.encodeWithSelector(IProductLedger.ItemIsRecalled.selector, flour, MILL);
        refuse(MILL_KEY, transform(line(flour, 1), output(bread, 1, 0)), error);
    }

    function test_a_recalled_lot_is_not_added_to() public {
        act(MILL_KEY, transform(line(flour, 1), output(bread, 1, 0)));
        act(MILL_KEY, recall(bread));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ItemIsRecalled.selector,
            bread,
            MILL
        );
        refuse(MILL_KEY, transform(line(flour, 1), output(bread, 1, 0)), error);
    }

    // ------------------------------------------------------------------ lines, makers, kinds

    function test_lists_ascend_without_repeats() public {
        act(MILL_KEY, commission(_flour2, 9, 0));
        _refuseOrder(0, new Line[](0), output(bread, 1, 0));
        _refuseOrder(1, lines2(_flour2, 1, flour, 1), output(bread, 1, 0));
        _refuseOrder(1, lines2(flour, 1, flour, 1), output(bread, 1, 0));
        _refuseOrder(0, line(flour, 1), new Output[](0));
        _refuseOrder(1, line(flour, 1), outputs2(_bread2, 1, bread, 1));
        _refuseOrder(1, line(flour, 1), outputs2(bread, 1, bread, 1));
        // a unit of the lower product goes before a lot of the higher one, though 0x15 > 0x0A
        act(MILL_KEY, transform(line(flour, 1), outputs2(breadProduct.unit("A"), 1, bunLot(), 1)));
    }

    function test_an_output_has_a_maker() public {
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.NotAMaker.selector,
            bunProduct,
            MILL
        );
        act(BAKERY_KEY, authoriseMaker(bunProduct, MILL, false));
        refuse(MILL_KEY, transform(line(flour, 1), output(bunProduct.lot("N"), 1, 0)), error);
        act(MILL_KEY, authoriseMaker(breadProduct, BAKERY, true));
        act(BAKERY_KEY, commission(bread, 1, 0));
        error = abi.encodeWithSelector(IProductLedger.NotTheMaker.selector, bread, BAKERY, MILL);
        refuse(MILL_KEY, transform(line(flour, 1), output(bread, 1, 0)), error);
    }

    function test_a_unit_comes_out_once_and_alone() public {
        bytes32 unit = breadProduct.unit("U");
        bytes memory error = abi.encodeWithSelector(IProductLedger.AmountInvalid.selector, unit, 2);
        refuse(MILL_KEY, transform(line(flour, 1), output(unit, 2, 0)), error);
        act(MILL_KEY, transform(line(flour, 1), output(unit, 1, 0)));
        error = abi.encodeWithSelector(IProductLedger.ItemAlreadyExists.selector, unit);
        refuse(MILL_KEY, transform(line(flour, 1), output(unit, 1, 0)), error);
    }

    function test_fuzz_only_lots_and_units_go_in_and_come_out(bytes32 id) public {
        uint256 kind = uint256(id) >> 248;
        vm.assume(id != 0 && kind != 0x0A && kind != 0x15);
        bytes memory error = abi.encodeWithSelector(IProductLedger.IdInvalid.selector, id);
        refuse(MILL_KEY, transform(line(flour, 1), output(id, 1, 0)), error);
        act(MILL_KEY, pack(pallet, line(flour, 1)));
        error = abi.encodeWithSelector(IProductLedger.IdInvalid.selector, pallet);
        refuse(MILL_KEY, transform(line(pallet, 1), output(bread, 1, 0)), error);
    }

    function test_fuzz_only_what_is_held_goes_in(uint64 wanted) public {
        vm.assume(wanted > 10 && wanted <= LARGEST);
        act(MILL_KEY, commission(_flour2, 10, 0));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.HoldingTooSmall.selector,
            _flour2,
            MILL,
            10,
            wanted
        );
        refuse(MILL_KEY, transform(line(_flour2, wanted), output(bread, 1, 0)), error);
    }

    function test_what_was_made_in_all_ways_stays_within_bounds() public {
        act(MILL_KEY, commission(bread, 1, 0));
        act(MILL_KEY, transform(line(flour, 1), output(_bread2, LARGEST, 0)));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.AmountInvalid.selector,
            _bread2,
            1
        );
        refuse(MILL_KEY, transform(line(flour, 1), output(_bread2, 1, 0)), error);
    }

    function bunLot() private returns (bytes32) {
        act(BAKERY_KEY, authoriseMaker(bunProduct, MILL, true));
        return bunProduct.lot("A");
    }

    function _notPast(uint40 expiry) private pure returns (uint40) {
        return expiry % 3 == 0 ? 0 : uint40(NOW + (expiry % 1000));
    }

    function _refuseOrder(uint256 index, Line[] memory inputs, Output[] memory outputs) private {
        bytes memory error = abi.encodeWithSelector(IProductLedger.LinesNotOrdered.selector, index);
        refuse(MILL_KEY, transform(inputs, outputs), error);
    }

    function test_the_first_of_the_deepest_is_named() public {
        bytes32 two = flourProduct.lot("F2");
        act(MILL_KEY, commission(two, 5, 0));
        refuse(
            MILL_KEY,
            transform(lines2(flour, 1, two, 1), output(flour, 2, 0)),
            abi.encodeWithSelector(IProductLedger.TransformationIsCircular.selector, flour, flour)
        );
    }
}
