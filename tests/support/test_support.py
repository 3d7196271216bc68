"""The real things are real, and are gone afterwards."""

import http.server
import os
import threading
from pathlib import Path

import psycopg
import pytest

from tests.support.anvil import CHAIN_ID, LocalAnvil
from tests.support.postgres import LocalPostgres


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.chain
def test_anvil_is_the_agreed_chain(anvil):
    assert int(anvil.rpc("eth_chainId"), 16) == CHAIN_ID
    assert anvil.rpc("anvil_nodeInfo")["hardFork"].lower() == "prague"


@pytest.mark.chain
def test_two_chains_live_side_by_side_and_end():
    with LocalAnvil(mining="manual") as one, LocalAnvil(mining="manual") as other:
        one.mine(3)
        assert (one.rpc("eth_blockNumber"), other.rpc("eth_blockNumber")) == ("0x3", "0x0")
        pid = one.pid
    assert not is_running(pid)


@pytest.mark.chain
def test_a_chain_with_state_comes_back_on_the_same_port(tmp_path):
    with LocalAnvil(mining="manual", state=tmp_path / "chain.json") as node:
        url = node.url
        node.mine(5)
        node.stop()
        node.start()
        assert (node.rpc("eth_blockNumber"), node.url) == ("0x5", url)


@pytest.mark.chain
def test_reorganise_changes_hashes_and_keeps_the_height():
    with LocalAnvil(mining="manual") as node:
        node.mine(2)
        here, there = node.rpc("eth_accounts")[:2]
        node.rpc("eth_sendTransaction", {"from": here, "to": there, "value": "0x1"})
        node.mine(2)
        before = node.rpc("eth_getBlockByNumber", "0x4", False)["hash"]
        node.reorganise(2)
        after = node.rpc("eth_getBlockByNumber", "0x4", False)["hash"]
        assert node.rpc("eth_blockNumber") == "0x4"
        assert before != after


def plain(url: str) -> str:
    return url.replace("postgresql+psycopg", "postgresql")


@pytest.mark.postgres
def test_each_test_gets_an_empty_database(postgres, postgres_url):
    def fill(url: str) -> None:
        with psycopg.connect(plain(url)) as connection:
            connection.execute("CREATE TABLE thing (id int)")

    template = postgres.template("things", fill)
    with postgres.database(template) as url, psycopg.connect(plain(url)) as connection:
        assert connection.execute("SELECT count(*) FROM thing").fetchone() == (0,)
    with psycopg.connect(plain(postgres_url)) as connection:
        assert connection.execute("SELECT to_regclass('thing')").fetchone() == (None,)


@pytest.mark.postgres
def test_a_server_leaves_nothing_behind():
    with LocalPostgres() as server:
        folder = Path(server.url("x").partition("host=")[2])
        assert folder.exists()
    assert not folder.exists()


@pytest.mark.browser
def test_the_browser_shows_a_local_page(browser):
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<h1>lot</h1><script>document.title = 'mark'</script>")

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        assert (page.inner_text("h1"), page.title()) == ("lot", "mark")
        context.close()
        server.shutdown()
