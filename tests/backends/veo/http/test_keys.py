"""One key is found, and never shown."""

from __future__ import annotations

import asyncio
import copy
import pickle

import pytest

from tests.backends.veo.http.loopback import KEY
from veo_story.backends.veo.keys import Secret, api_key, key_headers
from veo_story.errors import ConfigError


def test_either_variable_will_do() -> None:
    said: list[str] = []
    assert api_key({"GEMINI_API_KEY": KEY}, said.append).reveal() == KEY
    assert api_key({"GOOGLE_API_KEY": f" {KEY}\r\n", "GEMINI_API_KEY": " "}, said.append).reveal() == KEY
    assert said == []


def test_the_first_wins_and_it_is_said() -> None:
    said: list[str] = []
    assert api_key({"GOOGLE_API_KEY": KEY, "GEMINI_API_KEY": "canary-other"}, said.append).reveal() == KEY
    assert said == ["Both GOOGLE_API_KEY and GEMINI_API_KEY are set: GOOGLE_API_KEY is used."]


@pytest.mark.parametrize("environ", [{}, {"GOOGLE_API_KEY": ""}, {"GEMINI_API_KEY": "  \n"}])
def test_no_key(environ: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="no API key") as caught:
        api_key(environ, print)
    assert "GEMINI_API_KEY" in (caught.value.hint or "")


@pytest.mark.parametrize("value", ["canary\nkey", "canary key", "canary-kéy", "canary\x00", "“canary”"])
def test_what_is_no_key_is_not_shown(value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        api_key({"GOOGLE_API_KEY": value}, print)
    assert "canary" not in f"{caught.value!r} {caught.value.hint}"


def test_a_secret_is_not_written_down() -> None:
    secret = Secret(KEY)
    assert KEY not in f"{secret} {secret!r} {[secret]} {vars(type(secret))}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        copy.copy(secret)


def test_it_goes_into_its_header() -> None:
    assert asyncio.run(_headers()) == {"x-goog-api-key": KEY}


async def _headers() -> dict[str, str]:
    return dict(await key_headers(Secret(KEY))())
