// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Journal} from "../Journal.sol";
import {Log, vm} from "./Vm.sol";

/// @title The rule of the journal, written once more in plain Solidity
library Fold {
    function seed(uint256 chain, address place) internal pure returns (bytes32) {
        bytes32 hash = sha256(abi.encodePacked("lotmark/v1/journal\n", chain, place));
        return bytes32(uint256(hash) >> 64);
    }

    /// @return the journal's word after a log that must carry the word before it
    function next(
        bytes32 before,
        Log memory log,
        uint256 blockNumber
    ) internal pure returns (bytes32) {
        bytes memory topics = abi.encodePacked(log.topics);
        require(bytes32(log.data) == before, "the entry is not the journal before it");
        bytes32 hash = sha256(abi.encodePacked(topics, log.data, uint64(blockNumber)));
        return bytes32((((uint256(before) >> 192) + 1) << 192) | (uint256(hash) >> 64));
    }

    function word(Journal journal) internal view returns (bytes32) {
        (uint64 count, bytes24 head) = journal.journal();
        return bytes32(abi.encodePacked(count, head));
    }
}

contract Diary is Journal {
    event Noted(bytes32 entry, uint256 value);
    event NotedOn(bytes32 entry, uint256 indexed a, uint256 b);
    event NotedBy(bytes32 entry, uint256 indexed a, uint256 indexed b);
    event NotedFor(
        bytes32 entry,
        uint256 indexed a,
        uint256 indexed b,
        uint256 indexed c,
        uint256 d
    );

    function note(uint256 topics, uint256 value) external {
        if (topics == 1) _log(1, abi.encode(Noted.selector, ENTRY, value));
        else if (topics == 2) _log(2, abi.encode(NotedOn.selector, value, ENTRY, ~value));
        else if (topics == 3) _log(3, abi.encode(NotedBy.selector, value, ~value, ENTRY));
        else _log(4, abi.encode(NotedFor.selector, value, ~value, value ^ 1, ENTRY, value));
    }

    function noteAndRevert() external {
        _log(1, abi.encode(Noted.selector, ENTRY, 1));
        revert("undone");
    }

    /// @dev Whether memory made before and after a log is left alone.
    function remember(uint256 a, uint256 b) external returns (uint256, uint256) {
        uint256[] memory before = new uint256[](3);
        before[2] = a;
        _log(1, abi.encode(Noted.selector, ENTRY, a));
        uint256[] memory later = new uint256[](3);
        require(later[0] == 0 && later[1] == 0 && later[2] == 0, "memory is not fresh");
        later[2] = b;
        _log(1, abi.encode(Noted.selector, ENTRY, b));
        return (before[2], later[2]);
    }
}

contract JournalTest {
    using Fold for Diary;
    using Fold for bytes32;

    function test_fuzz_a_journal_begins_with_chain_and_address(uint64 chain) public {
        vm.chainId(chain);
        Diary diary = new Diary();
        require(diary.word() == Fold.seed(chain, address(diary)), "seed");
        require(vm.load(address(diary), 0) == diary.word(), "slot 0");
    }

    function test_fuzz_every_event_is_sealed_with_its_block(
        uint256 seed,
        uint64 blockNumber
    ) public {
        Diary diary = new Diary();
        bytes32 word = diary.word();
        for (uint256 i = 0; i < 12; ++i) {
            uint256 value = uint256(keccak256(abi.encode(seed, i)));
            uint256 at = (uint256(blockNumber) + (i / 3)) % 2 ** 64;
            vm.roll(at);
            vm.recordLogs();
            diary.note(1 + (value % 4), value);
            Log[] memory logs = vm.getRecordedLogs();
            require(logs.length == 1 && logs[0].topics.length == 1 + (value % 4), "one log");
            word = word.next(logs[0], at);
            require(diary.word() == word, "head");
        }
        (uint64 count, ) = diary.journal();
        require(count == 12, "count");
    }

    function test_the_same_event_in_another_block_gives_another_head() public {
        Diary diary = new Diary();
        bytes32 before = vm.load(address(diary), 0);
        vm.roll(7);
        vm.recordLogs();
        diary.note(1, 5);
        Log[] memory logs = vm.getRecordedLogs();
        require(before.next(logs[0], 7) == diary.word(), "its block");
        require(before.next(logs[0], 8) != diary.word(), "another block");
    }

    function test_a_reverted_event_leaves_no_trace() public {
        Diary diary = new Diary();
        bytes32 before = diary.word();
        vm.expectRevert();
        diary.noteAndRevert();
        require(diary.word() == before, "head");
    }

    function test_logging_spends_only_its_own_memory() public {
        (uint256 a, uint256 b) = new Diary().remember(11, 22);
        require(a == 11 && b == 22, "memory was written over");
    }
}
