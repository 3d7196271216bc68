// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IProductLedger, Line} from "../interfaces/IProductLedger.sol";
import {Fixture, Gs1} from "./Fixture.sol";
import {vm} from "./Vm.sol";

contract ShipmentsTest is Fixture {
    using Gs1 for bytes32;

    bytes32 private _other = Gs1.shipment("S-2");

    function setUp() public override {
        super.setUp();
        act(MILL_KEY, commission(flour, 1000, 0));
    }

    function test_fuzz_a_shipment_ends_in_parts(
        uint64 shipped,
        uint64 received,
        uint64 rejected
    ) public {
        shipped = 1 + (shipped % 1000);
        act(MILL_KEY, ship(SHIPMENT, BAKERY, line(flour, shipped)));
        holds(MILL, flour, 1000 - shipped);
        holds(BAKERY, flour, 0);
        uint64 left = _endPart(
            BAKERY_KEY,
            receiveShipment(MILL, SHIPMENT, line(flour, received)),
            shipped,
            received
        );
        holds(BAKERY, flour, shipped - left);
        uint64 rest = _endPart(
            BAKERY_KEY,
            rejectShipment(MILL, SHIPMENT, line(flour, rejected)),
            left,
            rejected
        );
        holds(MILL, flour, 1000 - shipped + left - rest);
        if (rest > 0) act(MILL_KEY, cancelShipment(SHIPMENT, line(flour, rest)));
        equal(ledger.inTransit(MILL, SHIPMENT, flour), 0);
        equal(ledger.holding(flour, MILL) + ledger.holding(flour, BAKERY), 1000);
    }

    function test_a_shipment_is_named_once_by_each_shipper() public {
        act(MILL_KEY, ship(SHIPMENT, BAKERY, line(flour, 9)));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ShipmentAlreadyExists.selector,
            MILL,
            SHIPMENT
        );
        refuse(MILL_KEY, ship(SHIPMENT, SHOP, line(flour, 9)), error);
        act(BAKERY_KEY, receiveShipment(MILL, SHIPMENT, line(flour, 9)));
        refuse(MILL_KEY, ship(SHIPMENT, BAKERY, line(flour, 9)), error);
        act(BAKERY_KEY, ship(SHIPMENT, MILL, line(flour, 9)));
    }

    function test_fuzz_only_shipments_are_shipped(bytes32 id) public {
        vm.assume(uint256(id) >> 248 != 0x13);
        refuse(
            MILL_KEY,
            ship(id, BAKERY, line(flour, 1)),
            abi.encodeWithSelector(IProductLedger.IdInvalid.selector, id)
        );
    }

    function test_fuzz_the_receiver_is_another_organisation(uint32 to) public {
        vm.assume(to == MILL || to == 0 || to > AUDITOR);
        bytes memory error = abi.encodeWithSelector(IProductLedger.ReceiverInvalid.selector, to);
        refuse(MILL_KEY, ship(SHIPMENT, to, line(flour, 1)), error);
        refuse(
            MILL_KEY,
            ship(SHIPMENT, MILL, line(flour, 1)),
            abi.encodeWithSelector(IProductLedger.ReceiverInvalid.selector, MILL)
        );
    }

    function test_nobody_but_the_receiver_receives_or_rejects() public {
        act(MILL_KEY, ship(SHIPMENT, BAKERY, line(flour, 9)));
        address[2] memory keys = [MILL_KEY, SHOP_KEY];
        uint32[2] memory orgs = [MILL, SHOP];
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory error = abi.encodeWithSelector(
                IProductLedger.NotTheReceiver.selector,
                MILL,
                SHIPMENT,
                BAKERY,
                orgs[i]
            );
            refuse(keys[i], receiveShipment(MILL, SHIPMENT, line(flour, 1)), error);
            refuse(keys[i], rejectShipment(MILL, SHIPMENT, line(flour, 1)), error);
        }
    }

    function test_nobody_but_the_shipper_cancels() public {
        act(MILL_KEY, ship(SHIPMENT, BAKERY, line(flour, 9)));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ShipmentUnknown.selector,
            BAKERY,
            SHIPMENT
        );
        refuse(BAKERY_KEY, cancelShipment(SHIPMENT, line(flour, 1)), error);
    }

    function test_fuzz_unknown_shipments_are_refused(bytes32 shipment, uint32 from) public {
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ShipmentUnknown.selector,
            from,
            shipment
        );
        refuse(BAKERY_KEY, receiveShipment(from, shipment, line(flour, 1)), error);
        refuse(BAKERY_KEY, rejectShipment(from, shipment, line(flour, 1)), error);
        error = abi.encodeWithSelector(IProductLedger.ShipmentUnknown.selector, BAKERY, shipment);
        refuse(BAKERY_KEY, cancelShipment(shipment, line(flour, 1)), error);
    }

    function test_fuzz_no_more_than_is_on_its_way_ends(uint64 wanted) public {
        vm.assume(wanted > 9 && wanted <= LARGEST);
        act(MILL_KEY, ship(SHIPMENT, BAKERY, line(flour, 9)));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.NotInTransit.selector,
            flour,
            MILL,
            SHIPMENT,
            9,
            wanted
        );
        refuse(BAKERY_KEY, receiveShipment(MILL, SHIPMENT, line(flour, wanted)), error);
        refuse(BAKERY_KEY, rejectShipment(MILL, SHIPMENT, line(flour, wanted)), error);
        refuse(MILL_KEY, cancelShipment(SHIPMENT, line(flour, wanted)), error);
    }

    function test_fuzz_no_more_than_is_held_is_shipped(uint64 wanted) public {
        vm.assume(wanted > 1000 && wanted <= LARGEST);
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.HoldingTooSmall.selector,
            flour,
            MILL,
            1000,
            wanted
        );
        refuse(MILL_KEY, ship(SHIPMENT, BAKERY, line(flour, wanted)), error);
    }

    function test_recalled_items_go_to_their_maker_only() public {
        act(MILL_KEY, ship(SHIPMENT, BAKERY, line(flour, 9)));
        act(BAKERY_KEY, receiveShipment(MILL, SHIPMENT, line(flour, 9)));
        act(MILL_KEY, recall(flour));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ItemIsRecalled.selector,
            flour,
            MILL
        );
        refuse(BAKERY_KEY, ship(SHIPMENT, SHOP, line(flour, 1)), error);
        refuse(MILL_KEY, ship(_other, BAKERY, line(flour, 1)), error);
        act(BAKERY_KEY, ship(SHIPMENT, MILL, line(flour, 9)));
    }

    function test_expired_items_go_to_their_maker_only() public {
        bytes32 fresh = flourProduct.lot("F2");
        act(MILL_KEY, commission(fresh, 9, NOW));
        act(MILL_KEY, ship(SHIPMENT, BAKERY, line(fresh, 9)));
        vm.warp(NOW + 1);
        act(BAKERY_KEY, receiveShipment(MILL, SHIPMENT, line(fresh, 9)));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ItemIsExpired.selector,
            fresh,
            NOW
        );
        refuse(BAKERY_KEY, ship(SHIPMENT, SHOP, line(fresh, 1)), error);
        act(BAKERY_KEY, ship(SHIPMENT, MILL, line(fresh, 9)));
    }

    function test_what_was_recalled_on_its_way_still_arrives() public {
        act(MILL_KEY, ship(SHIPMENT, BAKERY, line(flour, 9)));
        act(MILL_KEY, recall(flour));
        act(BAKERY_KEY, receiveShipment(MILL, SHIPMENT, line(flour, 3)));
        act(BAKERY_KEY, rejectShipment(MILL, SHIPMENT, line(flour, 3)));
        act(MILL_KEY, cancelShipment(SHIPMENT, line(flour, 3)));
        holds(BAKERY, flour, 3);
        holds(MILL, flour, 997);
    }

    function test_what_is_recalled_deep_inside_holds_a_logistic_unit_back() public {
        bytes32 box = Gs1.logisticUnit(2);
        bytes32 crate = Gs1.logisticUnit(3);
        act(MILL_KEY, pack(box, line(flour, 5)));
        act(MILL_KEY, pack(crate, line(box, 1)));
        act(MILL_KEY, pack(pallet, line(crate, 1)));
        act(MILL_KEY, recall(flour));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.ItemIsRecalled.selector,
            flour,
            MILL
        );
        refuse(MILL_KEY, ship(SHIPMENT, BAKERY, line(pallet, 1)), error);
        act(MILL_KEY, release(flour));
        act(MILL_KEY, ship(SHIPMENT, BAKERY, line(pallet, 1)));
        act(BAKERY_KEY, receiveShipment(MILL, SHIPMENT, line(pallet, 1)));
        act(MILL_KEY, recall(flour));
        refuse(BAKERY_KEY, ship(SHIPMENT, SHOP, line(pallet, 1)), error);
        act(BAKERY_KEY, ship(SHIPMENT, MILL, line(pallet, 1)));
    }

    function test_a_logistic_unit_is_one() public {
        act(MILL_KEY, pack(pallet, line(flour, 5)));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.AmountInvalid.selector,
            pallet,
            2
        );
        refuse(MILL_KEY, ship(SHIPMENT, BAKERY, line(pallet, 2)), error);
        act(MILL_KEY, ship(SHIPMENT, BAKERY, line(pallet, 1)));
        refuse(BAKERY_KEY, receiveShipment(MILL, SHIPMENT, line(pallet, 2)), error);
        error = abi.encodeWithSelector(IProductLedger.LogisticUnitNotHeld.selector, pallet, MILL);
        refuse(MILL_KEY, ship(_other, BAKERY, line(pallet, 1)), error);
    }

    function test_lines_ascend_without_repeats() public {
        act(MILL_KEY, ship(SHIPMENT, BAKERY, line(flour, 9)));
        bytes memory error = abi.encodeWithSelector(IProductLedger.LinesNotOrdered.selector, 0);
        Line[] memory none = new Line[](0);
        refuse(MILL_KEY, ship(_other, BAKERY, none), error);
        refuse(BAKERY_KEY, receiveShipment(MILL, SHIPMENT, none), error);
        refuse(BAKERY_KEY, rejectShipment(MILL, SHIPMENT, none), error);
        refuse(MILL_KEY, cancelShipment(SHIPMENT, none), error);
        error = abi.encodeWithSelector(IProductLedger.LinesNotOrdered.selector, 1);
        Line[] memory twice = lines2(flour, 1, flour, 1);
        refuse(MILL_KEY, ship(_other, BAKERY, twice), error);
        refuse(BAKERY_KEY, receiveShipment(MILL, SHIPMENT, twice), error);
        refuse(BAKERY_KEY, rejectShipment(MILL, SHIPMENT, twice), error);
        refuse(MILL_KEY, cancelShipment(SHIPMENT, twice), error);
    }

    /// @return what is on its way afterwards
    function _endPart(
        address key,
        bytes memory call,
        uint64 onItsWay,
        uint64 wanted
    ) private returns (uint64) {
        if (wanted == 0 || wanted > LARGEST) {
            refuse(
                key,
                call,
                abi.encodeWithSelector(IProductLedger.AmountInvalid.selector, flour, wanted)
            );
        } else if (wanted > onItsWay) {
            refuse(
                key,
                call,
                abi.encodeWithSelector(
                    IProductLedger.NotInTransit.selector,
                    flour,
                    MILL,
                    SHIPMENT,
                    onItsWay,
                    wanted
                )
            );
        } else {
            act(key, call);
            return onItsWay - wanted;
        }
        return onItsWay;
    }
}
