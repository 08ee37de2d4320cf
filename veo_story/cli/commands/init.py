"""``veo-story init``: a starter storyboard."""

from __future__ import annotations

from pathlib import Path

import click

from veo_story.cli import options
from veo_story.cli.output import result, say

_STARTER = """\
storyboard: 1                       # version of the format
title: {title}
render: {{backend: local}}            # local is free; check --for vertex says what it would cost
look: Muted 35mm documentary, soft natural light

cast:
  ana:                              # written $ana below; this text goes into every prompt that needs it
    is: a woman in her forties with short grey hair
    wears: a yellow raincoat

scenes:                             # the first scene opens a chain, each further one goes on from it (+7 s)
  - id: s01
    action: A small ferry noses out of thick harbour fog at dawn
    ambient: a distant foghorn, water against the hull
  - id: s02
    cast: [ana]
    action: $ana coils a rope on the deck and looks up at the gulls
  - id: s03
    action: The ferry clears the fog and sunlight catches its windows
"""


@click.command("init", short_help="Write a small starter storyboard.")
@click.argument("name", default="film", metavar="[NAME]")
@options.quiet_option
def command(name: str, quiet: bool) -> None:
    """Write NAME.yaml, a small storyboard to start from (default: film.yaml). Never overwrites a file."""
    path = Path(name)
    if path.suffix not in {".yaml", ".yml"}:
        path = path.with_name(path.name + ".yaml")
    title = path.stem.replace("-", " ").replace("_", " ").strip().capitalize() or "Film"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(_STARTER.format(title=_quoted(title)))
    except FileExistsError:
        raise click.UsageError(f"{path} exists already; choose another name") from None
    except FileNotFoundError:
        raise click.UsageError(f"there is no folder {path.parent}") from None
    result(str(path))
    if not quiet:
        say(f"next: veo-story check {path}\n      veo-story plan {path}\n      veo-story render {path}")


def _quoted(title: str) -> str:
    # Only plain words are safe as they are; anything else could be a number, a comment or a syntax error.
    if all(word.isalpha() for word in title.split()) and title.lower() not in {"null", "true", "false"}:
        return title
    import json

    return json.dumps(title, ensure_ascii=False)
