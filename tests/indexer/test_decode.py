"""The decoders accept exactly what eth_abi reads the same way, and nothing that it refuses."""

import random

import pytest
from eth_abi.abi import decode as oracle_decode
from eth_abi.abi import encode as oracle_encode
from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak
from hypothesis import given, settings

from indexer.decode import DECODERS, SELECTORS, decode, digest
from ledger.abi import artifact
from ledger.errors import UnknownLog
from ledger.events import CATALOGUE, DOORS
from tests.support.catalogue import events

WORD = 32
ENTRY = bytes(range(32))


def encoded(event):
    """An event as a node writes it: topics and data in hexadecimal."""
    fields = event.schema()
    topics, types, values = [SELECTORS[type(event)]], ["bytes32"], [ENTRY]
    for field in fields:
        kind, value = field.solidity.type, getattr(event, field.name)
        if field.solidity.indexed:
            topics.append(oracle_encode([kind], [value]))
        else:
            types.append(kind)
            values.append(value)
    return ["0x" + topic.hex() for topic in topics], "0x" + oracle_encode(types, values).hex()


def oracle(event, topics, data):
    """What eth_abi reads, strictly."""
    fields = event.schema()
    indexed = [field for field in fields if field.solidity.indexed]
    plain = [field for field in fields if not field.solidity.indexed]
    words = [_bytes(topic) for topic in topics[1:]]
    if any(len(word) != WORD for word in words) or len(words) != len(indexed):
        raise DecodingError("topics")
    found = {
        field.name: oracle_decode([field.solidity.type], word)[0]
        for field, word in zip(indexed, words, strict=True)
    }
    types = ["bytes32", *(field.solidity.type for field in plain)]
    entry, *values = oracle_decode(types, _bytes(data))
    found |= dict(zip((field.name for field in plain), values, strict=True))
    addresses = {field.name for field in fields if field.solidity.type == "address"}
    for name in addresses:
        found[name] = bytes.fromhex(found[name][2:])
    return entry, event(**found)


def _bytes(text):
    if text[:2] != "0x" or not all(digit in "0123456789abcdefABCDEF" for digit in text[2:]):
        raise DecodingError("hexadecimal")
    if len(text) % 2:
        raise DecodingError("odd")
    return bytes.fromhex(text[2:])


def bounded(event):
    """Whether the contracts could emit it: their uint64 are at most 2**63 - 1."""
    return all(
        getattr(event, field.name) < 2**63
        for field in event.schema()
        if field.solidity.type == "uint64"
    )


@given(events())
@settings(max_examples=300, deadline=None)
def test_what_eth_abi_writes_is_read_as_it_was(event):
    topics, data = encoded(event)
    if not bounded(event):
        with pytest.raises(UnknownLog):
            decode(topics, data)
        return
    kind, topic, (words, sequence, before, read, values) = decode(topics, data)
    assert (kind, read) == (type(event), event)
    assert topic + words == b"".join(_bytes(each) for each in (*topics, data))
    assert sequence.to_bytes(8, "big") + before == ENTRY
    assert len(values) == len(event.schema())


MUTATIONS = [
    lambda r, t: t[: r.randrange(len(t))] + r.choice("0_ +g\u0660") + t[r.randrange(len(t)) :],
    lambda r, t: swap(t, r.randrange(2, len(t)), r.choice("0123456789abcdefABCDEF_ -\uff11")),
    lambda r, t: t[: r.randrange(len(t) + 1)],
    lambda r, t: t + "00" * r.choice((1, 31, 32, 33)),
    lambda r, t: "0x" + t[2 + 64 * r.randrange(3) :],
    lambda r, t: word(r, t, "f" * 64),
    lambda r, t: word(r, t, "0" * 63 + r.choice("123")),
    lambda r, t: word(r, t, "8" + "0" * 63),
    lambda r, t: t.replace("0x", r.choice(("0X", "", "x0", " 0x", "0x0x")), 1),
]  # fmt: skip


def swap(text, at, letter):
    return text[:at] + letter + text[at + 1 :]


def word(r, text, new):
    start = 2 + 64 * r.randrange(max(1, (len(text) - 2) // 64))
    return text[:start] + new + text[start + 64 :]


def some_value(choose, kind):
    if kind == "bool":
        return choose.random() < 0.5
    if kind.startswith("bytes") or kind == "address":
        return choose.randbytes(20 if kind == "address" else int(kind[5:]))
    bits = 63 if kind == "uint64" else int(kind[4:])
    return choose.getrandbits(choose.choice((1, bits)))


def test_whatever_is_accepted_eth_abi_reads_the_same():
    choose = random.Random(1)
    accepted = 0
    for _ in range(8_000):
        kind = choose.choice(CATALOGUE)
        made = kind(*(some_value(choose, f.solidity.type) for f in kind.schema()))
        topics, data = encoded(made)
        parts = [*topics, data]
        for _ in range(choose.randint(1, 2)):
            at = choose.randrange(len(parts))
            if len(parts[at]) >= 66:
                parts[at] = choose.choice(MUTATIONS)(choose, parts[at])
        *topics, data = parts
        try:
            kind, _, (_, sequence, before, read, _) = decode(topics, data)
        except UnknownLog:
            continue
        accepted += 1
        assert (sequence.to_bytes(8, "big") + before, read) == oracle(kind, topics, data)
    assert accepted > 400


@pytest.mark.parametrize("event", CATALOGUE, ids=lambda it: it.__name__)
def test_lengths_off_by_one_are_refused(event):
    zero = "0x" + "00" * WORD
    indexed = [f for f in event.schema() if f.solidity.indexed]
    topics = ["0x" + SELECTORS[event].hex(), *[zero] * len(indexed)]
    data = "0x" + "00" * WORD * (1 + len(event.schema()) - len(indexed))
    decode(topics, data)
    wrong = [
        (topics[:-1], data), ([*topics, zero], data), (topics, data + "00"), (topics, data[:-2]),
        (topics, data[:-1]), (topics, data + "0"), (topics, "0x"), (topics, ""), ([], data),
        ([topics[0], *[zero + "00"] * len(indexed)] if indexed else [], data),
    ]  # fmt: skip
    for some, other in wrong:
        with pytest.raises(UnknownLog):
            decode(some, other)


@pytest.mark.parametrize("event", CATALOGUE, ids=lambda it: it.__name__)
def test_every_field_holds_its_largest_value(event):
    zero = {f.name: largest(f.solidity.type, 0) for f in event.schema()}
    full = {f.name: largest(f.solidity.type, 1) for f in event.schema()}
    for values in (zero, full):
        made = event(**values)
        assert decode(*encoded(made))[2][3] == made


def largest(kind, which):
    if kind == "bool":
        return bool(which)
    if kind.startswith("bytes") or kind == "address":
        return (b"\xff" if which else b"\0") * (20 if kind == "address" else int(kind[5:]))
    bits = 63 if kind == "uint64" else int(kind[4:])
    return 2**bits - 1 if which else 0


def test_the_selectors_are_those_of_the_compiled_contracts():
    compiled = {
        keccak(text=f"{each['name']}({','.join(i['type'] for i in each['inputs'])})")
        for contract in ("OrgRegistry", "Directory", *DOORS)
        for each in artifact(contract).abi
        if each["type"] == "event"
    }
    assert compiled == set(SELECTORS.values())
    assert len(DECODERS) == len(CATALOGUE)


def test_the_digest_is_one_of_all_decoders():
    assert len(digest()) == 64
    assert digest() == digest()
