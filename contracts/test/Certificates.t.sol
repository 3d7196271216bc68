// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Certificates} from "../Certificates.sol";
import {ICertificates} from "../interfaces/ICertificates.sol";
import {IDoor} from "../interfaces/IDoor.sol";
import {Doors} from "./Doors.sol";
import {Gs1} from "./Fixture.sol";
import {vm} from "./Vm.sol";

contract CertificatesTest is Doors {
    using Gs1 for bytes32;

    uint32 private constant _LAB = 5;
    address private constant _LAB_KEY = address(0xA5);
    bytes32 private constant _SCHEME = keccak256("scheme");
    Certificates private _certificates;

    function setUp() public override {
        super.setUp();
        _certificates = new Certificates(registry);
        door = address(_certificates);
        vm.prank(GOVERNOR);
        registry.registerOrganisation(Gs1.party(800005 * 1e6), _LAB_KEY, 8);
        vm.prank(_LAB_KEY);
        registry.addKey(_LAB, _LAB_KEY, 8, 0, 0);
    }

    function test_a_certificate_is_good_until_it_is_revoked() public {
        require(!_isGood(flour), "good before");
        enter(_LAB_KEY, _issue(flour, DOCUMENT, 0, 0));
        require(_isGood(flour), "not good");
        require(!_certificates.isGood(MILL, flour, DOCUMENT), "of another");
        require(!_certificates.isGood(_LAB, bread, DOCUMENT), "about another");
        require(!_certificates.isGood(_LAB, flour, _SCHEME), "of another document");
        vm.warp(NOW + 9);
        enter(_LAB_KEY, _revoke(flour));
        require(!_isGood(flour), "good after");
        (uint40 issuedAt, uint40 from, uint40 to, uint40 revokedAt) = _certificates.certificate(
            _LAB,
            flour,
            DOCUMENT
        );
        equal(issuedAt, NOW);
        equal(from, 0);
        equal(to, 0);
        equal(revokedAt, NOW + 9);
    }

    function test_fuzz_it_is_good_from_its_first_second_to_before_its_end(
        uint40 from,
        uint40 to,
        uint40 time
    ) public {
        (to, time) = (to % 2 == 0 ? 0 : to, time > NOW ? time : NOW);
        bytes memory call = _issue(flour, DOCUMENT, from, to);
        if (to != 0 && (to <= from || to <= NOW)) {
            return
                refuseEnter(
                    _LAB_KEY,
                    call,
                    abi.encodeWithSelector(ICertificates.ValidityInvalid.selector, from, to)
                );
        }
        enter(_LAB_KEY, call);
        vm.warp(time);
        require(_isGood(flour) == (time >= from && (to == 0 || time < to)), "time");
    }

    function test_it_is_issued_once_and_does_not_return() public {
        bytes memory exists = abi.encodeWithSelector(
            ICertificates.CertificateAlreadyExists.selector,
            _LAB,
            flour,
            DOCUMENT
        );
        enter(_LAB_KEY, _issue(flour, DOCUMENT, 0, 0));
        refuseEnter(_LAB_KEY, _issue(flour, DOCUMENT, 0, NOW + 5), exists);
        enter(_LAB_KEY, _revoke(flour));
        refuseEnter(_LAB_KEY, _issue(flour, DOCUMENT, 0, 0), exists);
        refuseEnter(
            _LAB_KEY,
            _revoke(flour),
            abi.encodeWithSelector(
                ICertificates.CertificateIsRevoked.selector,
                _LAB,
                flour,
                DOCUMENT
            )
        );
    }

    function test_only_certifiers_issue_and_only_the_issuer_revokes() public {
        refuseEnter(
            MILL_KEY,
            _issue(flour, DOCUMENT, 0, 0),
            abi.encodeWithSelector(IDoor.RoleMissing.selector, MILL, 8, 7)
        );
        enter(_LAB_KEY, _issue(flour, DOCUMENT, 0, 0));
        refuseEnter(
            MILL_KEY,
            _revoke(flour),
            abi.encodeWithSelector(ICertificates.CertificateUnknown.selector, MILL, flour, DOCUMENT)
        );
        requireNobodyActs(_issue(flour, DOCUMENT, 0, 0));
        requireNobodyActs(_revoke(flour));
    }

    /// @dev Who is no certifier any more, or may write nothing new, still takes back what it said.
    function test_revoking_needs_no_role_and_no_leave() public {
        enter(_LAB_KEY, _issue(flour, DOCUMENT, 0, 0));
        vm.prank(registry.adminOf(_LAB));
        registry.addKey(_LAB, address(0xBEE), 2, 0, 0);
        setRoles(_LAB, 2);
        vm.prank(GOVERNOR);
        registry.pauseWrites();
        refuseEnter(
            address(0xBEE),
            _issue(bread, DOCUMENT, 0, 0),
            abi.encodeWithSelector(IDoor.WritesArePaused.selector)
        );
        enter(address(0xBEE), _revoke(flour));
        require(!_isGood(flour), "good after");
    }

    function test_it_is_about_organisations_products_and_items() public {
        bytes32[4] memory subjects = [
            Gs1.party(400001 * 1e6),
            flourProduct,
            flour,
            flourProduct.unit("S1")
        ];
        for (uint256 i = 0; i < subjects.length; ++i) {
            enter(_LAB_KEY, _issue(subjects[i], DOCUMENT, 0, 0));
            require(_isGood(subjects[i]), "subject");
        }
        bytes32[4] memory others = [bytes32(0), pallet, SHIPMENT, Gs1.place(400001 * 1e6, "")];
        for (uint256 i = 0; i < others.length; ++i) {
            refuseEnter(
                _LAB_KEY,
                _issue(others[i], DOCUMENT, 0, 0),
                abi.encodeWithSelector(ICertificates.IdInvalid.selector, others[i])
            );
        }
    }

    function test_it_needs_a_document() public {
        refuseEnter(
            _LAB_KEY,
            _issue(flour, 0, 0, 0),
            abi.encodeWithSelector(ICertificates.DocumentMissing.selector, flour)
        );
    }

    /// @dev What is good is what was issued, is not revoked and within its time: in any order of
    /// acts, most of which are refused.
    function test_fuzz_any_order_of_acts(uint256 seed) public {
        bytes32[3] memory subjects = [flour, bread, flourProduct];
        uint256[3] memory state; // 0 none, 1 issued, 2 revoked
        uint40[3] memory ends;
        for (uint256 i = 0; i < 24; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 which = seed % 3;
            bool isLab = (seed >> 8) % 4 != 0;
            address key = isLab ? _LAB_KEY : MILL_KEY;
            if ((seed >> 16) % 2 == 0) {
                uint40 end = (seed >> 24) % 2 == 0 ? 0 : uint40(NOW - 20 + ((seed >> 32) % 60));
                bool valid = end == 0 || end > block.timestamp;
                bool done = tryEnter(key, _issue(subjects[which], DOCUMENT, 0, end));
                require(done == (isLab && valid && state[which] == 0), "issue");
                if (done) (state[which], ends[which]) = (1, end);
            } else {
                bool done = tryEnter(key, _revoke(subjects[which]));
                require(done == (isLab && state[which] == 1), "revoke");
                if (done) state[which] = 2;
            }
            vm.warp(block.timestamp + ((seed >> 64) % 4));
            for (uint256 j = 0; j < 3; ++j) {
                bool inTime = ends[j] == 0 || block.timestamp < ends[j];
                require(_isGood(subjects[j]) == (state[j] == 1 && inTime), "good");
            }
        }
    }

    function test_it_says_its_name_and_version() public view {
        require(keccak256(bytes(_certificates.version())) == keccak256("1.0.0"), "version");
        require(_certificates.domainSeparator() != ledger.domainSeparator(), "domain");
    }

    function _isGood(bytes32 subject) private view returns (bool) {
        return _certificates.isGood(_LAB, subject, DOCUMENT);
    }

    function _issue(
        bytes32 subject,
        bytes32 document,
        uint40 from,
        uint40 to
    ) private pure returns (bytes memory) {
        return
            abi.encodeCall(ICertificates.issueCertificate, (subject, document, _SCHEME, from, to));
    }

    function _revoke(bytes32 subject) private pure returns (bytes memory) {
        return abi.encodeCall(ICertificates.revokeCertificate, (subject, DOCUMENT, 1));
    }
}
