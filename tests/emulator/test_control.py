"""The emulator's own routes: bill, clock, faults, log."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.emulator.calling import STANDARD, Gemini, Vertex, accepted, body, image
from veo_story.emulator.server import RunningEmulator


def test_the_bill_of_each_kind_of_work(quick: RunningEmulator) -> None:
    client, fast = Vertex(quick.url), "veo-3.1-fast-generate-001"
    before = Decimal(quick.bill()["total"]["usd"])
    told = client.made(body(durationSeconds=6, storageUri="gs://bill/1"), fast)
    client.made(body(durationSeconds=6, generateAudio=False), fast)
    client.made(body(sampleCount=2), fast)
    video = {"gcsUri": told["response"]["videos"][0]["gcsUri"], "mimeType": "video/mp4"}
    client.made(body({"prompt": "x", "video": video}, generateAudio=False), fast)
    client.made(body({"prompt": "x", "image": image(), "lastFrame": image()}), fast)
    bill = quick.bill()
    lines = [(c["mode"], c["seconds"], c["samples"], Decimal(c["usd"])) for c in bill["charges"][-5:]]
    assert lines == [
        ("open", 6, 1, Decimal("0.60")),
        ("open", 6, 1, Decimal("0.48")),
        ("open", 8, 2, Decimal("1.60")),
        ("extend", 7, 1, Decimal("0.70")),  # sound is made, and paid, whatever is asked
        ("interpolate", 8, 1, Decimal("0.80")),
    ]
    assert Decimal(bill["total"]["usd"]) - before == Decimal("4.18")
    assert Decimal(bill["by_model"][fast]["usd"]) == Decimal("4.18")


def test_the_bill_says_when_an_end_was_noticed(slow: RunningEmulator) -> None:
    client = Gemini(slow.url)
    name = accepted(client.submit(body(durationSeconds=4)))
    line = slow.bill()["charges"][0]
    assert (line["outcome"], line["done_at"], line["noticed_at"], line["usd"]) == (
        "running",
        None,
        None,
        "1.60",
    )
    slow.advance(1000)
    client.wait(name)
    line = slow.bill()["charges"][0]
    accepted_at, done_at, noticed_at = (
        datetime.fromisoformat(line[key]) for key in ("accepted_at", "done_at", "noticed_at")
    )
    assert line["outcome"] == "done"
    assert (done_at - accepted_at).total_seconds() >= 60
    assert noticed_at >= done_at
    client.poll(name)
    assert slow.bill()["charges"][0] == line


def test_the_clock_is_moved_by_hand(quick: RunningEmulator) -> None:
    client = Gemini(quick.url).http
    before = datetime.fromisoformat(client.get("/_emulator/clock").json()["now"])
    answer = client.post("/_emulator/clock", json={"advance_s": 3600})
    assert (datetime.fromisoformat(answer.json()["now"]) - before).total_seconds() >= 3600


@pytest.mark.parametrize("content", [{}, [], {"advance_s": -1}, {"advance_s": "1"}, {"advance_s": 10**400}])
def test_the_clock_never_goes_back(quick: RunningEmulator, content: Any) -> None:
    answer = Gemini(quick.url).http.post("/_emulator/clock", json=content)
    assert answer.status_code == 400


def test_faults_are_replaced_and_shown(quick: RunningEmulator) -> None:
    client = Gemini(quick.url)
    rules = [{"on": "submit", "fault": "unavailable"}]
    assert client.http.post("/_emulator/faults", json=rules).status_code == 200
    assert client.submit(body()).status_code == 503
    assert client.http.get("/_emulator/faults").json()["faults"][0]["seen"] == 1
    wrong = client.http.post("/_emulator/faults", json=[{"on": "submit", "fault": "thunder"}])
    assert (wrong.status_code, "thunder" in wrong.text) == (400, True)
    assert client.http.post("/_emulator/faults", json=[]).json() == {"faults": []}


def test_the_log_has_no_query(quick: RunningEmulator) -> None:
    client = Gemini(quick.url)
    client.http.get(f"/v1beta/models/{STANDARD}/operations/none", params={"key": "canary"})
    line = quick.log()["requests"][-1]
    assert (line["method"], line["path"], line["status"]) == (
        "GET",
        f"/v1beta/models/{STANDARD}/operations/none",
        404,
    )
    assert "canary" not in str(quick.log())
