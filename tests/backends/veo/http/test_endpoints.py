"""Keys go to Google's own addresses, or to those of the SDKs' variables when nobody can listen on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.backends.veo.endpoints import (
    Endpoint,
    gemini_endpoint,
    is_loopback,
    storage_endpoint,
    vertex_endpoint,
)
from veo_story.errors import ConfigError

VARIABLES = {
    "GOOGLE_GEMINI_BASE_URL": gemini_endpoint,
    "GOOGLE_VERTEX_BASE_URL": lambda environ: vertex_endpoint(environ, "us-central1"),
    "STORAGE_EMULATOR_HOST": storage_endpoint,
}


def test_googles_own_addresses() -> None:
    assert gemini_endpoint({}) == Endpoint("https://generativelanguage.googleapis.com/v1beta", True)
    assert storage_endpoint({"STORAGE_EMULATOR_HOST": " "}) == Endpoint(
        "https://storage.googleapis.com", True
    )
    assert [vertex_endpoint({}, place).base_url for place in ("us-central1", "global", None)] == [
        "https://us-central1-aiplatform.googleapis.com/v1",
        "https://aiplatform.googleapis.com/v1",
        "https://aiplatform.googleapis.com/v1beta1",
    ]


@pytest.mark.parametrize(
    ("given_", "base"),
    [
        ("https://gateway.example", "https://gateway.example"),
        ("https://gateway.example:8443/veo/", "https://gateway.example:8443/veo"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.9.9.9:8080/", "http://127.9.9.9:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        (" http://localhost:8080 ", "http://localhost:8080"),
    ],
)
def test_other_addresses(given_: str, base: str) -> None:
    assert gemini_endpoint({"GOOGLE_GEMINI_BASE_URL": given_}) == Endpoint(f"{base}/v1beta", False)
    assert vertex_endpoint({"GOOGLE_VERTEX_BASE_URL": given_}, "global") == Endpoint(f"{base}/v1", False)
    assert vertex_endpoint({"GOOGLE_VERTEX_BASE_URL": given_}, None) == Endpoint(f"{base}/v1beta1", False)
    assert storage_endpoint({"STORAGE_EMULATOR_HOST": given_}) == Endpoint(base, False)


def test_a_storage_emulator_without_scheme_is_http() -> None:
    assert storage_endpoint({"STORAGE_EMULATOR_HOST": "localhost:9023"}).base_url == "http://localhost:9023"
    with pytest.raises(ConfigError, match="plain http"):
        storage_endpoint({"STORAGE_EMULATOR_HOST": "storage.example:9023"})


def test_naming_the_default_changes_nothing() -> None:
    named = "https://generativelanguage.googleapis.com/"
    assert gemini_endpoint({"GOOGLE_GEMINI_BASE_URL": named}) == gemini_endpoint({})


@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("http://gateway.example", "plain http to gateway.example"),
        ("http://127.0.0.1.example", "plain http"),
        ("http://192.168.0.9:80", "plain http"),
        ("http://localhost.example", "plain http"),
        ("http://[fe80::1]", "plain http"),
        ("https://me:canary-pass@gateway.example", "user name or password"),
        ("https://canary-pass@gateway.example", "user name or password"),
        ("https://gateway.example/?key=canary-pass", "query or fragment"),
        ("https://gateway.example/#canary-pass", "query or fragment"),
        ("ftp://gateway.example", "not an http(s) address"),
        ("https://", "not an http(s) address"),
        ("https://gateway.example:port", "not an http(s) address"),
        ("https://gateway.example:0", "not an http(s) address"),
        ("https://[::1", "not an http(s) address"),
        ("https://gate way.example", "blanks"),
        ("https://gateway.example\\@127.0.0.1", "blanks or control"),
    ],
)
def test_what_may_not_get_a_key(variable: str, bad: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        VARIABLES[variable]({variable: bad})
    assert variable in caught.value.message
    assert says in caught.value.message
    assert caught.value.hint
    assert "canary" not in f"{caught.value.message} {caught.value.hint}"


def test_no_scheme_is_no_address_elsewhere() -> None:
    with pytest.raises(ConfigError, match="not an http"):
        gemini_endpoint({"GOOGLE_GEMINI_BASE_URL": "gateway.example"})


@pytest.mark.parametrize(
    "place", ["", "evil.example/", "us-central1.evil.example#", "US-CENTRAL1", "../x", "a@b"]
)
def test_what_is_no_location(place: str) -> None:
    with pytest.raises(ConfigError, match="no location"):
        vertex_endpoint({}, place)


def test_urls_below_the_base() -> None:
    endpoint = Endpoint("https://h.example/v1", False)
    assert endpoint.url_of("models/m:go") == "https://h.example/v1/models/m:go"
    assert endpoint.url_of("/o/a%2Fb", {"alt": "media"}) == "https://h.example/v1/o/a%2Fb?alt=media"
    assert endpoint.url_of("https://x.example/f?a=1", {"b": "2 3"}) == "https://x.example/f?a=1&b=2+3"
    assert endpoint.origin == ("https", "h.example", 443)
    assert Endpoint("http://127.0.0.1:81", False).origin == ("http", "127.0.0.1", 81)


@given(st.text(max_size=40) | st.from_regex(r"https?://[a-z0-9.@:\[\]?#/\\-]{0,30}", fullmatch=True))
def test_any_value_is_an_endpoint_or_a_clear_no(value: str) -> None:
    for variable, endpoint_of in VARIABLES.items():
        try:
            endpoint = endpoint_of({variable: value})
        except ConfigError as error:
            assert variable in error.message
            continue
        scheme, host, port = endpoint.origin
        assert scheme == "https" or is_loopback(host)
        assert 0 < port < 65536
