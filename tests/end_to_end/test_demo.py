"""The demonstration, as somebody sees it who has just cloned the project."""

from __future__ import annotations

import io
import json
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pypdfium2 as pdfium
import pytest
import zxingcpp
from deqr.qrdec import QRdecDecoder
from PIL import Image

from tests.end_to_end.programs import alive, answer_of, lotmark, running

pytestmark = [pytest.mark.end_to_end, pytest.mark.chain]

VERDICTS = {"registered", "recalled", "expired", "sold", "unknown"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def first(data: Path) -> dict[str, Any]:
    """What the first `demo --once` says."""
    answer: dict[str, Any] = lotmark("demo", "--once", "--port", 0, data=data)
    return answer


def get(url: str, accept: str, language: str = "en") -> tuple[int, bytes]:
    request = urllib.request.Request(url, headers={"Accept": accept, "Accept-Language": language})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_once_brings_everything_up_checks_it_and_tells_it(first: dict[str, Any]) -> None:
    assert set(first["urls"]["shopper"]) == VERDICTS
    assert first["urls"]["supplier"]
    assert first["urls"]["auditor"]
    assert first["chain_head"] == first["indexed_block"]
    assert first["facts"] > 60
    assert first["statements"] == 31
    assert first["findings"] == 2
    assert first["audit"]["clean"]
    assert first["seconds"] > 0


def test_second_run_finds_the_data_of_the_first(first: dict[str, Any], data: Path) -> None:
    again = lotmark("demo", "--once", "--port", 0, data=data)
    counted = ("statements", "findings")
    assert [again[name] for name in counted] == [first[name] for name in counted]
    assert again["facts"] >= first["facts"]  # points that are due are settled meanwhile
    found = lotmark("findings", data=data)["findings"]
    assert {each["kind"] for each in found} == {"ItemElsewhere", "StatementRepeated"}
    assert all(each["reason"] and each["document"]["line"] for each in found)


@pytest.fixture(scope="module")
def shown(first: dict[str, Any], data: Path) -> Iterator[dict[str, Any]]:
    """What a demonstration says that goes on; Ctrl-C then stops it and leaves nothing behind."""
    port = urlsplit(first["urls"]["pack"]).port  # where the printed labels lead
    with running("demo", "--port", port, "--json", data=data, ends=False) as process:
        yield answer_of(process)
        node = json.loads((data / "chain.json").read_text())["pid"]
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert not alive(node)
        assert not (data / "chain.json").exists()


def test_a_pack_of_the_story_has_a_code_a_label_and_a_neighbour_that_was_sold(
    shown: dict[str, Any],
) -> None:
    page = get(shown["urls"]["pack"], "application/json")[1]
    assert json.loads(page)["verdict"]["verdict"] == "registered"
    (sheets,) = Path(shown["packs"]["labels"]).glob("labels-*.pdf")
    with pdfium.PdfDocument(sheets) as document:
        picture = document[0].render(scale=300 / 72).to_pil().convert("L")
    printed = {found.text for found in zxingcpp.read_barcodes(picture) if "/21/" in found.text}
    first, *_ = printed
    assert urlsplit(first).netloc == urlsplit(shown["urls"]["pack"]).netloc
    verdicts = {json.loads(get(url, "application/json")[1])["verdict"]["verdict"] for url in printed
                if "/claim" not in url}  # fmt: skip
    assert verdicts == {"registered", "sold"}


def test_the_inbox_holds_the_pack_that_nobody_registered(first: dict[str, Any], data: Path) -> None:
    assert first
    alerts = lotmark("scans", "alerts", data=data)["alerts"]
    assert ["unknown"] in [[reason["rule"] for reason in alert["reasons"]] for alert in alerts]


def test_each_verdict_has_a_page_in_both_languages_and_json(shown: dict[str, Any]) -> None:
    for verdict, url in shown["urls"]["shopper"].items():
        status, page = get(url, "text/html")
        _, chinese = get(url, "text/html", "zh-CN")
        assert status == (404 if verdict == "unknown" else 200)
        assert b"<script" not in page
        assert page != chinese
        assert json.loads(get(url, "application/json")[1])["verdict"]["verdict"] == verdict
    for role in ("supplier", "auditor"):
        assert get(shown["urls"][role], "text/html")[0] == 200


def test_qr_code_decodes_to_the_page_with_two_decoders(shown: dict[str, Any]) -> None:
    url = shown["urls"]["shopper"]["registered"]
    base, path = url.split("/01/", 1)
    status, png = get(f"{base}/api/v1/qr/01/{path}.png", "image/png")
    assert status == 200
    picture = Image.open(io.BytesIO(png)).convert("L")
    (found,) = zxingcpp.read_barcodes(picture)
    (other,) = QRdecDecoder().decode(np.array(picture), convert_data=False)
    text = b"".join(part.data for part in other.data_entries).decode()
    assert found.text == text == url
    assert get(text, "text/html")[0] == 200
