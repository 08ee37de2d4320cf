"""Requests that cost nothing: tried again after every trouble that may pass."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from veo_story.backends.veo import logs
from veo_story.backends.veo.retry import LOOKING, Again, Policy, repeat
from veo_story.backends.veo.transport import (
    broke_off,
    cannot_reach,
    cannot_send,
    is_hopeless,
    redirected,
    was_never_sent,
    what_happened,
)
from veo_story.backends.veo.wire.errors import refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping
    from typing import Literal

    from veo_story.backends.veo.exchange import Answer, Exchange, Opened
    from veo_story.backends.veo.wire.model import Platform
    from veo_story.errors import VeoStoryError
    from veo_story.times import Time

    Renew = Callable[[Mapping[str, str]], Awaitable[None]]
    Service = Platform | Literal["gcs"]

T = TypeVar("T")


class Unauthorised(Exception):
    """An answer was 401; ``sent`` are the headers that should have authorised it."""

    def __init__(self, error: VeoStoryError, sent: Mapping[str, str]) -> None:
        super().__init__("401")
        self.error = error
        self.sent = sent


class Looks:
    """Repeats what may be repeated. ``host`` names the service in errors."""

    def __init__(
        self,
        exchange: Exchange,
        service: Service,
        host: str,
        time: Time,
        renew: Renew | None,
        jitter: Callable[[], float],
    ) -> None:
        self.exchange = exchange
        self.host = host
        self._service = service
        self._time = time
        self._renew = renew
        self._jitter = jitter

    async def json_of(
        self,
        opened: Callable[[int], Awaitable[Opened]],
        policy: Policy = LOOKING,
        *,
        absent: Collection[int] = (),
    ) -> Any:
        """The JSON of the answer that ``opened`` gives for the number of the try.

        None for an answer whose status is one of ``absent``.
        """

        async def attempt(number: int) -> Any:
            answer = await self.exchange.read(await opened(number))
            if answer.status in absent:
                return None
            if not 200 <= answer.status < 300:
                raise self.refused(answer)
            try:
                return json.loads(answer.body)
            except (ValueError, RecursionError) as error:
                cut = "the answer is no JSON, or only a part of it"
                raise Again(broke_off(self.host, cut, error), cut) from error

        return await self.repeat(attempt, policy)

    async def repeat(self, attempt: Callable[[int], Awaitable[T]], policy: Policy) -> T:
        """Try until it works, with a fresh token after the first 401. Raises a VeoStoryError in the end."""
        renewed = False

        async def once(number: int) -> T:
            nonlocal renewed
            try:
                return await self._watched(attempt, number)
            except Unauthorised as refused:
                if renewed or self._renew is None:
                    raise refused.error from None
                renewed = True
                logs.say("answered with 401: trying once more with a fresh token")
                await self._renew(refused.sent)
            return await once(number)

        return await repeat(once, policy, self._time, self._jitter, logs.say)

    def refused(self, answer: Answer) -> Exception:
        """What to raise for an answer that is no success."""
        if answer.status < 400:
            return redirected(self.host)
        said = refusal(answer.status, answer.headers, answer.body, self._service)
        if answer.status == 401:
            return Unauthorised(said.error, answer.sent)
        if said.retry or answer.status == 408 or answer.status >= 500:
            return Again(said.error, f"answered with {answer.status}", wait_s=said.retry_after_s)
        return said.error

    async def _watched(self, attempt: Callable[[int], Awaitable[T]], number: int) -> T:
        """One try, with the network's failures as :class:`Again`."""
        try:
            return await attempt(number)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            if is_hopeless(error):
                raise cannot_send(self.host, error) from None
            happened = what_happened(error)
            if isinstance(error, httpx.HTTPError) and was_never_sent(error):
                raise Again(cannot_reach(self.host, error), happened) from error
            raise Again(broke_off(self.host, happened, error), happened) from error
