"""The API key: where it comes from, and a box that does not show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from veo_story.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

VARIABLES = ("GOOGLE_API_KEY", "GEMINI_API_KEY")
"""Where a key is looked for; the first one wins, as in Google's own SDKs."""

KEY_HEADER = "x-goog-api-key"


class Secret:
    """A value that no repr, log line or pickle shows. :meth:`reveal` is for the header that carries it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(...)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")


def api_key(environ: Mapping[str, str], remark: Callable[[str], None]) -> Secret:
    """The key of the environment; blanks around it are dropped and an empty one counts as unset.

    ``remark`` is told when both variables are set. Raises ConfigError when there is none or when it cannot
    be a key.
    """
    found = [(name, value) for name in VARIABLES if (value := environ.get(name, "").strip())]
    if not found:
        raise ConfigError(
            "no API key: neither GOOGLE_API_KEY nor GEMINI_API_KEY is set",
            hint="Set GEMINI_API_KEY to a key from https://aistudio.google.com/apikey.",
        )
    name, value = found[0]
    if len(found) > 1:
        remark("Both GOOGLE_API_KEY and GEMINI_API_KEY are set: GOOGLE_API_KEY is used.")
    if not all("!" <= char <= "~" for char in value):
        # It could not be sent in a header, and the complaint about that would show it.
        raise ConfigError(
            f"{name} is no API key: it has blanks, line breaks or other characters that no key has",
            hint=f"Copy the key again and set {name} to it alone.",
        )
    return Secret(value)


def key_headers(key: Secret) -> Callable[[], Awaitable[Mapping[str, str]]]:
    """What a :class:`~veo_story.backends.veo.client.Client` authorises its requests with, from a key."""

    async def authorise() -> Mapping[str, str]:
        return {KEY_HEADER: key.reveal()}

    return authorise
