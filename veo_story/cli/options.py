"""Options that several commands share, so that they are spelled and explained once."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

Returns = Literal["tail", "combined"]

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print nothing but the result.")
strict_option = click.option("--strict", is_flag=True, help="Treat warnings as errors.")
allow_outside_option = click.option(
    "--allow-outside", is_flag=True, help="Allow files that lie outside the storyboard's folder."
)
renders_option = click.option(
    "--renders",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("renders"),
    envvar="VEO_STORY_RENDERS",
    show_default=True,
    show_envvar=True,
    metavar="DIR",
    help="Where takes and films are kept.",
)
for_option = click.option(
    "--for",
    "backend",
    metavar="BACKEND",
    help="Check for another backend than the storyboard's: gemini, vertex, local.",
)
tier_option = click.option(
    "--tier",
    type=click.Choice(["standard", "fast", "lite"]),
    help="Draft the whole film on another tier; scenes with a tier of their own keep it.",
)
variant_option = click.option(
    "--variant",
    metavar="ID",
    help="The variant that is made anew (method: regenerate): a film of its own, in its own folder.",
)
local_result_option = click.option(
    "--local-result",
    type=click.Choice(["tail", "combined"]),
    help="How the local backend answers an extension: its new footage, or one file with the parent.",
)
bridge_option = click.option(
    "--bridge",
    "seam",
    flag_value="bridge",
    type=click.Choice(["cut", "bridge"]),
    help="What was made after it stays; an interpolation leads there.",
)
cut_option = click.option(
    "--cut",
    "seam",
    flag_value="cut",
    type=click.Choice(["cut", "bridge"]),
    help="What was made after it stays; the film cuts there.",
)
gate_option = click.option(
    "--gate",
    type=click.Choice(["none", "scene", "chain", "film"]),
    default="none",
    help="Let a person approve paid takes before more is sent: those a scene is made from, those of the "
    "chains before it, or all when the film is cut.",
)
file_argument = click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
files_argument = click.argument(
    "files", type=click.Path(path_type=Path), metavar="FILE...", nargs=-1, required=True
)
