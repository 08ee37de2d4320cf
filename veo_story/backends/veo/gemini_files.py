"""The files in which the Gemini API keeps clips: their addresses, and when they can be extended."""

from __future__ import annotations

import re
from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING, NoReturn

from veo_story.backends.veo.wire.model import WireError
from veo_story.backends.veo.wire.replies import read_file
from veo_story.errors import ExpiredError, GenerationError, VeoStoryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.backends.base import ParentClip
    from veo_story.backends.veo.client import Client
    from veo_story.backends.veo.endpoints import Endpoint
    from veo_story.backends.veo.wire.model import FileState
    from veo_story.plan.model import Step
    from veo_story.times import Time

_GOOGLE = re.compile(r"https://generativelanguage\.googleapis\.com/v1(?:beta|alpha)?/")
_FILE = re.compile(r"(?:^|/)files/([A-Za-z0-9_-]{1,100})(?![A-Za-z0-9_-])")
_PATIENCE_S = 600.0
_FIRST_S, _GAP_S, _GROWTH, _LONGEST_GAP_S = 13.0, 1.0, 1.3, 15.0
_REMEMBERED = 8


def file_id_of(uri: str) -> str | None:
    """The id in ``files/ID`` or in a file's URI; None when there is none."""
    found = _FILE.search(uri)
    return found[1] if found else None


def address_of(uri: str, endpoint: Endpoint) -> str:
    """Where to download a clip.

    The service names its own host even when a gateway or an emulator answers in its place: such a URI is
    asked at the endpoint. Any other is followed as it is.
    """
    if not endpoint.is_default:
        uri = _GOOGLE.sub("", uri, count=1)
    file = file_id_of(uri)
    if file is not None and re.fullmatch(rf"(.*/)?files/{re.escape(file)}", uri):
        uri += ":download?alt=media"
    return endpoint.url_of(uri)


class Files:
    """Looks at files, waits until they can be extended, and learns how long that takes."""

    def __init__(self, client: Client, time: Time) -> None:
        self._client = client
        self._time = time
        self._made_s: dict[str, float] = {}
        self._active: set[str] = set()
        self._took_s: deque[float] = deque(maxlen=_REMEMBERED)

    async def look(self, file: str) -> FileState:
        """The state of a file. Raises WireError and what the service's refusal says."""
        return read_file(await self._client.get_json(f"files/{file}"))

    async def made(self, file: str) -> FileState | None:
        """Look at a file that an operation has just named; None when nothing can be said of it now."""
        self._made_s.setdefault(file, self._time.monotonic())
        try:
            state = await self.look(file)
        except (WireError, VeoStoryError):
            return None  # the clip is there whatever its description says
        if state.state == "ACTIVE":
            self._active.add(file)
        return state

    async def wait_until_active(self, step: Step, parent: ParentClip) -> None:
        """Wait until ``parent`` can be extended.

        Raises ExpiredError when the service has it no more, never had it or cannot use it, GenerationError
        when it takes too long.
        """
        if parent.handle is None:
            gone(
                step,
                f"the Gemini API does not have the clip of scene {step.parent}, which was made elsewhere, "
                "and extends only its own",
            )
        file = file_id_of(parent.handle)
        # Each extension of a clip gives it two more days, so only the service knows whether it is gone.
        late = parent.expires_at is not None and parent.expires_at <= self._time.now()
        if file is None and late:
            gone(step, f"the Gemini API has dropped the clip of scene {step.parent} ({parent.expires_at})")
        if file is None or (file in self._active and not late):
            return  # what names no file cannot be looked at: the submit will tell
        began_s = self._time.monotonic()
        made_s = self._made_s.get(file)
        for at_s in self._looks(began_s, made_s):
            await self._time.sleep(max(0.0, at_s - self._time.monotonic()))
            if await self._is_active(step, file):
                if made_s is not None:
                    self._took_s.append(self._time.monotonic() - made_s)
                self._active.add(file)
                return
            if self._time.monotonic() - began_s > _PATIENCE_S:
                break
        raise GenerationError(
            f"the Gemini API still processes the clip of scene {step.parent} after "
            f"{_PATIENCE_S / 60:.0f} min, and extends only clips that are processed",
            hint="Nothing was asked for. Render again later: what is stored is kept.",
        )

    def _looks(self, now_s: float, made_s: float | None) -> Iterator[float]:
        """When to look, by the monotonic clock: first a little before the quickest of late was ready."""
        at, gap = now_s, _GAP_S
        if made_s is not None:
            at = max(now_s, made_s + 0.9 * min(self._took_s, default=_FIRST_S / 0.9))
        while True:
            yield at
            at = max(at, self._time.monotonic()) + gap
            gap = min(_LONGEST_GAP_S, gap * _GROWTH)

    async def _is_active(self, step: Step, file: str) -> bool:
        try:
            state = await self.look(file)
        except ExpiredError:
            gone(step, f"the Gemini API no longer has the clip of scene {step.parent}")
        except WireError as error:
            raise GenerationError(f"the Gemini API says of the clip to extend: {error}") from error
        if state.state == "FAILED":
            why = f": {state.error}" if state.error else ""
            gone(step, f"the Gemini API could not process the clip of scene {step.parent}{why}")
        return state.state == "ACTIVE"


def gone(step: Step, message: str) -> NoReturn:
    """Raise ExpiredError with the way on: begin the scene anew on the last frame of the one before."""
    raise ExpiredError(
        f"{message.rstrip('.')}.",
        hint=f"To go on without that clip, write in scene {step.scene_id}: "
        f"`mode: animate` and `first_frame: {step.parent}.last_frame`. "
        f"Or render scene {step.parent} anew, which costs its price again.",
    )


def moment_of(state: FileState | None) -> datetime | None:
    """When the service drops a file; None when it did not say."""
    return datetime.fromisoformat(state.expires_at) if state is not None and state.expires_at else None
