"""Rules of faults: read with every mistake told, counted to the request."""

from __future__ import annotations

import json
import re
import threading
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.emulator.fault_kinds import KINDS, ROUTES, TRANSPORT, Fault
from veo_story.emulator.faults import FaultScript
from veo_story.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

_RULE = {"on": "submit", "fault": "rate_limit"}
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_KEYS = st.sampled_from(
    ("nth", "times", "match", "retry_after_s", "seconds", "share", "bytes", "status", "x")
)


def test_yaml_and_json_say_the_same(tmp_path: Path) -> None:
    rules = [{"on": "poll", "fault": "slow", "nth": 3, "times": 2, "seconds": 5, "drip": True}]
    (tmp_path / "a.json").write_text(json.dumps(rules))
    (tmp_path / "a.yaml").write_text(
        "- on: poll\n  fault: slow\n  nth: 3\n  times: 2\n  seconds: 5\n  drip: true\n"
    )
    expected = (Fault("poll", "slow", 3, 2, seconds=5.0, drip=True),)
    assert FaultScript.load(tmp_path / "a.json").rules == expected
    assert FaultScript.load(tmp_path / "a.yaml").rules == expected


def test_yaml_1_1_on_is_understood(tmp_path: Path) -> None:
    # An unquoted `on` is a boolean to YAML 1.1.
    (tmp_path / "a.yaml").write_text("- {on: submit, fault: rate_limit}\n")
    assert FaultScript.load(tmp_path / "a.yaml").rules == (Fault("submit", "rate_limit"),)


def test_an_empty_file_is_no_rules(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("# nothing yet\n")
    assert FaultScript.load(tmp_path / "a.yaml").rules == ()


@pytest.mark.parametrize(
    ("rules", "message", "hint"),
    [
        ({"on": "submit"}, "faults: is no list of rules", "- {on: submit"),
        (["rate_limit"], "faults: rule 1: is no mapping", "{on: submit"),
        ([_RULE, {"on": "submit"}], "faults: rule 2: has no 'fault'", "rate_limit"),
        ([{"fault": "slow"}], "faults: rule 1: has no 'on'", "submit"),
        ([{"on": "submitt", "fault": "slow"}], "faults: rule 1: on: 'submitt' is not known", "'submit'"),
        ([{"on": "poll", "fault": "slwo"}], "faults: rule 1: fault: 'slwo' is not known", "'slow'"),
        ([{**_RULE, "tims": 2}], "faults: rule 1: 'tims' is not a key of rate_limit", "'times'"),
        ([{**_RULE, "share": 0.1}], "faults: rule 1: 'share' is not a key of rate_limit", "one of on"),
        ([{**_RULE, "nth": 0}], "faults: rule 1: nth: 0 is not a whole number from 1", None),
        ([{**_RULE, "nth": True}], "faults: rule 1: nth: True is not a whole number", None),
        ([{**_RULE, "match": "("}], "faults: rule 1: match: '(' is not a regular expression", None),
        ([{**_RULE, "retry_after_s": -1}], "faults: rule 1: retry_after_s: -1 is not a number", None),
        (
            [{"on": "upload", "fault": "half_download"}],
            "faults: rule 1: on: half_download does not happen to a upload",
            "on: download",
        ),
        ([{"on": "poll", "fault": "retired"}], "faults: rule 1: on: retired does not happen", "on: submit"),
    ],
)
def test_mistakes_are_told_with_rule_key_and_fix(rules: object, message: str, hint: str | None) -> None:
    with pytest.raises(ConfigError) as caught:
        FaultScript.from_rules(rules)
    assert message in caught.value.message
    assert hint is None or hint in (caught.value.hint or "")


@pytest.mark.parametrize("content", [b"- {on: [", b"\xff\xfe\x00", b"- &a [*a, *b]", b"[" * 4000])
def test_a_file_that_is_neither_yaml_nor_json_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.yaml").write_bytes(content)
    with pytest.raises(ConfigError, match=r"a\.yaml: "):
        FaultScript.load(tmp_path / "a.yaml")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        FaultScript.load(tmp_path / "a.yaml")


@given(_JSON | st.lists(st.dictionaries(_KEYS, _JSON).map(lambda extra: {**_RULE, **extra}), max_size=3))
def test_whatever_is_written_is_read_or_told(rules: Any) -> None:
    try:
        script = FaultScript.from_rules(rules)
    except ConfigError as error:
        assert error.message.startswith("faults: ")
    else:
        assert all(fault.kind in KINDS and fault.on in ROUTES for fault in script.rules)


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 12))
def test_a_rule_strikes_from_the_nth_on_so_many_times(nth: int, times: int, asked: int) -> None:
    script = FaultScript([Fault("poll", "slow", nth, times)])
    struck = [script.strike("poll", "") is not None for _ in range(asked)]
    assert struck == [nth <= number < nth + times for number in range(1, asked + 1)]
    assert script.told()[0]["seen"] == asked


@given(st.lists(st.tuples(st.sampled_from(ROUTES), st.sampled_from(("harbour", "street", ""))), max_size=30))
def test_only_matching_requests_count(requests: list[tuple[Any, str]]) -> None:
    script = FaultScript([Fault("submit", "retired", 2, 1, "har?bour")])
    struck = [script.strike(on, text) is not None for on, text in requests]
    counted = [index for index, request in enumerate(requests) if request == ("submit", "harbour")]
    assert [index for index, yes in enumerate(struck) if yes] == counted[1:2]


def test_the_first_of_two_rules_strikes_and_both_count() -> None:
    script = FaultScript([Fault("poll", "slow"), Fault("poll", "unavailable", times=2)])
    kinds = [fault.kind if fault else None for fault in (script.strike("poll", "") for _ in range(3))]
    assert kinds == ["slow", "unavailable", None]


def test_text_is_wanted_only_by_rules_that_match() -> None:
    script = FaultScript([Fault("submit", "slow", match="x"), Fault("poll", "slow")])
    assert script.wants_text("submit")
    assert not script.wants_text("poll")


def test_replacing_begins_to_count_anew() -> None:
    script = FaultScript([Fault("poll", "slow")])
    script.strike("poll", "")
    script.replace(FaultScript([Fault("poll", "unavailable")]))
    struck = script.strike("poll", "")
    assert struck is not None and struck.kind == "unavailable"


def test_threads_never_share_a_strike() -> None:
    script = FaultScript([Fault("poll", "slow", nth=100, times=300)])
    struck: list[int] = []

    def ask() -> None:
        struck.append(sum(script.strike("poll", "") is not None for _ in range(250)))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(struck) == 300


def test_every_kind_can_be_written() -> None:
    for kind in KINDS:
        on = "download" if re.search("download|length", kind) else "submit"
        [fault] = FaultScript.from_rules([{"on": on, "fault": kind}]).rules
        assert fault.kind == kind
    assert set(KINDS) > TRANSPORT
