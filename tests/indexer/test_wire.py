"""What a node may write, and how little of it is believed."""

import http.server
import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import wire
from indexer.bloom import Bloom
from indexer.fetch import Fetcher
from indexer.journal import Journals
from indexer.rpc import Rpc
from ledger.chain.deployment import DeployedContract
from ledger.errors import JournalBroken, NodeUnavailable, SettingInvalid
from ledger.hashing import entry, journal_next, journal_seed
from ledger.vocabulary import Address

ADDRESS = bytes(range(20))


@given(st.integers(0, 2**256))
def test_a_number_is_read_as_it_is_written(number):
    assert wire.quantity(hex(number)) == number


@pytest.mark.parametrize("text", ["", "0x", "1", "0x01", "0x1_0", " 0x1", "0x1 ", "-0x1", "0xA"])
def test_a_number_written_otherwise_is_refused(text):
    with pytest.raises(NodeUnavailable):
        wire.quantity(text)


@given(st.binary(min_size=32, max_size=32))
def test_a_hash_is_read_as_it_is_written(value):
    assert wire.word("0x" + value.hex()) == value


@pytest.mark.parametrize(
    "text", ["", "0x", "11" * 33, "0x" + "11" * 31, "0x" + "1 " * 32, "0x" + "11" * 31 + " 11"]
)
def test_a_hash_written_otherwise_is_refused(text):
    with pytest.raises(NodeUnavailable):
        wire.word(text)


@given(st.lists(st.integers(0, 5), max_size=6))
def test_every_call_is_answered_once_or_none_is(ids):
    raw = json.dumps([{"id": each, "result": "0x0"} for each in ids]).encode()
    if sorted(ids) == list(range(3)):
        assert [answer.id for answer in wire.answers(raw, 3)] == [0, 1, 2]
    else:
        with pytest.raises(NodeUnavailable):
            wire.answers(raw, 3)


@given(st.binary(max_size=200))
def test_no_bytes_are_worse_than_an_error(raw):
    for read in (lambda: wire.answers(raw, 1), lambda: wire.receipts(raw)):
        try:
            read()
        except NodeUnavailable:
            continue


# --- journals ---

LOGS = st.lists(st.tuples(st.binary(max_size=99), st.integers(0, 2**64 - 1)), max_size=8)


@given(LOGS, st.integers(0, 2**64), st.data())
def test_a_journal_follows_only_its_own_logs(logs, chain_id, data):
    journals = Journals.empty(chain_id, {"C": ADDRESS})
    head = journal_seed(chain_id, ADDRESS)
    for count, (log, block) in enumerate(logs):
        wrong = data.draw(st.sampled_from(["sequence", "head", "neither"]))
        if wrong == "sequence":
            with pytest.raises(JournalBroken):
                journals.follow("C", count + 1, head, log, block)
        if wrong == "head":
            with pytest.raises(JournalBroken):
                journals.follow("C", count, bytes(24), log, block)
        assert journals.follow("C", count, head, log, block)[0] == count + 1
        head = journal_next([], log, block)
    slot = entry(len(logs), head)
    assert journals.heads() == {"C": slot}
    assert journals.compare({"C": slot}, 1)
    assert not journals.copy().compare({"C": None}, 1)
    for other in (entry(len(logs) + 1, head), entry(len(logs), bytes(24))):
        with pytest.raises(JournalBroken):
            journals.compare({"C": other}, 1)


# --- blooms and connections ---


def test_a_bloom_has_the_bits_of_what_is_in_it():
    bloom = Bloom([ADDRESS])
    assert not bloom.may_have("0x" + "0" * 512)
    assert bloom.may_have("0x" + "f" * 512)
    assert bloom.may_have("0x")  # no filter says nothing


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "127.0.0.1:8545", "http://", "ipc:///x"])
def test_only_http_is_spoken(url):
    with pytest.raises(SettingInvalid):
        Rpc(url)


class _Once(http.server.BaseHTTPRequestHandler):
    """Answers once on each connection, promises to keep it and closes it."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str | None]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, self.headers["Authorization"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def once():
    handler = type("Handler", (_Once,), {"seen": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.server_address[1], handler.seen
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_connection_that_the_node_closed_is_opened_again(once):
    port, seen = once
    rpc = Rpc(f"http://a%40b:secret@127.0.0.1:{port}/v1?key=2")
    assert [rpc.post(b"ab"), rpc.post(b"cde")] == [b"ab", b"cde"]
    assert seen == [("/v1?key=2", "Basic YUBiOnNlY3JldA==")] * 2
    rpc.close()


def test_a_node_that_is_not_there_is_unavailable(once):
    port, _ = once
    contract = DeployedContract(Address(ADDRESS), 1, bytes(32), bytes(32))
    rpc = Rpc(f"http://127.0.0.1:{port}")
    with pytest.raises(NodeUnavailable):
        Fetcher(rpc, {"C": contract}).head()
    rpc.close()
    with pytest.raises(NodeUnavailable):
        Rpc("http://127.0.0.1:1", timeout=2).post(b"")
