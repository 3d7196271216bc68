// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IProductLedger} from "../interfaces/IProductLedger.sol";
import {IUnitRegistry} from "../interfaces/IUnitRegistry.sol";
import {GoodsActs} from "./GoodsActs.sol";
import {Leaves} from "./Leaves.sol";
import {Kind} from "./Stage.sol";

/// @title Acts on units, and returns, at random; about half of them illegal
abstract contract UnitActs is GoodsActs {
    struct IssueModel {
        bytes32 lot;
        uint32 number;
        uint32 org;
        uint64 first;
        uint64 count;
        uint64 each;
    }

    struct UnitModel {
        uint32 seller; // 0 while it is not sold
        bool everSold;
        bool returned;
        bool claimed;
        bool voided;
    }

    struct Place {
        uint256 issue;
        uint64 index;
    }

    uint64 private constant FIRST_ISSUE = 254; // so that the next crosses the border of a word

    IssueModel[] public issues;
    mapping(bytes32 lot => mapping(uint64 index => UnitModel)) public unitModels;
    mapping(bytes32 lot => uint256 amount) public coveredModel;
    mapping(bytes32 lot => mapping(uint32 org => uint256 amount)) public soldByUnits;
    /// @dev Units of which something is known.
    Place[] public places;
    mapping(bytes32 lot => mapping(uint64 index => bool)) private _isPlaced;

    constructor() {
        bytes32 root = Leaves.root(items[0], 0, FIRST_ISSUE);
        require(_tryAt(units, Kind.ISSUE, MILL, _issue(items[0], FIRST_ISSUE, 1, root)), "issue");
        issues.push(IssueModel(items[0], 1, MILL, 0, FIRST_ISSUE, 1));
        coveredModel[items[0]] = FIRST_ISSUE;
    }

    function issueCount() external view returns (uint256) {
        return issues.length;
    }

    function placeCount() external view returns (uint256) {
        return places.length;
    }

    // ------------------------------------------------------------------ acts

    function acceptsReturn(uint256 seed) public {
        seed = _mixed(seed);
        (uint32 org, bytes32 item) = (_org(seed), _item(seed >> 24));
        for (uint256 i = 0; i < ITEMS && soldByAmount[item][org] == 0; ++i) {
            item = items[i];
        }
        uint64 amount = _part(seed >> 64, soldByAmount[item][org] + soldByUnits[item][org]);
        bytes memory call = abi.encodeCall(IProductLedger.acceptReturn, (item, amount));
        if (!_try(Kind.ACCEPT_RETURN, org, call)) return;
        if (soldByAmount[item][org] < amount) broken = "took back what it had not sold";
        else soldByAmount[item][org] -= amount;
        models[item].gone -= amount;
    }

    function issuesUnits(uint256 seed) public {
        seed = _mixed(seed);
        bytes32 lot = _item(seed >> 24);
        if (seed % 4 != 0) lot = items[(seed >> 8) % 5];
        Model memory model = models[lot];
        uint32 org = seed % 4 == 1 ? _org(seed >> 40) : model.maker;
        (uint64 count, uint64 each) = (uint64((seed >> 48) % 8), uint64((seed >> 56) % 4));
        if ((seed >> 64) % 4 == 0) each = _part(seed >> 72, model.made);
        (, uint64 next, ) = units.issuesOf(lot);
        bytes32 root = count == 0 ? bytes32("root") : Leaves.root(lot, next, count);
        if ((seed >> 136) % 16 == 0) root = 0;
        if (!_tryAt(units, Kind.ISSUE, org, _issue(lot, count, each, root))) return;
        if (model.maker != org) broken = "issued by another than the maker";
        if (model.recalledBy != 0) broken = "issued units of a recalled lot";
        if (_isUnit(lot)) broken = "issued units of a unit";
        (uint32 number, , ) = units.issuesOf(lot);
        issues.push(IssueModel(lot, number, org, next, count, each));
        coveredModel[lot] += uint256(count) * each;
    }

    function voidsUnits(uint256 seed) public {
        seed = _mixed(seed);
        (uint256 at, uint64 first) = _unit(seed, seed % 4 == 1);
        IssueModel memory issued = issues[at];
        uint32 org = seed % 4 == 0 ? _org(seed >> 8) : issued.org;
        uint64 count = uint64((seed >> 32) % 5);
        bytes memory call = abi.encodeCall(
            IUnitRegistry.voidUnits,
            (issued.lot, issued.number, first, count, 1)
        );
        if (!_tryAt(units, Kind.VOID, org, call)) return;
        if (issued.org != org || count == 0) broken = "voided by another, or nothing";
        for (uint64 index = first; index < first + count; ++index) {
            UnitModel storage unit = _known(at, index);
            if (!unit.voided && unit.seller == 0) coveredModel[issued.lot] -= issued.each;
            unit.voided = true;
        }
    }

    function sellsUnits(uint256 seed) public {
        seed = _mixed(seed);
        (uint256 at, uint64 first) = _unit(seed, seed % 4 == 1);
        IssueModel memory issued = issues[at];
        uint32 org = _holder(seed >> 8, issued.lot);
        uint64[] memory indexes = _indexes(seed >> 32, first);
        bytes memory call = abi.encodeCall(
            IUnitRegistry.sellUnits,
            (issued.lot, issued.number, indexes)
        );
        uint256 held = ledger.holding(issued.lot, org);
        if (!_tryAt(units, Kind.SELL_UNITS, org, call)) return;
        for (uint256 i = 0; i < indexes.length; ++i) {
            _isSold(at, indexes[i], org);
        }
        _requireMoved(issued, org, indexes, held);
        _requireUsable(issued.lot, "was sold by unit");
    }

    function sellsProven(uint256 seed) public {
        seed = _mixed(seed);
        (uint256 at, uint64 index) = _unit(seed, seed % 8 == 1);
        IssueModel memory issued = issues[at];
        uint32 org = _holder(seed >> 8, issued.lot);
        bool forged;
        bytes memory call;
        (call, forged) = _proven(seed >> 32, at, index, IUnitRegistry.sellProvenUnit.selector);
        uint256 held = ledger.holding(issued.lot, org);
        if (!_tryAt(units, Kind.SELL_PROVEN, org, call)) return;
        if (forged) broken = "sold by a forged proof";
        _isSold(at, index, org);
        _requireMoved(issued, org, new uint64[](1), held);
        _requireUsable(issued.lot, "was sold by proof");
    }

    function returnsUnits(uint256 seed) public {
        seed = _mixed(seed);
        (uint256 at, uint64 first) = _unit(seed, seed % 4 != 1);
        IssueModel memory issued = issues[at];
        uint32 seller = unitModels[issued.lot][first].seller;
        uint32 org = seed % 4 == 0 || seller == 0 ? _org(seed >> 8) : seller;
        uint64[] memory indexes = _indexes(seed >> 32, first);
        bytes memory call = abi.encodeCall(
            IUnitRegistry.returnUnits,
            (issued.lot, issued.number, indexes)
        );
        if (!_tryAt(units, Kind.RETURN_UNITS, org, call)) return;
        for (uint256 i = 0; i < indexes.length; ++i) {
            _isReturned(at, indexes[i], org);
        }
    }

    function claims(uint256 seed) public {
        seed = _mixed(seed);
        (uint256 at, uint64 index) = _unit(seed, seed % 4 != 1);
        bytes32 lot = issues[at].lot;
        bool forged;
        bytes memory call;
        (call, forged) = _proven(seed >> 32, at, index, IUnitRegistry.claimUnit.selector);
        address caller = seed % 16 == 0 ? MILL_KEY : address(loyalty);
        if (!_tryAs(caller, address(units), Kind.CLAIM, call)) return;
        UnitModel storage unit = _known(at, index);
        if (forged) broken = "claimed by a forged proof";
        if (caller == MILL_KEY) broken = "claimed by another than Loyalty";
        if (unit.claimed) broken = "claimed twice";
        if (unit.voided || unit.seller == 0) broken = "claimed void or unsold";
        if (models[lot].recalledBy != 0) broken = "claimed of a recalled lot";
        unit.claimed = true;
    }

    // ------------------------------------------------------------------ choosing

    /// @dev A unit of some issue, now and then just beyond it; where `sold`, one that is.
    function _unit(uint256 seed, bool sold) private view returns (uint256 at, uint64 index) {
        seed = _mixed(seed);
        at = seed % issues.length;
        IssueModel memory issued = issues[at];
        index = issued.first + uint64((seed >> 16) % (issued.count + (seed % 8 == 0 ? 2 : 0)));
        if (at == 0) index = (seed >> 16) % 2 == 0 ? index % 8 : 248 + (index % 8);
        for (uint256 i = 0; sold && i < places.length; ++i) {
            Place memory place = places[(i + (seed >> 32)) % places.length];
            if (unitModels[issues[place.issue].lot][place.index].seller != 0) {
                return (place.issue, place.index);
            }
        }
    }

    /// @dev One to three neighbours, now and then in disorder.
    function _indexes(uint256 seed, uint64 first) private pure returns (uint64[] memory indexes) {
        indexes = new uint64[](seed % 32 == 0 ? 0 : 1 + ((seed >> 8) % 3));
        for (uint64 i = 0; i < indexes.length; ++i) {
            indexes[i] = first + ((seed >> 16) % 16 == 0 ? 0 : i);
        }
    }

    function _holder(uint256 seed, bytes32 lot) private view returns (uint32 org) {
        org = _org(seed);
        for (uint256 i = 0; seed % 8 != 0 && i < 3 && ledger.holding(lot, org) < 4; ++i) {
            org = 1 + (org % 3);
        }
    }

    /// @dev A call with a proof, and whether something of it is wrong.
    function _proven(
        uint256 seed,
        uint256 at,
        uint64 index,
        bytes4 selector
    ) private view returns (bytes memory call, bool forged) {
        IssueModel memory issued = issues[at];
        uint64 place = index < issued.first + issued.count ? index : issued.first;
        bytes32[] memory path = Leaves.path(issued.lot, issued.first, issued.count, place);
        (bytes32 id, address code) = (Leaves.unit(issued.lot, place), _code(issued.lot, place));
        uint256 what = seed % 12;
        forged = what < 3 || place != index;
        if (what == 0) id = Leaves.unit(issued.lot, index + 1);
        if (what == 1) code = address(uint160(code) ^ 1);
        if (what == 2) path = new bytes32[](path.length + 1);
        call = abi.encodeWithSelector(selector, issued.lot, issued.number, index, id, code, path);
    }

    // ------------------------------------------------------------------ judging

    function _isSold(uint256 at, uint64 index, uint32 org) private {
        UnitModel storage unit = _known(at, index);
        IssueModel memory issued = issues[at];
        if (unit.seller != 0) broken = "a unit was sold twice";
        if (unit.voided) broken = "a void unit was sold";
        (unit.seller, unit.everSold) = (org, true);
        if (!unit.claimed) unit.returned = false;
        soldByUnits[issued.lot][org] += issued.each;
        models[issued.lot].gone += issued.each;
    }

    function _isReturned(uint256 at, uint64 index, uint32 org) private {
        UnitModel storage unit = _known(at, index);
        IssueModel memory issued = issues[at];
        if (unit.seller != org) broken = "a unit came back to another";
        (unit.seller, unit.returned) = (0, true);
        if (unit.voided) coveredModel[issued.lot] -= issued.each;
        soldByUnits[issued.lot][org] -= issued.each;
        models[issued.lot].gone -= issued.each;
    }

    /// @dev Units are sold out of what is held, and of nothing else.
    function _requireMoved(
        IssueModel memory issued,
        uint32 org,
        uint64[] memory indexes,
        uint256 held
    ) private {
        uint256 moved = indexes.length * issued.each;
        if (held < moved || ledger.holding(issued.lot, org) != held - moved) {
            broken = "units were sold out of nothing";
        }
    }

    function _known(uint256 at, uint64 index) private returns (UnitModel storage) {
        IssueModel memory issued = issues[at];
        if (index < issued.first || index >= issued.first + issued.count) {
            broken = "a unit of another issue";
        }
        if (!_isPlaced[issued.lot][index]) places.push(Place(at, index));
        _isPlaced[issued.lot][index] = true;
        return unitModels[issued.lot][index];
    }

    function _issue(
        bytes32 lot,
        uint64 count,
        uint64 each,
        bytes32 root
    ) private pure returns (bytes memory) {
        return abi.encodeCall(IUnitRegistry.issueUnits, (lot, count, each, root));
    }

    function _code(bytes32 lot, uint64 index) private pure returns (address) {
        return Leaves.code(lot, index);
    }
}
