"""Operations that the Gemini API lists: where the answer to a lost request may be found. It proves nothing.

That the list exists is known from one report only, and what it shows is not documented. So a service that
has none, or does not show it to this key, is one where nothing is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.backends.base import Candidate
from veo_story.backends.veo.wire.listing import read_page
from veo_story.backends.veo.wire.model import WireError
from veo_story.backends.veo.wire.paths import gemini_operations

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from veo_story.backends.veo.client import Client

_NOT_LISTED = frozenset({403, 404, 405, 501})
_MOST_PAGES = 40
"""A list without an end is a broken one; the service is said to keep operations for two days."""


async def candidates(
    client: Client, model: str, known: Collection[str], remark: Callable[[str], None]
) -> tuple[Candidate, ...]:
    """The model's operations that are not ``known``, as the service orders them.

    Empty, with a remark, where the service does not list them. Raises what the client raises otherwise.
    """
    found: dict[str, Candidate] = {}
    token = ""
    for _ in range(_MOST_PAGES):
        params = {"pageToken": token} if token else {}
        answer = await client.get_json(gemini_operations(model), params, absent=_NOT_LISTED)
        try:
            page = None if answer is None else read_page(answer)
        except WireError:
            page = None
        if page is None:
            remark(
                f"the Gemini API does not list the operations of {model} here, so it cannot be asked which "
                "of them may be the one whose answer was lost"
            )
            break
        for listed in page.operations:
            if listed.name not in known:
                found[listed.name] = Candidate(listed.name, listed.is_done, listed.about)
        token = page.next_token
        if not token:
            break
    return tuple(found.values())
