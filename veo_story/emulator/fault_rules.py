"""Read fault rules out of YAML or JSON; every mistake is told with the rule's number and the key."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from veo_story.emulator.fault_kinds import KINDS, ROUTES, Fault
from veo_story.errors import ConfigError
from veo_story.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from veo_story.emulator.fault_kinds import Kind, On

_MOST = 1_000_000
_BOOLEAN = "tag:yaml.org,2002:bool"
_GENERATION: tuple[On, ...] = ("submit", "poll")
_OWN_ROUTES: Mapping[Kind, tuple[On, ...]] = {
    "malformed_json": tuple(on for on in ROUTES if on != "download"),
    "half_download": ("download",),
    "wrong_length": ("download",),
    "never_done": _GENERATION,
    "filtered": _GENERATION,
    "filtered_audio": _GENERATION,
    "partial_filter": _GENERATION,
    "operation_error": _GENERATION,
    "provisioning": _GENERATION,
    "expired": ("submit", "poll", "file", "download"),
    "retired": ("submit",),
}
_COMMON = ("on", "fault", "nth", "times", "match")
_OWN_KEYS: Mapping[Kind, tuple[str, ...]] = {
    "rate_limit": ("retry_after_s", "message"),
    "unavailable": ("retry_after_s", "message"),
    "error_500_before": ("status", "message"),
    "error_500_after": ("status", "message"),
    "slow": ("seconds", "drip"),
    "half_download": ("share",),
    "wrong_length": ("bytes",),
    "html_error": ("status",),
    "list_error": ("status", "message"),
    "filtered": ("reasons",),
    "filtered_audio": ("reasons",),
    "partial_filter": ("reasons", "withheld"),
    "operation_error": ("code", "message"),
}


class _Loader(yaml.SafeLoader):
    """YAML in which `on` is a word; YAML 1.1 takes it for a boolean."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOLEAN, re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def load_rules(path: Path) -> tuple[Fault, ...]:
    """The rules of a YAML or JSON file. Raises :class:`ConfigError` for one that makes no sense."""
    try:
        data = _Loader(path.read_text(encoding="utf-8")).get_single_data()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from error
    except (UnicodeDecodeError, yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: is not YAML or JSON: {_one_line(error)}") from error
    return read_rules(data, str(path))


def read_rules(rules: object, origin: str) -> tuple[Fault, ...]:
    """The rules of a list of mappings; an empty file is an empty list. Raises :class:`ConfigError`."""
    if rules is None:
        return ()
    if not isinstance(rules, list):
        raise ConfigError(
            f"{origin}: is no list of rules", hint="write: - {on: submit, fault: rate_limit, nth: 1}"
        )
    return tuple(_read_rule(rule, f"{origin}: rule {number}") for number, rule in enumerate(rules, 1))


def _read_rule(rule: object, place: str) -> Fault:
    if not isinstance(rule, dict):
        raise ConfigError(f"{place}: is no mapping", hint="write: {on: submit, fault: rate_limit, nth: 1}")
    for key in ("on", "fault"):
        if key not in rule:
            raise ConfigError(f"{place}: has no '{key}'", hint=f"one of {', '.join(_choices(key))}")
    route: On = _one_of(rule["on"], ROUTES, f"{place}: on")
    kind: Kind = _one_of(rule["fault"], KINDS, f"{place}: fault")
    routes = _OWN_ROUTES.get(kind, ROUTES)
    if route not in routes:
        raise ConfigError(
            f"{place}: on: {kind} does not happen to a {route}", hint=f"on: {' or '.join(routes)}"
        )
    known = (*_COMMON, *_OWN_KEYS.get(kind, ()))
    values = {}
    for key, value in rule.items():
        if key not in known:
            raise ConfigError(f"{place}: {key!r} is not a key of {kind}", hint=_nearest(key, known))
        if key not in ("on", "fault"):
            values[key] = _KEYS[key].read(value, f"{place}: {key}")
    return Fault(on=route, kind=kind, **values)


def _choices(key: str) -> tuple[str, ...]:
    return ROUTES if key == "on" else KINDS


def _one_of(value: object, choices: Iterable[Any], place: str) -> Any:
    for choice in choices:
        if choice == value:
            return choice
    raise ConfigError(f"{place}: {value!r} is not known", hint=_nearest(value, tuple(choices)))


def _nearest(wrong: object, known: tuple[str, ...]) -> str:
    close = nearest(str(wrong), known)
    return f"did you mean '{close}'?" if close else f"one of {', '.join(known)}"


@dataclass(frozen=True, slots=True)
class _Key:
    """What a key may hold: ``takes`` says so in words, ``fits`` decides."""

    takes: str
    fits: Callable[[Any], bool]
    turn: Callable[[Any], Any] = lambda value: value

    def read(self, value: object, place: str) -> Any:
        if not self.fits(value):
            raise ConfigError(f"{place}: {value!r} is not {self.takes}")
        return self.turn(value)


def _whole(low: int, high: int) -> _Key:
    def fits(value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

    return _Key(f"a whole number from {low} to {high}", fits)


def _number(high: float) -> _Key:
    def fits(value: object) -> bool:
        if not isinstance(value, int | float) or isinstance(value, bool):
            return False
        return math.isfinite(value) and 0 <= value <= high

    return _Key(f"a number from 0 to {high:g}", fits, float)


def _is_pattern(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        re.compile(value)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(text, str) for text in value)


_KEYS: Mapping[str, _Key] = {
    "nth": _whole(1, _MOST),
    "times": _whole(1, _MOST),
    "match": _Key("a regular expression", _is_pattern),
    "retry_after_s": _number(_MOST),
    "seconds": _number(_MOST),
    "drip": _Key("true or false", lambda value: isinstance(value, bool)),
    "share": _number(1),
    "bytes": _whole(-_MOST, _MOST),
    "status": _whole(400, 599),
    "code": _whole(1, 16),
    "message": _Key("text", lambda value: isinstance(value, str)),
    "reasons": _Key("a list of texts", _is_texts, tuple),
    "withheld": _whole(1, 4),
}


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
