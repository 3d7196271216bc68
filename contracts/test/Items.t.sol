// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IProductLedger} from "../interfaces/IProductLedger.sol";
import {Fixture, Gs1} from "./Fixture.sol";
import {Log, vm} from "./Vm.sol";

contract ItemsTest is Fixture {
    using Gs1 for bytes32;

    function test_fuzz_runs_of_a_lot_add_up_within_bounds(uint64 first, uint64 second) public {
        first = 1 + (first % LARGEST);
        act(MILL_KEY, commission(flour, first, 0));
        holds(MILL, flour, first);
        bool fits = second > 0 && uint256(first) + second <= LARGEST;
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.AmountInvalid.selector,
            flour,
            second
        );
        if (fits) act(MILL_KEY, commission(flour, second, 0));
        else refuse(MILL_KEY, commission(flour, second, 0), error);
        holds(MILL, flour, fits ? first + second : first);
    }

    function test_what_was_made_counts_even_when_it_is_gone() public {
        act(MILL_KEY, commission(flour, LARGEST, 0));
        act(MILL_KEY, dispose(flour, LARGEST));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.AmountInvalid.selector,
            flour,
            1
        );
        refuse(MILL_KEY, commission(flour, 1, 0), error);
    }

    function test_fuzz_a_unit_is_one_and_made_once(uint64 amount, bytes1 letter) public {
        bytes32 unit = flourProduct.unit(bytes20(bytes1(uint8(0x21 + (uint8(letter) % 0x5A)))));
        vm.assume(amount != 1);
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.AmountInvalid.selector,
            unit,
            amount
        );
        refuse(MILL_KEY, commission(unit, amount, 0), error);
        act(MILL_KEY, commission(unit, 1, 0));
        error = abi.encodeWithSelector(IProductLedger.ItemAlreadyExists.selector, unit);
        refuse(MILL_KEY, commission(unit, 1, 0), error);
        act(MILL_KEY, dispose(unit, 1));
        refuse(MILL_KEY, commission(unit, 1, 0), error);
    }

    function test_fuzz_a_further_run_keeps_the_expiry(uint40 expiry, uint40 wanted) public {
        vm.assume(expiry == 0 || expiry >= NOW);
        act(MILL_KEY, commission(flour, 1, expiry));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ExpiryDiffers.selector,
            flour,
            expiry,
            wanted
        );
        if (wanted == 0 || wanted == expiry) act(MILL_KEY, commission(flour, 1, wanted));
        else refuse(MILL_KEY, commission(flour, 1, wanted), error);
        act(MILL_KEY, commission(flour, 1, expiry));
    }

    function test_a_lot_has_one_maker() public {
        act(MILL_KEY, authoriseMaker(flourProduct, BAKERY, true));
        act(BAKERY_KEY, commission(flour, 1, 0));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.NotTheMaker.selector,
            flour,
            BAKERY,
            MILL
        );
        refuse(MILL_KEY, commission(flour, 1, 0), error);
    }

    function test_fuzz_only_lots_and_units_are_made(bytes32 id) public {
        uint256 kind = uint256(id) >> 248;
        vm.assume(kind != 0x0A && kind != 0x15);
        refuse(
            MILL_KEY,
            commission(id, 1, 0),
            abi.encodeWithSelector(IProductLedger.IdInvalid.selector, id)
        );
    }

    function test_fuzz_lots_of_unknown_products_are_not_made(uint64 gtin) public {
        bytes32 product = Gs1.id(0x01, uint64(1 + (gtin % (1e14 - 1))), "");
        vm.assume(product != flourProduct && product != breadProduct && product != bunProduct);
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ProductUnknown.selector,
            product
        );
        refuse(MILL_KEY, commission(product.lot("A"), 1, 0), error);
    }

    function test_recalled_lots_are_neither_made_further_nor_sold() public {
        act(MILL_KEY, commission(flour, 10, 0));
        act(MILL_KEY, recall(flour));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ItemIsRecalled.selector,
            flour,
            MILL
        );
        refuse(MILL_KEY, commission(flour, 1, 0), error);
        refuse(MILL_KEY, sell(flour, 1), error);
        act(MILL_KEY, dispose(flour, 10));
    }

    function test_fuzz_a_lot_is_good_to_the_end_of_its_last_second(
        uint40 expiry,
        uint40 time
    ) public {
        act(MILL_KEY, commission(flour, 10, expiry));
        vm.warp(time);
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ItemIsExpired.selector,
            flour,
            expiry
        );
        bool expired = expiry != 0 && time > expiry;
        if (expired) refuse(MILL_KEY, sell(flour, 1), error);
        else act(MILL_KEY, sell(flour, 1));
        if (expired) refuse(MILL_KEY, commission(flour, 1, 0), error);
        else act(MILL_KEY, commission(flour, 1, 0));
        act(MILL_KEY, dispose(flour, 1));
    }

    function test_the_last_second_itself_is_good() public {
        act(MILL_KEY, commission(flour, 10, NOW));
        act(MILL_KEY, sell(flour, 1));
        vm.warp(NOW + 1);
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ItemIsExpired.selector,
            flour,
            NOW
        );
        refuse(MILL_KEY, sell(flour, 1), error);
    }

    function test_fuzz_only_what_is_held_is_sold_or_disposed_of(uint64 held, uint64 wanted) public {
        held = 1 + (held % LARGEST);
        act(MILL_KEY, commission(flour, held, 0));
        _requireOnlyHeld(sell(flour, wanted), held, wanted);
        uint64 left = uint64(ledger.holding(flour, MILL));
        _requireOnlyHeld(dispose(flour, wanted), left, wanted);
        refuse(
            BAKERY_KEY,
            sell(flour, 1),
            abi.encodeWithSelector(IProductLedger.HoldingTooSmall.selector, flour, BAKERY, 0, 1)
        );
    }

    function test_fuzz_no_more_comes_back_than_was_sold(uint64 amount, uint64 back) public {
        amount = 1 + (amount % LARGEST);
        act(MILL_KEY, commission(flour, LARGEST, 0));
        act(MILL_KEY, sell(flour, amount));
        if (back == 0 || back > LARGEST) return _refuseReturn(MILL_KEY, back, _notAnAmount(back));
        if (back > amount) {
            return _refuseReturn(MILL_KEY, back, _notSold(MILL, amount, back));
        }
        act(MILL_KEY, _returning(flour, back));
        holds(MILL, flour, LARGEST - amount + back);
        _refuseReturn(MILL_KEY, LARGEST, _notSold(MILL, amount - back, LARGEST));
        (uint64 byAmount, uint64 byUnits) = ledger.sold(flour, MILL);
        require(byAmount == amount - back && byUnits == 0, "sold");
    }

    function test_goods_come_back_to_who_sold_them() public {
        act(MILL_KEY, commission(flour, 10, 0));
        act(MILL_KEY, ship(SHIPMENT, SHOP, line(flour, 4)));
        act(SHOP_KEY, receiveShipment(MILL, SHIPMENT, line(flour, 4)));
        act(SHOP_KEY, sell(flour, 4));
        _refuseReturn(MILL_KEY, 1, _notSold(MILL, 0, 1));
        vm.recordLogs();
        act(SHOP_KEY, _returning(flour, 3));
        Log memory log = vm.getRecordedLogs()[1];
        require(log.topics[0] == IProductLedger.ItemReturned.selector, "event");
        require(log.topics[1] == flour && uint256(log.topics[2]) == SHOP, "topics");
        (, uint64 amount) = abi.decode(log.data, (bytes32, uint64));
        equal(amount, 3);
        holds(SHOP, flour, 3);
        act(SHOP_KEY, sell(flour, 3));
    }

    function test_what_is_disposed_of_or_consumed_does_not_come_back() public {
        act(MILL_KEY, commission(flour, 10, 0));
        act(MILL_KEY, dispose(flour, 5));
        act(MILL_KEY, transform(line(flour, 5), output(bread, 5, 0)));
        _refuseReturn(MILL_KEY, 1, _notSold(MILL, 0, 1));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.SoldTooSmall.selector,
            pallet,
            MILL,
            0,
            1
        );
        refuse(MILL_KEY, _returning(pallet, 1), error);
    }

    function test_a_serialised_unit_comes_back_once() public {
        bytes32 unit = flourProduct.unit("S");
        act(MILL_KEY, commission(unit, 1, 0));
        act(MILL_KEY, sell(unit, 1));
        act(MILL_KEY, _returning(unit, 1));
        holds(MILL, unit, 1);
        bytes4 selector = IProductLedger.SoldTooSmall.selector;
        bytes memory error = abi.encodeWithSelector(selector, unit, MILL, 0, 1);
        refuse(MILL_KEY, _returning(unit, 1), error);
        error = abi.encodeWithSelector(IProductLedger.AmountInvalid.selector, unit, 2);
        refuse(MILL_KEY, _returning(unit, 2), error);
    }

    /// @dev They come back, and go nowhere from there.
    function test_recalled_and_expired_goods_come_back() public {
        act(MILL_KEY, commission(flour, 10, NOW));
        act(MILL_KEY, sell(flour, 10));
        act(AUDITOR_KEY, recall(flour));
        act(MILL_KEY, _returning(flour, 4));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ItemIsRecalled.selector,
            flour,
            AUDITOR
        );
        refuse(MILL_KEY, sell(flour, 1), error);
        act(AUDITOR_KEY, release(flour));
        vm.warp(NOW + 1);
        act(MILL_KEY, _returning(flour, 6));
        error = abi.encodeWithSelector(IProductLedger.ItemIsExpired.selector, flour, NOW);
        refuse(MILL_KEY, sell(flour, 1), error);
        act(MILL_KEY, dispose(flour, 10));
    }

    function test_the_record_of_an_item_is_shown() public {
        (uint32 maker, uint32 recalledBy, uint40 expiry, uint64 made) = ledger.itemOf(flour);
        require(maker == 0 && recalledBy == 0 && expiry == 0 && made == 0, "unknown");
        act(MILL_KEY, commission(flour, 10, NOW + 5));
        act(MILL_KEY, commission(flour, 5, 0));
        act(MILL_KEY, dispose(flour, 7));
        act(AUDITOR_KEY, recall(flour));
        (maker, recalledBy, expiry, made) = ledger.itemOf(flour);
        require(maker == MILL && recalledBy == AUDITOR, "maker or recall");
        require(expiry == NOW + 5 && made == 15, "expiry or made");
    }

    function test_logistic_units_are_neither_sold_nor_disposed_of() public {
        act(MILL_KEY, commission(flour, 10, 0));
        act(MILL_KEY, pack(pallet, line(flour, 10)));
        bytes memory error = abi.encodeWithSelector(IProductLedger.IdInvalid.selector, pallet);
        refuse(MILL_KEY, sell(pallet, 1), error);
        refuse(MILL_KEY, dispose(pallet, 1), error);
    }

    function _returning(bytes32 item, uint64 amount) private pure returns (bytes memory) {
        return abi.encodeCall(IProductLedger.acceptReturn, (item, amount));
    }

    function _refuseReturn(address key, uint64 amount, bytes memory error) private {
        refuse(key, _returning(flour, amount), error);
    }

    function _notSold(uint32 org, uint64 sold, uint64 wanted) private view returns (bytes memory) {
        bytes4 selector = IProductLedger.SoldTooSmall.selector;
        return abi.encodeWithSelector(selector, flour, org, sold, wanted);
    }

    function _notAnAmount(uint64 amount) private view returns (bytes memory) {
        return abi.encodeWithSelector(IProductLedger.AmountInvalid.selector, flour, amount);
    }

    function _requireOnlyHeld(bytes memory call, uint64 held, uint64 wanted) private {
        if (wanted == 0 || wanted > LARGEST) {
            refuse(
                MILL_KEY,
                call,
                abi.encodeWithSelector(IProductLedger.AmountInvalid.selector, flour, wanted)
            );
        } else if (wanted > held) {
            refuse(
                MILL_KEY,
                call,
                abi.encodeWithSelector(
                    IProductLedger.HoldingTooSmall.selector,
                    flour,
                    MILL,
                    held,
                    wanted
                )
            );
        } else {
            act(MILL_KEY, call);
            holds(MILL, flour, held - wanted);
        }
    }
}
