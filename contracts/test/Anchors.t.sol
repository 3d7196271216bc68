// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Anchors} from "../Anchors.sol";
import {IAnchors} from "../interfaces/IAnchors.sol";
import {IDoor} from "../interfaces/IDoor.sol";
import {Doors} from "./Doors.sol";
import {vm} from "./Vm.sol";

/// @title Trees as RFC 6962 defines them, top down, where the contracts go bottom up
library Tree {
    /// @dev Section 2.1: the root of leaves `start` to before `end`.
    function root(
        bytes32[] memory leaves,
        uint256 start,
        uint256 end
    ) internal pure returns (bytes32) {
        if (end - start == 1) return leaves[start];
        uint256 middle = start + split(end - start);
        return
            sha256(
                abi.encodePacked(hex"01", root(leaves, start, middle), root(leaves, middle, end))
            );
    }

    /// @dev Section 2.1.1: the path of the leaf `index`, lowest first.
    function path(
        bytes32[] memory leaves,
        uint256 index,
        uint256 start,
        uint256 end
    ) internal pure returns (bytes32[] memory) {
        if (end - start == 1) return new bytes32[](0);
        uint256 middle = start + split(end - start);
        bool isLeft = index < middle;
        bytes32[] memory below =
            isLeft ? path(leaves, index, start, middle) : path(leaves, index, middle, end);
        bytes32[] memory whole = new bytes32[](below.length + 1);
        for (uint256 i = 0; i < below.length; ++i) {
            whole[i] = below[i];
        }
        whole[below.length] = isLeft ? root(leaves, middle, end) : root(leaves, start, middle);
        return whole;
    }

    /// @dev The largest power of two below a number above one.
    function split(uint256 number) internal pure returns (uint256 power) {
        power = 1;
        while (power * 2 < number) power *= 2;
    }
}

