"""The request that costs money: sent once, and again only when the service surely did not take it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx

from veo_story.backends.veo import logs
from veo_story.backends.veo.retry import SUBMITTING, Again, repeat
from veo_story.backends.veo.transport import (
    cannot_reach,
    cannot_send,
    is_hopeless,
    redirected,
    was_never_sent,
    what_happened,
)
from veo_story.backends.veo.wire.errors import refusal
from veo_story.errors import OutcomeUnknown

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from veo_story.backends.veo.exchange import Answer, Asked, Exchange
    from veo_story.backends.veo.looks import Renew, Service
    from veo_story.times import Time

# Answers of something between us and the model, or of the model after it began: whatever else they say.
_NOBODY_KNOWS = frozenset((500, 502, 504))


class Submits:
    """Sends submits over connections of their own. ``host`` names the service in errors."""

    def __init__(
        self,
        exchange: Exchange,
        service: Service,
        host: str,
        time: Time,
        renew: Renew | None,
        jitter: Callable[[], float],
        is_stopping: Callable[[], bool] | None = None,
    ) -> None:
        self.exchange = exchange
        self._renew = renew
        self._service = service
        self._host = host
        self._time = time
        self._jitter = jitter
        self._is_stopping = is_stopping

    async def submit(self, asked: Asked, model: str | None) -> dict[str, Any]:
        """The answer of a submit that was taken.

        Raises OutcomeUnknown when nobody can tell whether it was; every other VeoStoryError means that it was
        not. Cancellation passes through: the outcome is unknown then, too. When the run stops, it is not sent
        again.
        """

        async def once(number: int) -> dict[str, Any]:
            sent_at = self._time.now()
            answer = await self._ask(asked, number, sent_at)
            if answer.status == 401 and self._renew is not None:
                # It was turned away at the door. After a machine slept its token can be older than it seems.
                logs.say("answered with 401: trying once more with a fresh token")
                await self._renew(answer.sent)
                answer = await self._ask(asked, number, sent_at)
            return self._accepted(answer, model, sent_at)

        # Who stops a run means that nothing more is sent: not in a minute either.
        return await repeat(
            once, SUBMITTING, self._time, self._jitter, logs.say, is_stopping=self._is_stopping
        )

    async def _ask(self, asked: Asked, number: int, sent_at: datetime) -> Answer:
        try:
            return await self.exchange.ask(asked, number=number)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            if is_hopeless(error):
                raise cannot_send(self._host, error) from None
            raise self._failure(error, sent_at) from error

    def _failure(self, error: Exception, sent_at: datetime) -> Exception:
        if isinstance(error, httpx.HTTPError) and was_never_sent(error):
            return Again(cannot_reach(self._host, error), what_happened(error))
        return self._unknown(what_happened(error), sent_at, error)

    def _accepted(self, answer: Answer, model: str | None, sent_at: datetime) -> dict[str, Any]:
        if 200 <= answer.status < 300:
            return self._parsed(answer, sent_at)
        if answer.status < 400:
            raise redirected(self._host)
        said = refusal(answer.status, answer.headers, answer.body, self._service, model=model)
        if said.accepted is None or answer.status in _NOBODY_KNOWS:
            raise self._unknown(f"the answer was {answer.status}: {said.error.message}", sent_at, said.error)
        if said.retry:
            raise Again(said.error, f"answered with {answer.status}", wait_s=said.retry_after_s)
        raise said.error

    def _parsed(self, answer: Answer, sent_at: datetime) -> dict[str, Any]:
        try:
            parsed = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise self._unknown("the answer is no JSON, or only a part of it", sent_at, error) from error
        if not isinstance(parsed, dict):
            raise self._unknown("the answer is not what a submit is answered with", sent_at)
        return parsed

    def _unknown(self, what: str, sent_at: datetime, error: Exception | None = None) -> OutcomeUnknown:
        failure = OutcomeUnknown(
            f"The request went to {self._host} at {sent_at:%H:%M:%S} UTC, and {what.rstrip('.')}. "
            "Nobody can tell whether it was accepted."
        )
        failure.__cause__ = error
        return failure
