// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Journal} from "./Journal.sol";
import {Keys} from "./Keys.sol";
import {Roles} from "./Roles.sol";
import {IOrgRegistry} from "./interfaces/IOrgRegistry.sol";

/// @title Organisations, their keys, company prefixes and places
/// @notice Nothing is ever deleted here: what an organisation did stays attributable to it.
contract OrgRegistry is IOrgRegistry, Journal {
    using Keys for bytes32;
    using Roles for uint16;

    struct Organisation {
        address admin; // manages the organisation's keys; zero where there is no such organisation
        uint16 roles;
        bool suspended;
    }

    struct Key {
        uint32 org; // 0 where the key is unknown
        uint40 validFrom; // the first second
        uint40 validTo; // the first second after; 0 means no end
        uint16 roles;
    }

    struct ProposedRoles {
        uint16 roles; // 0 where none are proposed
        uint40 appliesFrom;
    }

    struct ProposedAdmin {
        address admin; // zero where none is proposed
        uint40 acceptableFrom;
    }

    /// @dev Two different organisations that own prefixes within a shorter one: enough to know
    /// whether any but the one that asks does.
    struct Within {
        uint32 one;
        uint32 other;
    }

    uint8 private constant SHORTEST_PREFIX = 6;

    address private _governor;
    uint32 private _organisationCount;
    bool private _writesPaused;
    address private _proposedGovernor;

    mapping(uint32 org => Organisation organisation) private _organisations;
    mapping(uint32 org => ProposedRoles proposal) private _proposedRoles;
    mapping(uint32 org => ProposedAdmin proposal) private _proposedAdmin;
    mapping(bytes32 party => uint32 org) private _organisationOf;
    mapping(address key => Key record) private _keys;
    mapping(uint8 length => mapping(uint64 prefix => uint32 org)) private _prefixOwner;
    mapping(uint8 length => mapping(uint64 prefix => Within owners)) private _within;
    mapping(bytes32 place => uint32 org) private _placeOwner;

    modifier onlyGovernor() {
        if (msg.sender != _governor) revert NotTheGovernor(msg.sender);
        _;
    }

    modifier onlyAdmin(uint32 org) {
        _requireOrganisation(org);
        if (msg.sender != _organisations[org].admin) revert NotTheAdmin(org, msg.sender);
        _;
    }

    modifier onlyAdminOrGovernor(uint32 org) {
        _requireOrganisation(org);
        if (msg.sender != _organisations[org].admin && msg.sender != _governor)
            revert NotTheAdmin(org, msg.sender);
        _;
    }

    uint40 private immutable _ROLE_DELAY;

    /// @param governor_ the first governor
    /// @param roleDelay_ seconds that a change of an organisation's roles is known beforehand
    constructor(address governor_, uint40 roleDelay_) {
        _requireNotZero(governor_);
        _ROLE_DELAY = roleDelay_;
        _governor = governor_;
        _log(2, abi.encode(GovernorAccepted.selector, governor_, ENTRY));
    }

    // ------------------------------------------------------------------ organisations

    /// @inheritdoc IOrgRegistry
    function registerOrganisation(
        bytes32 party,
        address admin,
        uint16 roles
    ) external onlyGovernor returns (uint32 org) {
        if (!party.isParty()) revert IdInvalid(party);
        if (_organisationOf[party] != 0)
            revert OrganisationAlreadyExists(party, _organisationOf[party]);
        _requireNotZero(admin);
        _requireRoles(roles);
        org = ++_organisationCount;
        _organisationOf[party] = org;
        _organisations[org] = Organisation({admin: admin, roles: roles, suspended: false});
        _log(3, abi.encode(OrganisationRegistered.selector, org, party, ENTRY, admin, roles));
    }

    /// @inheritdoc IOrgRegistry
    function proposeOrganisationRoles(uint32 org, uint16 roles) external onlyGovernor {
        _requireOrganisation(org);
        _requireRoles(roles);
        uint40 appliesFrom = uint40(block.timestamp) + _ROLE_DELAY;
        _proposedRoles[org] = ProposedRoles({roles: roles, appliesFrom: appliesFrom});
        _log(2, abi.encode(OrganisationRolesProposed.selector, org, ENTRY, roles, appliesFrom));
    }

    /// @inheritdoc IOrgRegistry
    function applyOrganisationRoles(uint32 org) external onlyGovernor {
        ProposedRoles memory proposal = _proposedRoles[org];
        if (proposal.roles == 0) revert NoRolesProposed(org);
        if (block.timestamp < proposal.appliesFrom) {
            revert RolesNotYetApplicable(org, proposal.appliesFrom);
        }
        delete _proposedRoles[org];
        _organisations[org].roles = proposal.roles;
        _log(2, abi.encode(OrganisationRolesSet.selector, org, ENTRY, proposal.roles));
    }

    /// @inheritdoc IOrgRegistry
    function suspendOrganisation(uint32 org) external onlyGovernor {
        _requireOrganisation(org);
        if (_organisations[org].suspended) revert OrganisationIsSuspended(org);
        _organisations[org].suspended = true;
        _log(2, abi.encode(OrganisationSuspended.selector, org, ENTRY));
    }

    /// @inheritdoc IOrgRegistry
    function resumeOrganisation(uint32 org) external onlyGovernor {
        _requireOrganisation(org);
        if (!_organisations[org].suspended) revert OrganisationIsNotSuspended(org);
        _organisations[org].suspended = false;
        _log(2, abi.encode(OrganisationResumed.selector, org, ENTRY));
    }

    /// @inheritdoc IOrgRegistry
    function proposeAdmin(uint32 org, address admin) external onlyAdminOrGovernor(org) {
        _requireNotZero(admin);
        // who is not asked has time to see it: the governor must not act as anybody at once
        uint40 delay = msg.sender == _organisations[org].admin ? 0 : _ROLE_DELAY;
        uint40 acceptableFrom = uint40(block.timestamp) + delay;
        _proposedAdmin[org] = ProposedAdmin({admin: admin, acceptableFrom: acceptableFrom});
        _log(3, abi.encode(AdminProposed.selector, org, admin, ENTRY, acceptableFrom));
    }

    /// @inheritdoc IOrgRegistry
    function acceptAdmin(uint32 org) external {
        ProposedAdmin memory proposal = _proposedAdmin[org];
        if (msg.sender != proposal.admin) revert NotTheProposedAdmin(org, msg.sender);
        if (block.timestamp < proposal.acceptableFrom) {
            revert AdminNotYetAcceptable(org, proposal.acceptableFrom);
        }
        delete _proposedAdmin[org];
        _organisations[org].admin = msg.sender;
        _log(3, abi.encode(AdminAccepted.selector, org, msg.sender, ENTRY));
    }

    // ------------------------------------------------------------------ pausing

    /// @inheritdoc IOrgRegistry
    function pauseWrites() external onlyGovernor {
        if (_writesPaused) revert WritesArePaused();
        _writesPaused = true;
        _log(1, abi.encode(WritesPaused.selector, ENTRY));
    }

    /// @inheritdoc IOrgRegistry
    function resumeWrites() external onlyGovernor {
        if (!_writesPaused) revert WritesAreNotPaused();
        _writesPaused = false;
        _log(1, abi.encode(WritesResumed.selector, ENTRY));
    }

    // ------------------------------------------------------------------ prefixes and places

    /// @inheritdoc IOrgRegistry
    function grantPrefix(uint32 org, uint8 length, uint64 prefix) external onlyGovernor {
        _requireOrganisation(org);
        if (length < SHORTEST_PREFIX || length > Keys.PREFIX_DIGITS || prefix >= 10 ** length) {
            revert PrefixInvalid(length, prefix);
        }
        _requirePrefixFree(org, length, prefix);
        _prefixOwner[length][prefix] = org;
        _enterWithin(org, length, prefix);
        _log(2, abi.encode(PrefixGranted.selector, org, ENTRY, length, prefix));
    }

    /// @inheritdoc IOrgRegistry
    function addPlace(
        uint32 org,
        bytes32 place,
        uint8 prefixLength
    ) external onlyAdminOrGovernor(org) {
        if (!place.isPlace()) revert IdInvalid(place);
        if (_placeOwner[place] != 0) revert PlaceAlreadyExists(place, _placeOwner[place]);
        if (msg.sender != _governor && !_beginsWithPrefixOf(org, place, prefixLength)) {
            revert PlaceOutsidePrefix(place, org);
        }
        _placeOwner[place] = org;
        _log(3, abi.encode(PlaceAdded.selector, org, place, ENTRY));
    }

    // ------------------------------------------------------------------ keys

    /// @inheritdoc IOrgRegistry
    function addKey(
        uint32 org,
        address key,
        uint16 roles,
        uint40 validFrom,
        uint40 validTo
    ) external onlyAdmin(org) {
        _requireNotZero(key);
        _requireRoles(roles);
        if (_keys[key].org != 0) revert KeyAlreadyExists(key, _keys[key].org);
        if (validTo != 0 && validTo <= validFrom) revert KeyNotValid(key, validFrom, validTo);
        _keys[key] = Key({org: org, validFrom: validFrom, validTo: validTo, roles: roles});
        _log(3, abi.encode(KeyAdded.selector, org, key, ENTRY, roles, validFrom, validTo));
    }

    /// @inheritdoc IOrgRegistry
    function revokeKey(address key) external {
        Key storage record = _keys[key];
        if (record.org == 0) revert KeyUnknown(key);
        _revoke(key, record);
    }

    // ------------------------------------------------------------------ the governor

    /// @inheritdoc IOrgRegistry
    function proposeGovernor(address governor_) external onlyGovernor {
        _requireNotZero(governor_);
        _proposedGovernor = governor_;
        _log(2, abi.encode(GovernorProposed.selector, governor_, ENTRY));
    }

    /// @inheritdoc IOrgRegistry
    function acceptGovernor() external {
        if (msg.sender != _proposedGovernor) revert NotTheProposedGovernor(msg.sender);
        _governor = msg.sender;
        _proposedGovernor = address(0);
        _log(2, abi.encode(GovernorAccepted.selector, msg.sender, ENTRY));
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IOrgRegistry
    function actor(address key) external view returns (uint32 org, uint16 roles, bool paused) {
        Key memory record = _keys[key];
        org = record.org;
        if (org == 0) revert KeyUnknown(key);
        if (block.timestamp < record.validFrom || _hasEnded(record.validTo)) {
            revert KeyNotValid(key, record.validFrom, record.validTo);
        }
        Organisation memory organisation = _organisations[org];
        if (organisation.suspended) revert OrganisationIsSuspended(org);
        (roles, paused) = (record.roles & organisation.roles, _writesPaused);
    }

    /// @inheritdoc IOrgRegistry
    function adminOf(uint32 org) external view returns (address) {
        return _organisations[org].admin;
    }

    /// @inheritdoc IOrgRegistry
    function roleDelay() external view returns (uint40) {
        return _ROLE_DELAY;
    }

    /// @inheritdoc IOrgRegistry
    function writesPaused() external view returns (bool) {
        return _writesPaused;
    }

    /// @inheritdoc IOrgRegistry
    function organisationExists(uint32 org) external view returns (bool) {
        return org != 0 && org <= _organisationCount;
    }

    /// @inheritdoc IOrgRegistry
    function organisationOf(bytes32 party) external view returns (uint32 org) {
        return _organisationOf[party];
    }

    /// @inheritdoc IOrgRegistry
    function prefixOwner(uint8 length, uint64 prefix) external view returns (uint32 org) {
        return _prefixOwner[length][prefix];
    }

    /// @inheritdoc IOrgRegistry
    function governor() external view returns (address) {
        return _governor;
    }

    /// @inheritdoc IOrgRegistry
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    // ------------------------------------------------------------------ internal

    function _revoke(address key, Key storage record) private onlyAdminOrGovernor(record.org) {
        if (_hasEnded(record.validTo)) revert KeyNotValid(key, record.validFrom, record.validTo);
        // the end is not part of it: no longer valid from this very block on
        record.validTo = uint40(block.timestamp);
        _log(3, abi.encode(KeyRevoked.selector, record.org, key, ENTRY));
    }

    /// @dev No prefix that contains this one, is it, or lies within it may be another
    /// organisation's.
    function _requirePrefixFree(uint32 org, uint8 length, uint64 prefix) private view {
        uint32 owner = _prefixOwner[length][prefix];
        if (owner != 0) revert PrefixAlreadyGranted(length, prefix, owner);
        Within memory within = _within[length][prefix];
        owner = within.one == org ? within.other : within.one;
        if (owner != 0) revert PrefixAlreadyGranted(length, prefix, owner);
        uint64 shorter = prefix / 10;
        for (uint8 digits = length - 1; digits >= SHORTEST_PREFIX; --digits) {
            owner = _prefixOwner[digits][shorter];
            if (owner != 0 && owner != org) revert PrefixAlreadyGranted(length, prefix, owner);
            shorter /= 10;
        }
    }

    /// @dev Leaves word with every shorter prefix that this organisation owns one within it.
    function _enterWithin(uint32 org, uint8 length, uint64 prefix) private {
        uint64 shorter = prefix / 10;
        for (uint8 digits = length - 1; digits >= SHORTEST_PREFIX; --digits) {
            Within storage within = _within[digits][shorter];
            if (within.one == 0) within.one = org;
            else if (within.one != org && within.other == 0) within.other = org;
            shorter /= 10;
        }
    }

    function _beginsWithPrefixOf(
        uint32 org,
        bytes32 place,
        uint8 length
    ) private view returns (bool) {
        return length <= Keys.PREFIX_DIGITS && _prefixOwner[length][place.prefix(length)] == org;
    }

    function _hasEnded(uint40 validTo) private view returns (bool) {
        return validTo != 0 && block.timestamp >= validTo;
    }

    function _requireOrganisation(uint32 org) private view {
        if (org == 0 || org > _organisationCount) revert OrganisationUnknown(org);
    }

    function _requireRoles(uint16 roles) private pure {
        if (!roles.areValid()) revert RolesInvalid(roles);
    }

    function _requireNotZero(address account) private pure {
        if (account == address(0)) revert AddressIsZero();
    }
}
