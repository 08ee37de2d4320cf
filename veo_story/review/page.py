"""The page: one static file that works from the disk, its style and script in it, its media beside it."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from veo_story.review.scene_facts import length, timecode
from veo_story.storyboard.model import FPS, Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment

    from veo_story.review.facts import PageFacts

_HERE = "veo_story.review"
_UNTOLD = 'data-generation=""'


def page_text(facts: PageFacts) -> str:
    """The page of a preview as HTML. What an author wrote is escaped wherever it stands."""
    template = _environment().get_template("page.html")
    text = template.render(page=facts, script_data=_script_data(facts))
    return text.replace(_UNTOLD, f'data-generation="{_digest(text)}"', 1)


def get_ready() -> None:
    """Load what writes the page, so that it is quick when it is wanted."""
    _environment().get_template("page.html")


def live_text(page: str, *, is_watched: bool, problems: Sequence[str] = ()) -> str:
    """What an open page asks for now and then: which page is the newest, and what is wrong with the file.

    ``page`` is the text of the page that lies there; ``is_watched``: a newer one may come any moment.
    """
    told = {"generation": _generation_of(page), "watched": is_watched, "problems": list(problems)}
    return f"veoStoryLive({json.dumps(told).replace('<', chr(92) + 'u003c')});\n"


def _generation_of(page: str) -> str:
    _, _, rest = page.partition('data-generation="')
    return rest.partition('"')[0]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _script_data(facts: PageFacts) -> dict[str, object]:
    """What the page's script has to know."""
    scenes = [{"id": s.id, "title": s.title, "start": s.start, "frames": s.length} for s in facts.scenes]
    return {"fps": FPS, "frames": facts.frames, "scenes": scenes}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import DictLoader, Environment, StrictUndefined
    from markupsafe import Markup

    def own(name: str) -> Markup:
        """A file of ours, put into the page as it stands."""
        return Markup(_read(name))  # noqa: S704 - nothing of the author's is in it

    loader = DictLoader({name: _read(name) for name in ("page.html", "scene.html", "shotlist.html")})
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["own"] = own
    environment.globals["modes"] = [str(mode) for mode in Mode]
    environment.filters["timecode"] = timecode
    environment.filters["seconds"] = length
    return environment


def _read(name: str) -> str:
    return files(_HERE).joinpath(name).read_text("utf-8")
