// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IProductLedger, Line} from "../interfaces/IProductLedger.sol";
import {Fixture, Gs1} from "./Fixture.sol";
import {vm} from "./Vm.sol";

contract LogisticUnitsTest is Fixture {
    using Gs1 for bytes32;

    bytes32 private _box = Gs1.logisticUnit(2);

    function setUp() public override {
        super.setUp();
        act(MILL_KEY, commission(flour, 1000, 0));
    }

    function test_fuzz_what_is_packed_comes_out_again(
        uint64 first,
        uint64 second,
        uint64 out
    ) public {
        (first, second) = (1 + (first % 500), 1 + (second % 500));
        act(MILL_KEY, pack(pallet, line(flour, first)));
        act(MILL_KEY, pack(pallet, line(flour, second)));
        uint64 inside = first + second;
        equal(ledger.packed(pallet, flour), inside);
        holds(MILL, flour, 1000 - inside);
        holds(MILL, pallet, 1);
        bytes memory call = unpack(pallet, line(flour, out));
        if (out == 0 || out > LARGEST) {
            refuse(
                MILL_KEY,
                call,
                abi.encodeWithSelector(IProductLedger.AmountInvalid.selector, flour, out)
            );
        } else if (out > inside) {
            refuse(
                MILL_KEY,
                call,
                abi.encodeWithSelector(
                    IProductLedger.NotPacked.selector,
                    flour,
                    pallet,
                    inside,
                    out
                )
            );
        } else {
            act(MILL_KEY, call);
            holds(MILL, flour, 1000 - inside + out);
            holds(MILL, pallet, out == inside ? 0 : 1);
        }
    }

    function test_an_emptied_unit_is_gone_and_its_number_free() public {
        act(MILL_KEY, pack(pallet, line(flour, 5)));
        act(MILL_KEY, unpack(pallet, line(flour, 5)));
        _refuseNotHeld(MILL_KEY, MILL, pallet, unpack(pallet, line(flour, 5)));
        act(BAKERY_KEY, commission(bunProduct.lot("N"), 1, 0));
        act(BAKERY_KEY, pack(pallet, line(bunProduct.lot("N"), 1)));
        holds(BAKERY, pallet, 1);
    }

    function test_only_what_is_held_is_packed() public {
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.HoldingTooSmall.selector,
            flour,
            MILL,
            1000,
            1001
        );
        refuse(MILL_KEY, pack(pallet, line(flour, 1001)), error);
        _refuseNotHeld(MILL_KEY, MILL, _box, pack(pallet, line(_box, 1)));
    }

    function test_a_unit_is_in_one_place() public {
        bytes32 moving = Gs1.logisticUnit(3);
        bytes32 inner = Gs1.logisticUnit(4);
        act(MILL_KEY, pack(_box, line(flour, 1)));
        act(MILL_KEY, pack(moving, line(flour, 1)));
        act(MILL_KEY, pack(inner, line(flour, 1)));
        act(MILL_KEY, pack(pallet, line(inner, 1)));
        act(MILL_KEY, ship(SHIPMENT, BAKERY, line(moving, 1)));
        act(MILL_KEY, ship(Gs1.shipment("S-2"), BAKERY, line(flour, 9)));
        act(BAKERY_KEY, receiveShipment(MILL, Gs1.shipment("S-2"), line(flour, 9)));
        _refuseNotHeld(BAKERY_KEY, BAKERY, _box, pack(_box, line(flour, 1)));
        _refuseNotHeld(BAKERY_KEY, BAKERY, moving, pack(moving, line(flour, 1)));
        _refuseNotHeld(BAKERY_KEY, BAKERY, inner, pack(inner, line(flour, 1)));
        _refuseNotHeld(MILL_KEY, MILL, moving, pack(moving, line(flour, 1)));
        _refuseNotHeld(MILL_KEY, MILL, inner, unpack(inner, line(flour, 1)));
        _refuseNotHeld(MILL_KEY, MILL, inner, ship(Gs1.shipment("S-3"), BAKERY, line(inner, 1)));
    }

    function test_a_unit_does_not_go_into_itself() public {
        _refuseNotHeld(MILL_KEY, MILL, _box, pack(_box, line(_box, 1)));
        act(MILL_KEY, pack(_box, line(flour, 1)));
        _refuseNotHeld(MILL_KEY, MILL, _box, pack(_box, line(_box, 1)));
        act(MILL_KEY, pack(pallet, line(_box, 1)));
        _refuseNotHeld(MILL_KEY, MILL, _box, pack(_box, line(pallet, 1)));
    }

    function test_units_nest_four_deep() public {
        _nest(4);
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.LogisticUnitTooLarge.selector,
            _nested(4)
        );
        refuse(MILL_KEY, pack(_nested(4), line(_nested(3), 1)), error);
    }

    function test_a_unit_sinks_when_its_highest_part_leaves() public {
        _nest(4);
        act(MILL_KEY, pack(pallet, line(flour, 1)));
        act(MILL_KEY, pack(_nested(3), line(pallet, 1)));
        act(MILL_KEY, unpack(_nested(3), line(_nested(2), 1))); // of level 3; one of level 1 stays
        act(MILL_KEY, pack(_nested(4), line(_nested(3), 1)));
        act(MILL_KEY, pack(_nested(5), line(_nested(4), 1)));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.LogisticUnitTooLarge.selector,
            _nested(6)
        );
        refuse(MILL_KEY, pack(_nested(6), line(_nested(5), 1)), error);
    }

    function test_an_emptied_unit_begins_at_the_bottom_again() public {
        _nest(4);
        act(MILL_KEY, unpack(_nested(3), line(_nested(2), 1)));
        act(MILL_KEY, pack(_nested(3), line(flour, 1)));
        act(MILL_KEY, pack(_nested(4), line(_nested(3), 1)));
    }

    function test_a_unit_carries_two_hundred_lines() public {
        Line[] memory lines = _lots(201, 2);
        for (uint256 i = 0; i < 200; ++i) {
            act(MILL_KEY, pack(pallet, line(lines[i].item, 1)));
        }
        act(MILL_KEY, pack(pallet, line(lines[7].item, 1)));
        bytes memory error = abi.encodeWithSelector(
            IProductLedger.LogisticUnitTooLarge.selector,
            pallet
        );
        refuse(MILL_KEY, pack(pallet, line(lines[200].item, 1)), error);
        act(MILL_KEY, unpack(pallet, line(lines[3].item, 1)));
        act(MILL_KEY, pack(pallet, line(lines[200].item, 1)));
    }

    /// @dev Takes lots out of the middle of the list in any order, and looks for each of the rest
    /// by recalling it.
    function test_fuzz_the_list_of_contents_stays_whole(uint256 seed) public {
        Line[] memory lines = _lots(8, 1);
        act(MILL_KEY, pack(pallet, lines));
        bool[8] memory gone;
        for (uint256 i = 0; i < 4; ++i) {
            uint256 j = uint256(keccak256(abi.encode(seed, i))) % 8;
            if (gone[j]) continue;
            act(MILL_KEY, unpack(pallet, line(lines[j].item, 1)));
            gone[j] = true;
        }
        for (uint256 j = 0; j < 8; ++j) {
            act(MILL_KEY, recall(lines[j].item));
            bytes32 shipment = Gs1.shipment(bytes20(bytes1(uint8(65 + j))));
            if (gone[j]) {
                act(MILL_KEY, ship(shipment, BAKERY, line(pallet, 1)));
                act(MILL_KEY, cancelShipment(shipment, line(pallet, 1)));
            } else {
                refuse(
                    MILL_KEY,
                    ship(shipment, BAKERY, line(pallet, 1)),
                    abi.encodeWithSelector(
                        IProductLedger.ItemIsRecalled.selector,
                        lines[j].item,
                        MILL
                    )
                );
            }
            act(MILL_KEY, release(lines[j].item));
        }
    }

    function test_fuzz_only_logistic_units_are_packed_into(bytes32 id) public {
        vm.assume(uint256(id) >> 248 != 0x12);
        bytes memory error = abi.encodeWithSelector(IProductLedger.IdInvalid.selector, id);
        refuse(MILL_KEY, pack(id, line(flour, 1)), error);
    }

    function test_recalled_and_expired_items_are_packed_and_unpacked() public {
        bytes32 stale = flourProduct.lot("Z");
        act(MILL_KEY, commission(stale, 5, 1));
        act(MILL_KEY, recall(flour));
        act(MILL_KEY, pack(pallet, lines2(flour, 1, stale, 1)));
        act(MILL_KEY, unpack(pallet, lines2(flour, 1, stale, 1)));
    }

    function test_lines_ascend_without_repeats() public {
        bytes memory error = abi.encodeWithSelector(IProductLedger.LinesNotOrdered.selector, 0);
        refuse(MILL_KEY, pack(pallet, new Line[](0)), error);
        act(MILL_KEY, pack(pallet, line(flour, 5)));
        refuse(MILL_KEY, unpack(pallet, new Line[](0)), error);
        error = abi.encodeWithSelector(IProductLedger.LinesNotOrdered.selector, 1);
        refuse(MILL_KEY, pack(pallet, lines2(flour, 1, flour, 1)), error);
        refuse(MILL_KEY, unpack(pallet, lines2(flour, 1, flour, 1)), error);
    }

    function _nested(uint64 level) private pure returns (bytes32) {
        return Gs1.logisticUnit(100 + level);
    }

    function _nest(uint64 levels) private {
        act(MILL_KEY, pack(_nested(0), line(flour, 1)));
        for (uint64 i = 1; i < levels; ++i) {
            act(MILL_KEY, pack(_nested(i), line(_nested(i - 1), 1)));
        }
    }

    function _lots(uint256 count, uint64 amount) private returns (Line[] memory lines) {
        lines = new Line[](count);
        for (uint256 i = 0; i < count; ++i) {
            bytes32 lot = flourProduct.lot(
                bytes20(
                    bytes.concat("P", bytes1(uint8(0x30 + i / 16)), bytes1(uint8(0x30 + (i % 16))))
                )
            );
            lines[i] = Line(lot, amount);
            act(MILL_KEY, commission(lot, amount, 0));
        }
    }

    function _refuseNotHeld(
        address key,
        uint32 org,
        bytes32 logisticUnit,
        bytes memory call
    ) private {
        refuse(
            key,
            call,
            abi.encodeWithSelector(IProductLedger.LogisticUnitNotHeld.selector, logisticUnit, org)
        );
    }

    function test_a_unit_sinks_to_the_lowest_level() public {
        bytes32 inner = Gs1.logisticUnit(201);
        bytes32 outer = Gs1.logisticUnit(202);
        act(MILL_KEY, pack(inner, line(flour, 1)));
        act(MILL_KEY, pack(outer, lines2(flour, 1, inner, 1)));
        act(MILL_KEY, unpack(outer, line(inner, 1)));
        for (uint64 i = 203; i < 206; ++i) {
            bytes32 next = Gs1.logisticUnit(i);
            act(MILL_KEY, pack(next, line(outer, 1)));
            outer = next;
        }
    }
}
