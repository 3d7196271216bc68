// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "../interfaces/IDoor.sol";
import {IProductLedger, Line} from "../interfaces/IProductLedger.sol";
import {Fixture, Gs1} from "./Fixture.sol";
import {vm} from "./Vm.sol";

/// @title Ways to bring on what is recalled, or what one does not have; none of them leads anywhere
contract LaunderingTest is Fixture {
    using Gs1 for bytes32;

    bytes32 private constant NEXT = bytes32(
        abi.encodePacked(uint8(0x13), uint64(0), bytes23("S-2"))
    );

    bytes32 private _third = Gs1.shipment("S-3");
    bytes32 private _fresh = flourProduct.lot("F2");
    bytes32 private _box = Gs1.logisticUnit(2);
    bytes private _recalled = abi.encodeWithSelector(
        IProductLedger.ItemIsRecalled.selector,
        flour,
        AUDITOR
    );

    /// @dev The bakery may make the mill's flour, and holds some of the mill's own lot.
    function setUp() public override {
        super.setUp();
        act(MILL_KEY, authoriseMaker(flourProduct, BAKERY, true));
        act(MILL_KEY, commission(flour, 100, 0));
        act(MILL_KEY, ship(SHIPMENT, BAKERY, line(flour, 50)));
        act(BAKERY_KEY, receiveShipment(MILL, SHIPMENT, line(flour, 40)));
    }

    // ------------------------------------------------------------------ recalled goods

    function test_a_recalled_lot_is_not_split_merged_or_used() public {
        act(BAKERY_KEY, commission(_fresh, 10, 0));
        act(AUDITOR_KEY, recall(flour));
        bytes32 third = flourProduct.lot("F3");
        refuse(BAKERY_KEY, transform(line(flour, 40), output(third, 40, 0)), _recalled);
        refuse(
            BAKERY_KEY,
            transform(lines2(flour, 40, _fresh, 10), output(third, 50, 0)),
            _recalled
        );
        refuse(BAKERY_KEY, transform(line(flour, 1), output(bunProduct.lot("A"), 9, 0)), _recalled);
        // nor is anything made into it
        refuse(MILL_KEY, commission(flour, 1, 0), _recalled);
    }

    /// @dev All or none: what stands before the recall in an operation of another does not matter.
    function test_no_order_within_an_operation_helps() public {
        act(AUDITOR_KEY, recall(flour));
        bytes[] memory calls = new bytes[](3);
        calls[0] = pack(pallet, line(flour, 40));
        calls[1] = unpack(pallet, line(flour, 40));
        calls[2] = transform(line(flour, 40), output(_fresh, 40, 0));
        vm.expectRevert(_recalled);
        perform(BAKERY_KEY, 1 << 100, calls);
        calls[1] = ship(NEXT, SHOP, line(pallet, 1));
        vm.expectRevert(_recalled);
        perform(BAKERY_KEY, 1 << 100, calls);
        calls[0] = recall(flour);
        calls[1] = release(flour);
        vm.expectRevert(
            abi.encodeWithSelector(IProductLedger.NotAllowedToRecall.selector, flour, MILL)
        );
        perform(MILL_KEY, 1 << 100, calls);
    }

    function test_wrapping_does_not_hide_it_however_deep() public {
        act(BAKERY_KEY, commission(_fresh, 10, 0));
        act(BAKERY_KEY, pack(_box, lines2(flour, 40, _fresh, 10)));
        act(BAKERY_KEY, pack(pallet, line(_box, 1)));
        act(AUDITOR_KEY, recall(flour));
        refuse(BAKERY_KEY, ship(NEXT, SHOP, line(pallet, 1)), _recalled);
        // its maker takes it, but not the rest
        act(AUDITOR_KEY, recall(_fresh));
        bytes4 selector = IProductLedger.ItemIsRecalled.selector;
        bytes memory error = abi.encodeWithSelector(selector, _fresh, AUDITOR);
        refuse(BAKERY_KEY, ship(NEXT, MILL, line(pallet, 1)), error);
        act(AUDITOR_KEY, release(_fresh));
        act(BAKERY_KEY, ship(NEXT, MILL, line(pallet, 1)));
        act(MILL_KEY, receiveShipment(BAKERY, NEXT, line(pallet, 1)));
        refuse(MILL_KEY, ship(_third, SHOP, line(pallet, 1)), _recalled);
    }

    /// @dev Whatever was on its way arrives, or comes back; and stays.
    function test_what_is_recalled_on_its_way_goes_no_further() public {
        act(AUDITOR_KEY, recall(flour));
        act(BAKERY_KEY, receiveShipment(MILL, SHIPMENT, line(flour, 4)));
        act(BAKERY_KEY, rejectShipment(MILL, SHIPMENT, line(flour, 3)));
        act(MILL_KEY, cancelShipment(SHIPMENT, line(flour, 3)));
        holds(BAKERY, flour, 44);
        holds(MILL, flour, 56);
        refuse(BAKERY_KEY, ship(NEXT, SHOP, line(flour, 1)), _recalled);
        refuse(MILL_KEY, ship(NEXT, SHOP, line(flour, 1)), _recalled);
        refuse(MILL_KEY, sell(flour, 1), _recalled);
        act(BAKERY_KEY, ship(NEXT, MILL, line(flour, 44)));
        act(MILL_KEY, receiveShipment(BAKERY, NEXT, line(flour, 44)));
        act(MILL_KEY, dispose(flour, 100));
    }

    function test_a_sale_and_its_return_do_not_wash_it() public {
        act(MILL_KEY, sell(flour, 5));
        act(AUDITOR_KEY, recall(flour));
        act(MILL_KEY, abi.encodeCall(IProductLedger.acceptReturn, (flour, 5)));
        refuse(MILL_KEY, sell(flour, 5), _recalled);
        refuse(MILL_KEY, transform(line(flour, 5), output(_fresh, 5, 0)), _recalled);
        refuse(MILL_KEY, ship(NEXT, SHOP, line(flour, 5)), _recalled);
    }

    // ------------------------------------------------------------------ what is not there

    function test_nobody_packs_what_is_anothers() public {
        refuse(SHOP_KEY, pack(pallet, line(flour, 1)), _notHeld(SHOP, 0, 1));
        act(BAKERY_KEY, pack(pallet, line(flour, 40)));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.LogisticUnitNotHeld.selector,
            pallet,
            SHOP
        );
        refuse(SHOP_KEY, pack(_box, line(pallet, 1)), error);
        refuse(SHOP_KEY, unpack(pallet, line(flour, 1)), error);
        refuse(SHOP_KEY, ship(NEXT, MILL, line(pallet, 1)), error);
        act(MILL_KEY, ship(NEXT, SHOP, line(flour, 1)));
        act(SHOP_KEY, receiveShipment(MILL, NEXT, line(flour, 1)));
        refuse(SHOP_KEY, pack(pallet, line(flour, 1)), error);
    }

    function test_fuzz_no_parts_are_more_than_the_whole(uint256 seed) public {
        uint256 left = 10;
        for (uint256 i = 0; i < 20; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint64 amount = uint64(1 + ((seed >> 8) % 6));
            Line[] memory lines = line(flour, amount);
            (address key, bytes memory call) = seed % 3 == 0
                ? (MILL_KEY, cancelShipment(SHIPMENT, lines))
                : seed % 3 == 1
                    ? (BAKERY_KEY, receiveShipment(MILL, SHIPMENT, lines))
                    : (BAKERY_KEY, rejectShipment(MILL, SHIPMENT, lines));
            if (amount <= left) {
                act(key, call);
                left -= amount;
            } else {
                bytes4 selector = IProductLedger.NotInTransit.selector;
                refuse(
                    key,
                    call,
                    abi.encodeWithSelector(selector, flour, MILL, SHIPMENT, left, amount)
                );
            }
            equal(ledger.inTransit(MILL, SHIPMENT, flour), left);
        }
        equal(ledger.holding(flour, MILL) + ledger.holding(flour, BAKERY) + left, 100);
    }

    function test_nothing_is_relayed_or_sold_for_others_within_an_operation() public {
        bytes[] memory none = new bytes[](0);
        bytes memory error = abi.encodeWithSelector(IDoor.AlreadyPerforming.selector);
        refuse(BAKERY_KEY, abi.encodeCall(IDoor.perform, (1 << 100, none)), error);
        error = abi.encodeWithSelector(IProductLedger.NotTheUnitRegistry.selector, BAKERY_KEY);
        refuse(BAKERY_KEY, abi.encodeCall(IProductLedger.sellFor, (MILL, flour, 1)), error);
        refuse(BAKERY_KEY, abi.encodeCall(IProductLedger.returnFor, (MILL, flour, 1)), error);
    }

    // ------------------------------------------------------------------ private

    function _notHeld(
        uint32 org,
        uint256 held,
        uint256 wanted
    ) private view returns (bytes memory) {
        bytes4 selector = IProductLedger.HoldingTooSmall.selector;
        return abi.encodeWithSelector(selector, flour, org, held, wanted);
    }
}
