"""Write long films as YAML storyboards: check, plan, price, preview and render them as chains of clips.

The names here do what the command line does; each is loaded when it is first used:

>>> from pathlib import Path
>>> from veo_story import check_storyboard, make_plan, render_film
>>> path = Path("card.yaml")
>>> _ = path.write_text('''\\
... storyboard: 1
... title: Two cards
... scenes:
...   - {id: hello, card: Hello, duration: 1}
...   - {id: bye, card: Goodbye, duration: 0.5}
... ''')
>>> check_storyboard(path).ok
True
>>> plan = make_plan(path)
>>> [(step.scene_id, step.new_frames) for step in plan.steps()]
[('hello', 24), ('bye', 12)]
>>> rendered = render_film(path, renders="renders")
>>> rendered.film.path.as_posix(), rendered.film.frames
('renders/card/film.mp4', 36)

A mistake has its place and its fix:

>>> _ = path.write_text(path.read_text().replace("duration: 1}", "duration: one}"))
>>> problem = check_storyboard(path).problems[0]
>>> problem.where.line, problem.code
(4, 'VS012')

Every error is a :class:`VeoStoryError`; :mod:`veo_story.errors` shows the tree.
"""

from __future__ import annotations

from veo_story.version import __version__

# Not from typing: that import would take longer than all the rest of this module.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from veo_story.api import (
        check_storyboard,
        cut_film,
        load_storyboard,
        make_plan,
        render_film,
        render_film_async,
    )
    from veo_story.catalog.catalog import Catalog, load_catalog
    from veo_story.errors import Problem, VeoStoryError
    from veo_story.plan.model import Plan
    from veo_story.plan.takes import Take
    from veo_story.storyboard.model import Storyboard

__all__ = [
    "Catalog",
    "Plan",
    "Problem",
    "Storyboard",
    "Take",
    "VeoStoryError",
    "__version__",
    "check_storyboard",
    "cut_film",
    "load_catalog",
    "load_storyboard",
    "make_plan",
    "render_film",
    "render_film_async",
]

_HOMES = {
    "Catalog": "veo_story.catalog.catalog",
    "Plan": "veo_story.plan.model",
    "Problem": "veo_story.errors",
    "Storyboard": "veo_story.storyboard.model",
    "Take": "veo_story.plan.takes",
    "VeoStoryError": "veo_story.errors",
    "check_storyboard": "veo_story.api",
    "cut_film": "veo_story.api",
    "load_catalog": "veo_story.catalog.catalog",
    "load_storyboard": "veo_story.api",
    "make_plan": "veo_story.api",
    "render_film": "veo_story.api",
    "render_film_async": "veo_story.api",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(home), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