contract AnchorsTest is Doors {
    Anchors private _anchors;

    function setUp() public override {
        super.setUp();
        _anchors = new Anchors(registry);
        door = address(_anchors);
    }

    // ------------------------------------------------------------------ anchoring

    function test_a_list_grows_from_root_to_root() public {
        enter(MILL_KEY, _anchor(1, "A", 10, 0));
        enter(MILL_KEY, _anchor(1, "B", 11, "A"));
        enter(MILL_KEY, _anchor(2, "C", 5, 0));
        enter(BAKERY_KEY, _anchor(1, "D", 7, 0));
        _requireNewest(MILL, 1, 11, "B");
        _requireNewest(MILL, 2, 5, "C");
        _requireNewest(BAKERY, 1, 7, "D");
        _requireNewest(BAKERY, 2, 0, 0);
    }

    function test_fuzz_it_grows(uint64 first, uint64 second) public {
        first = uint64(1 + (first % LARGEST));
        enter(MILL_KEY, _anchor(1, "A", first, 0));
        bytes memory call = _anchor(1, "B", second, "A");
        if (second > first && second <= LARGEST) return enter(MILL_KEY, call);
        refuseEnter(
            MILL_KEY,
            call,
            abi.encodeWithSelector(IAnchors.ListDoesNotGrow.selector, second, first)
        );
    }

    function test_a_first_list_has_something_in_it() public {
        refuseEnter(
            MILL_KEY,
            _anchor(1, "A", 0, 0),
            abi.encodeWithSelector(IAnchors.ListDoesNotGrow.selector, 0, 0)
        );
        refuseEnter(
            MILL_KEY,
            _anchor(1, 0, 1, 0),
            abi.encodeWithSelector(IAnchors.RootInvalid.selector, 0)
        );
    }

    function test_fuzz_it_goes_on_from_the_newest_root(bytes32 predecessor) public {
        vm.assume(bytes24(predecessor) != bytes24("A") && predecessor != 0);
        _refuseRoot(MILL_KEY, MILL, predecessor, 1); // there is none before the first
        enter(MILL_KEY, _anchor(1, "A", 1, 0));
        _refuseRoot(MILL_KEY, MILL, predecessor, 2);
        _refuseRoot(MILL_KEY, MILL, 0, 2);
        _refuseRoot(BAKERY_KEY, BAKERY, "A", 2); // of another's list
        enter(MILL_KEY, _anchor(1, "B", 2, "A"));
        _refuseRoot(MILL_KEY, MILL, "A", 3);
    }

    /// @dev A root whose first 24 bytes are zero is still one.
    function test_a_root_that_begins_with_zeros_has_a_successor() public {
        enter(MILL_KEY, _anchor(1, bytes32(uint256(1)), 1, 0));
        _refuseRoot(MILL_KEY, MILL, 0, 2);
        enter(MILL_KEY, _anchor(1, "B", 2, bytes32(uint256(1))));
    }

    function test_whoever_may_act_anchors() public {
        requireNobodyActs(_anchor(1, "A", 1, 0));
        enter(AUDITOR_KEY, _anchor(1, "A", 1, 0));
        vm.prank(GOVERNOR);
        registry.pauseWrites();
        refuseEnter(
            AUDITOR_KEY,
            _anchor(1, "B", 2, "A"),
            abi.encodeWithSelector(IDoor.WritesArePaused.selector)
        );
    }

    // ------------------------------------------------------------------ inclusion

    function test_fuzz_every_statement_is_found_and_no_other(uint256 seed) public {
        uint64 size = uint64(1 + (seed % 40));
        bytes32[] memory leaves = _leaves(size);
        bytes32 root = Tree.root(leaves, 0, size);
        enter(MILL_KEY, _anchor(1, root, size, 0));
        for (uint64 i = 0; i < size; ++i) {
            bytes32[] memory path = Tree.path(leaves, i, 0, size);
            require(_isAnchored(i, i, path), "not found");
            require(_anchors.isIncluded(_statement(i), i, size, path, root), "not included");
            require(!_isAnchored(i + 1, i, path), "another statement");
            require(!_isAnchored(i, i + 1, path), "another place");
            require(!_isAnchored(i, i + 64, path), "a place beyond");
            require(!_isAnchored(i, i, _longer(path, root)), "a longer path");
            if (path.length == 0) continue;
            require(!_isAnchored(i, i, _shorter(path)), "a shorter path");
            path[(seed >> 8) % path.length] ^= bytes32(1 << (seed % 256));
            require(!_isAnchored(i, i, path), "another path");
        }
    }

    function test_fuzz_a_path_is_good_for_one_size(uint256 seed) public view {
        uint64 size = uint64(1 + (seed % 40));
        uint64 index = uint64((seed >> 8) % size);
        bytes32[] memory leaves = _leaves(size);
        bytes32[] memory path = Tree.path(leaves, index, 0, size);
        bytes32 root = Tree.root(leaves, 0, size);
        require(_anchors.isIncluded(_statement(index), index, size, path, root), "included");
        require(!_anchors.isIncluded(_statement(index), index, 0, path, root), "no leaves");
        bytes32 other = root ^ bytes32(uint256(1));
        require(!_anchors.isIncluded(_statement(index), index, size, path, other), "root");
    }

    /// @dev An inner node, given as if it were a statement, is none: leaves are hashed otherwise.
    function test_a_node_is_no_statement() public view {
        bytes32[] memory leaves = _leaves(4);
        bytes32 root = Tree.root(leaves, 0, 4);
        bytes32[] memory path = new bytes32[](1);
        path[0] = Tree.root(leaves, 2, 4);
        bytes memory node = abi.encodePacked(leaves[0], leaves[1]);
        require(!_anchors.isIncluded(node, 0, 2, path, root), "a node");
    }

    function test_the_tree_is_the_rfcs() public view {
        // over the eight leaves of the reference implementation of Certificate Transparency
        require(
            sha256(hex"00") == 0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
        );
        require(
            _anchors.isIncluded(
                "",
                0,
                1,
                new bytes32[](0),
                0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
            ),
            "one leaf"
        );
        bytes32[] memory path = new bytes32[](1);
        path[0] = 0x96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7; // of 0x00
        require(
            _anchors.isIncluded(
                "",
                0,
                2,
                path,
                0xfac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
            ),
            "two leaves"
        );
    }

    function test_nothing_is_in_a_list_that_is_not_there() public view {
        require(!_isAnchored(0, 0, new bytes32[](0)), "found");
        require(!_anchors.isIncluded("", 0, 0, new bytes32[](0), 0), "found");
        require(!_anchors.isIncluded("", 5, 2, new bytes32[](0), 0), "found");
    }

    function test_it_says_its_version() public view {
        require(keccak256(bytes(_anchors.version())) == keccak256("1.0.0"), "version");
    }

    // ------------------------------------------------------------------ private

    function _anchor(
        uint8 content,
        bytes32 root,
        uint64 size,
        bytes32 predecessor
    ) private pure returns (bytes memory) {
        return abi.encodeCall(IAnchors.anchor, (content, root, size, predecessor));
    }

    function _refuseRoot(address key, uint32 org, bytes32 predecessor, uint64 size) private {
        refuseEnter(
            key,
            _anchor(1, "X", size, predecessor),
            abi.encodeWithSelector(IAnchors.NotTheNewestRoot.selector, org, 1, predecessor)
        );
    }

    function _requireNewest(uint32 org, uint8 content, uint64 size, bytes32 root) private view {
        (uint64 found, bytes24 word) = _anchors.newest(org, content);
        equal(found, size);
        require(word == bytes24(root), "root");
    }

    function _statement(uint64 number) private pure returns (bytes memory) {
        return abi.encodePacked("statement ", number);
    }

    function _leaves(uint64 size) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](size);
        for (uint64 i = 0; i < size; ++i) {
            leaves[i] = sha256(abi.encodePacked(hex"00", _statement(i)));
        }
    }

    function _isAnchored(
        uint64 statement,
        uint64 index,
        bytes32[] memory path
    ) private view returns (bool) {
        return _anchors.isAnchored(MILL, 1, _statement(statement), index, path);
    }

    function _longer(
        bytes32[] memory path,
        bytes32 root
    ) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](path.length + 1);
        for (uint256 i = 0; i < path.length; ++i) {
            longer[i] = path[i];
        }
        longer[path.length] = root;
    }

    function _shorter(bytes32[] memory path) private pure returns (bytes32[] memory shorter) {
        shorter = new bytes32[](path.length - 1);
        for (uint256 i = 0; i < shorter.length; ++i) {
            shorter[i] = path[i];
        }
    }

    function test_a_path_does_not_go_on_above_the_root() public view {
        bytes32[] memory path = new bytes32[](1);
        path[0] = keccak256("left");
        bytes32 leaf = sha256(abi.encodePacked(hex"00", "s"));
        bytes32 root = sha256(abi.encodePacked(hex"01", path[0], leaf));
        require(!_anchors.isIncluded("s", 0, 1, path, root), "one of one, though the list has two");
    }

    function test_the_predecessor_is_compared_to_its_24th_byte() public {
        bytes32 first = sha256("one");
        enter(SHOP_KEY, abi.encodeCall(IAnchors.anchor, (1, first, 1, 0)));
        for (uint256 bit = 64; bit < 256; bit += 8) {
            bytes32 other = first ^ bytes32(uint256(1) << bit);
            refuseEnter(
                SHOP_KEY,
                abi.encodeCall(IAnchors.anchor, (1, keccak256("two"), 2, other)),
                abi.encodeWithSelector(IAnchors.NotTheNewestRoot.selector, SHOP, 1, other)
            );
        }
    }
}
