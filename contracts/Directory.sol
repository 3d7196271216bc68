// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Journal} from "./Journal.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {IOrgRegistry} from "./interfaces/IOrgRegistry.sol";

/// @title Which contracts there are, and which came before them
contract Directory is IDirectory, Journal {
    struct Entry {
        bytes32 name; // 0 where the contract is not entered
        address predecessor;
        uint64 version;
    }

    uint64 private constant _HIGHEST = type(uint48).max;

    IOrgRegistry private immutable _REGISTRY;

    mapping(bytes32 name => address place) private _newest;
    mapping(address place => Entry entry) private _entries;

    /// @param registry whose governor makes the entries
    constructor(IOrgRegistry registry) {
        _REGISTRY = registry;
    }

    /// @inheritdoc IDirectory
    function enter(bytes32 name, uint64 version_, address place) external {
        if (msg.sender != _REGISTRY.governor()) revert NotTheGovernor(msg.sender);
        if (name == 0) revert NameInvalid(name);
        if (place.code.length == 0) revert NoContractThere(place);
        if (_entries[place].name != 0) revert ContractAlreadyEntered(place, _entries[place].name);
        address predecessor = _newest[name];
        uint64 before = _entries[predecessor].version;
        if (version_ <= before || version_ > _HIGHEST)
            revert VersionNotAfter(name, version_, before);
        _newest[name] = place;
        _entries[place] = Entry({name: name, predecessor: predecessor, version: version_});
        _log(
            3,
            abi.encode(
                ContractEntered.selector,
                name,
                place,
                ENTRY,
                version_,
                predecessor,
                place.codehash
            )
        );
    }

    /// @inheritdoc IDirectory
    function newest(
        bytes32 name
    ) external view returns (address place, uint64 version_, address predecessor) {
        place = _newest[name];
        if (place == address(0)) revert ContractUnknown(name);
        (version_, predecessor) = (_entries[place].version, _entries[place].predecessor);
    }

    /// @inheritdoc IDirectory
    function entryOf(
        address place
    ) external view returns (bytes32 name, uint64 version_, address predecessor) {
        Entry memory found = _entries[place];
        return (found.name, found.version, found.predecessor);
    }

    /// @inheritdoc IDirectory
    function version() external pure returns (string memory) {
        return "1.0.0";
    }
}
