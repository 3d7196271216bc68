// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ProductLedger} from "../ProductLedger.sol";
import {IERC1271} from "../interfaces/IERC1271.sol";
import {Act, IDoor} from "../interfaces/IDoor.sol";
import {IOrgRegistry} from "../interfaces/IOrgRegistry.sol";
import {IProductLedger} from "../interfaces/IProductLedger.sol";
import {Fixture, Gs1} from "./Fixture.sol";
import {Log, vm} from "./Vm.sol";

/// @title A wallet of code that says yes to one hash, and tries what it can while it is asked
contract Wallet is IERC1271 {
    bytes32 public accepted;
    bytes private _attempt;
    address private _target;

    function accept(bytes32 hash) external {
        accepted = hash;
    }

    function tryWhenAsked(address target, bytes calldata attempt) external {
        (_target, _attempt) = (target, attempt);
    }

    function isValidSignature(bytes32 hash, bytes calldata) external view returns (bytes4) {
        if (_target != address(0)) {
            (bool done, ) = _target.staticcall(_attempt);
            require(!done, "acted while it was asked");
        }
        return hash == accepted ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// @title A wallet whose answer is no answer
contract Mumbler {
    bytes private _answer;

    constructor(bytes memory answer) {
        _answer = answer;
    }

    fallback() external {
        bytes memory answer = _answer;
        assembly ("memory-safe") {
            return(add(answer, 32), mload(answer))
        }
    }
}

contract RelayTest is Fixture {
    using Gs1 for bytes32;

    uint256 private constant MILL_SECRET = 0xA11;
    uint256 private constant BAKERY_SECRET = 0xB0B;
    uint256 private constant ORDER =
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    address private _mill;
    address private _bakery;

    function setUp() public override {
        super.setUp();
        (_mill, _bakery) = (vm.addr(MILL_SECRET), vm.addr(BAKERY_SECRET));
        vm.prank(MILL_KEY);
        registry.addKey(MILL, _mill, 7, 0, 0);
        vm.prank(BAKERY_KEY);
        registry.addKey(BAKERY, _bakery, 7, 0, 0);
    }

    // ------------------------------------------------------------------ what it is for

    function test_one_signature_covers_many_acts() public {
        Act memory signed = _act(_mill, 7);
        signed.calls = new bytes[](3);
        signed.calls[0] = commission(flour, 100, 0);
        signed.calls[1] = transform(line(flour, 40), output(bread, 60, 0));
        signed.calls[2] = ship(SHIPMENT, BAKERY, line(bread, 50));
        vm.recordLogs();
        _relay(signed, MILL_SECRET);
        Log[] memory logs = vm.getRecordedLogs();
        equal(logs.length, 5);
        require(logs[0].topics[0] == IDoor.OperationPerformed.selector, "operation");
        equal(uint256(logs[0].topics[1]), MILL);
        equal(uint256(logs[0].topics[2]), uint160(_mill));
        holds(MILL, flour, 60);
        holds(MILL, bread, 10);
        require(ledger.operationPerformed(MILL, 7), "not kept");
    }

    function test_acts_of_several_organisations_stand_in_one_transaction() public {
        Act[] memory acts = new Act[](2);
        bytes[] memory signatures = new bytes[](2);
        acts[0] = _act(_mill, 101, commission(flour, 100, 0));
        acts[1] = _act(_bakery, 101, commission(bunProduct.lot("X"), 5, 0));
        (signatures[0], signatures[1]) = (
            _sign(acts[0], MILL_SECRET),
            _sign(acts[1], BAKERY_SECRET)
        );
        ledger.relay(acts, signatures);
        holds(MILL, flour, 100);
        holds(BAKERY, bunProduct.lot("X"), 5);
    }

    function test_a_later_act_that_fails_undoes_all() public {
        Act[] memory acts = new Act[](2);
        bytes[] memory signatures = new bytes[](2);
        acts[0] = _act(_mill, 101, commission(flour, 100, 0));
        acts[1] = _act(_bakery, 101, dispose(flour, 1));
        (signatures[0], signatures[1]) = (
            _sign(acts[0], MILL_SECRET),
            _sign(acts[1], BAKERY_SECRET)
        );
        vm.expectRevert(
            abi.encodeWithSelector(IProductLedger.HoldingTooSmall.selector, flour, BAKERY, 0, 1)
        );
        ledger.relay(acts, signatures);
        require(!ledger.operationPerformed(MILL, 101), "half done");
        holds(MILL, flour, 0);
    }

    /// @dev The second acts for itself alone: what the first may do is gone.
    function test_roles_do_not_carry_over_to_the_next_act() public {
        address carrier = vm.addr(0xCA);
        vm.prank(registry.adminOf(MILL));
        registry.addKey(MILL, carrier, 2, 0, 0);
        Act[] memory acts = new Act[](2);
        bytes[] memory signatures = new bytes[](2);
        acts[0] = _act(_mill, 101, commission(flour, 100, 0));
        acts[1] = _act(carrier, 2, commission(flour, 100, 0));
        (signatures[0], signatures[1]) = (_sign(acts[0], MILL_SECRET), _sign(acts[1], 0xCA));
        vm.expectRevert(abi.encodeWithSelector(IDoor.RoleMissing.selector, MILL, 1, 2));
        ledger.relay(acts, signatures);
    }

    function test_the_digest_is_that_of_eip_712() public view {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Lotmark ProductLedger"),
                keccak256("1"),
                block.chainid,
                address(ledger)
            )
        );
        require(ledger.domainSeparator() == domain, "domain");
    }

    // ------------------------------------------------------------------ replays

    function test_a_relayed_act_is_not_relayed_again() public {
        Act memory signed = _act(_mill, 7, commission(flour, 100, 0));
        _relay(signed, MILL_SECRET);
        _refuseRelay(
            signed,
            MILL_SECRET,
            abi.encodeWithSelector(IDoor.OperationAlreadyPerformed.selector, MILL, 7)
        );
        holds(MILL, flour, 100);
    }

    function test_twice_in_one_relay_is_refused() public {
        Act[] memory acts = new Act[](2);
        bytes[] memory signatures = new bytes[](2);
        acts[0] = acts[1] = _act(_mill, 7, commission(flour, 100, 0));
        signatures[0] = signatures[1] = _sign(acts[0], MILL_SECRET);
        vm.expectRevert(abi.encodeWithSelector(IDoor.OperationAlreadyPerformed.selector, MILL, 7));
        ledger.relay(acts, signatures);
    }

    function test_a_number_is_shared_by_both_ways_in() public {
        perform(MILL_KEY, 7, new bytes[](0));
        _refuseRelay(
            _act(_mill, 7, commission(flour, 100, 0)),
            MILL_SECRET,
            abi.encodeWithSelector(IDoor.OperationAlreadyPerformed.selector, MILL, 7)
        );
    }

    function test_fuzz_on_another_chain_it_is_refused(uint64 chain) public {
        vm.assume(chain != 0 && chain != block.chainid);
        Act memory signed = _act(_mill, 7, commission(flour, 100, 0));
        bytes memory signature = _sign(signed, MILL_SECRET);
        vm.chainId(chain);
        _refuseSignature(signed, signature);
    }

    function test_in_another_contract_it_is_refused() public {
        Act memory signed = _act(_mill, 7, commission(flour, 100, 0));
        bytes memory signature = _sign(signed, MILL_SECRET);
        ledger = new ProductLedger(registry, address(0));
        _refuseSignature(signed, signature);
    }

    // ------------------------------------------------------------------ what was signed, by whom

    function test_fuzz_nothing_signed_can_be_changed(uint256 seed) public {
        Act memory signed = _act(_mill, 7, commission(flour, 100, 0));
        bytes memory signature = _sign(signed, MILL_SECRET);
        uint256 what = seed % 5;
        if (what == 0) signed.operation = 8;
        if (what == 1) signed.deadline += 1 + ((seed >> 8) % 1e9);
        if (what == 2) signed.calls[0] = commission(flour, 101, 0);
        if (what == 3) signed.calls = new bytes[](0);
        if (what == 4) {
            bytes[] memory twice = new bytes[](2);
            twice[0] = twice[1] = signed.calls[0];
            signed.calls = twice;
        }
        _refuseSignature(signed, signature);
    }

    function test_nobody_signs_for_another() public {
        Act memory signed = _act(_bakery, 7, dispose(flour, 1));
        _refuseSignature(signed, _sign(signed, MILL_SECRET));
        signed.actor = address(0);
        _refuseSignature(signed, new bytes(65));
        signed.actor = BAKERY_KEY;
        _refuseSignature(signed, _sign(signed, MILL_SECRET));
    }

    function test_fuzz_what_is_no_signature_is_refused(bytes memory signature) public {
        _refuseSignature(_act(_mill, 7, commission(flour, 100, 0)), signature);
    }

    function test_the_twin_with_the_higher_s_is_refused() public {
        Act memory signed = _act(_mill, 7, commission(flour, 100, 0));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(MILL_SECRET, _digest(signed));
        bytes memory twin = abi.encodePacked(
            r,
            bytes32(ORDER - uint256(s)),
            uint8(v == 27 ? 28 : 27)
        );
        require(
            ecrecover(_digest(signed), v == 27 ? 28 : 27, r, bytes32(ORDER - uint256(s))) == _mill,
            "no twin"
        );
        _refuseSignature(signed, twin);
    }

    function test_more_or_less_bytes_are_refused() public {
        Act memory signed = _act(_mill, 7, commission(flour, 100, 0));
        bytes memory signature = _sign(signed, MILL_SECRET);
        _refuseSignature(signed, bytes.concat(signature, hex"00"));
        bytes memory shorter = new bytes(64);
        for (uint256 i = 0; i < 64; ++i) {
            shorter[i] = signature[i];
        }
        _refuseSignature(signed, shorter);
    }

    function test_every_act_needs_its_signature() public {
        Act[] memory acts = new Act[](1);
        acts[0] = _act(_mill, 7, commission(flour, 100, 0));
        vm.expectRevert(abi.encodeWithSelector(IDoor.SignaturesDoNotMatch.selector, 1, 0));
        ledger.relay(acts, new bytes[](0));
        vm.expectRevert(abi.encodeWithSelector(IDoor.SignaturesDoNotMatch.selector, 1, 2));
        ledger.relay(acts, new bytes[](2));
    }

    function test_fuzz_the_deadline_is_the_last_good_second(uint40 deadline) public {
        Act memory signed = _act(_mill, 7, commission(flour, 100, 0));
        signed.deadline = deadline;
        if (deadline >= NOW) return _relay(signed, MILL_SECRET);
        _refuseRelay(
            signed,
            MILL_SECRET,
            abi.encodeWithSelector(IDoor.DeadlinePassed.selector, 7, deadline)
        );
    }

    function test_at_the_deadline_it_is_still_good() public {
        Act memory signed = _act(_mill, 7, commission(flour, 100, 0));
        signed.deadline = NOW;
        _relay(signed, MILL_SECRET);
        signed.operation = 8;
        signed.deadline = NOW - 1;
        _refuseRelay(
            signed,
            MILL_SECRET,
            abi.encodeWithSelector(IDoor.DeadlinePassed.selector, 8, NOW - 1)
        );
    }

    // ------------------------------------------------------------------ keys

    function test_a_revoked_key_has_signed_in_vain() public {
        Act memory signed = _act(_mill, 7, commission(flour, 100, 0));
        bytes memory signature = _sign(signed, MILL_SECRET);
        vm.prank(MILL_KEY);
        registry.revokeKey(_mill);
        _refuse(
            signed,
            signature,
            abi.encodeWithSelector(IOrgRegistry.KeyNotValid.selector, _mill, 0, NOW)
        );
    }

    function test_a_stranger_has_signed_in_vain() public {
        address stranger = vm.addr(0x57);
        Act memory signed = _act(stranger, 7, commission(flour, 100, 0));
        _refuse(
            signed,
            _sign(signed, 0x57),
            abi.encodeWithSelector(IOrgRegistry.KeyUnknown.selector, stranger)
        );
    }

    // ------------------------------------------------------------------ nesting

    function test_nothing_is_relayed_or_performed_within_an_operation() public {
        (Act[] memory acts, bytes[] memory signatures) = _one(
            _act(_bakery, 7, commission(bunProduct.lot("X"), 5, 0)),
            BAKERY_SECRET
        );
        bytes memory inner = abi.encodeCall(IDoor.relay, (acts, signatures));
        bytes memory nested = abi.encodeWithSelector(IDoor.AlreadyPerforming.selector);
        refuse(MILL_KEY, inner, nested);
        refuse(MILL_KEY, abi.encodeCall(IDoor.relay, (new Act[](0), new bytes[](0))), nested);
        _refuseRelay(_act(_mill, 8, inner), MILL_SECRET, nested);
        inner = abi.encodeCall(IDoor.perform, (9, new bytes[](0)));
        _refuseRelay(_act(_mill, 8, inner), MILL_SECRET, nested);
    }

    function test_nobody_acts_after_a_relay() public {
        _relay(_act(_mill, 7, commission(flour, 100, 0)), MILL_SECRET);
        vm.prank(_mill);
        (bool done, bytes memory answer) = address(ledger).call(dispose(flour, 1));
        require(!done && bytes4(answer) == IDoor.NotPerforming.selector, "acted alone");
    }

    function test_an_act_after_the_first_finds_nobody_acting_while_it_is_checked() public {
        Wallet wallet = _wallet();
        Act[] memory acts = new Act[](2);
        bytes[] memory signatures = new bytes[](2);
        acts[0] = _act(_mill, 7, commission(flour, 100, 0));
        signatures[0] = _sign(acts[0], MILL_SECRET);
        acts[1] = _act(address(wallet), 8, commission(flour, 5, 0));
        wallet.accept(_digest(acts[1]));
        wallet.tryWhenAsked(address(ledger), dispose(flour, 1));
        ledger.relay(acts, signatures);
        holds(MILL, flour, 105);
    }

    // ------------------------------------------------------------------ accounts of code

    function test_an_account_of_code_signs_by_its_own_rule() public {
        Wallet wallet = _wallet();
        Act memory signed = _act(address(wallet), 7, commission(flour, 100, 0));
        _refuseSignature(signed, "");
        wallet.accept(_digest(signed));
        (Act[] memory acts, ) = _one(signed, MILL_SECRET);
        ledger.relay(acts, new bytes[](1));
        holds(MILL, flour, 100);
    }

    function test_what_is_no_answer_is_no_yes() public {
        bytes32 yes = bytes32(IERC1271.isValidSignature.selector);
        _refuseMumbler("");
        _refuseMumbler(abi.encodePacked(bytes4(yes)));
        _refuseMumbler(abi.encode(yes, yes));
        _refuseMumbler(abi.encode(uint256(yes) | 1));
        _refuseMumbler(abi.encode(true));
    }

    // ------------------------------------------------------------------ private

    function _refuseMumbler(bytes memory answer) private {
        address mumbler = address(new Mumbler(answer));
        vm.prank(registry.adminOf(MILL));
        registry.addKey(MILL, mumbler, 7, 0, 0);
        _refuseSignature(_act(mumbler, 7, commission(flour, 100, 0)), "x");
    }

    function _wallet() private returns (Wallet wallet) {
        wallet = new Wallet();
        vm.prank(registry.adminOf(MILL));
        registry.addKey(MILL, address(wallet), 7, 0, 0);
    }

    function _act(address actor, uint256 operation) private pure returns (Act memory signed) {
        signed = Act(actor, new bytes[](1), operation, type(uint256).max >> 1);
    }

    function _act(
        address actor,
        uint256 operation,
        bytes memory call
    ) private pure returns (Act memory signed) {
        signed = _act(actor, operation);
        signed.calls[0] = call;
    }

    function _one(
        Act memory signed,
        uint256 secret
    ) private view returns (Act[] memory acts, bytes[] memory signatures) {
        (acts, signatures) = (new Act[](1), new bytes[](1));
        (acts[0], signatures[0]) = (signed, _sign(signed, secret));
    }

    function _relay(Act memory signed, uint256 secret) private {
        (Act[] memory acts, bytes[] memory signatures) = _one(signed, secret);
        vm.prank(address(0xBEE));
        ledger.relay(acts, signatures);
    }

    function _refuseRelay(Act memory signed, uint256 secret, bytes memory error) private {
        _refuse(signed, _sign(signed, secret), error);
    }

    function _refuseSignature(Act memory signed, bytes memory signature) private {
        _refuse(
            signed,
            signature,
            abi.encodeWithSelector(IDoor.SignatureInvalid.selector, signed.actor, signed.operation)
        );
    }

    function _refuse(Act memory signed, bytes memory signature, bytes memory error) private {
        (Act[] memory acts, bytes[] memory signatures) = (new Act[](1), new bytes[](1));
        (acts[0], signatures[0]) = (signed, signature);
        vm.expectRevert(error);
        ledger.relay(acts, signatures);
    }

    function _sign(Act memory signed, uint256 secret) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secret, _digest(signed));
        return abi.encodePacked(r, s, v);
    }

    /// @dev The digest reckoned in another way than the contract does.
    function _digest(Act memory signed) private view returns (bytes32) {
        bytes memory hashes;
        for (uint256 i = 0; i < signed.calls.length; ++i) {
            hashes = bytes.concat(hashes, keccak256(signed.calls[i]));
        }
        bytes32 struct_ = keccak256(
            bytes.concat(
                keccak256("Act(address actor,bytes[] calls,uint256 operation,uint256 deadline)"),
                bytes32(uint256(uint160(signed.actor))),
                keccak256(hashes),
                bytes32(signed.operation),
                bytes32(signed.deadline)
            )
        );
        return keccak256(bytes.concat(hex"1901", ledger.domainSeparator(), struct_));
    }
}
