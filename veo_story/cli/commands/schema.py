"""``veo-story schema``: the JSON schemas, for editors and tools."""

from __future__ import annotations

import click

from veo_story.cli.output import result

KINDS = ("storyboard", "bible", "catalog", "plan")


@click.command("schema", short_help="Print a JSON schema.")
@click.argument("kind", type=click.Choice(KINDS), default="storyboard")
@click.option("--path", "as_path", is_flag=True, help="Print where the schema's file is instead.")
def command(kind: str, as_path: bool) -> None:
    """Print the JSON schema of storyboards (default), bibles, the catalogue of models or saved plans.

    Editors with a YAML language server complete and explain keys by it: save it beside the storyboard and
    begin that with "# yaml-language-server: $schema=storyboard.v1.schema.json".
    """
    from veo_story.storyboard.schema_files import schema_path

    path = schema_path("bible" if kind == "bible" else "storyboard")
    if kind in ("catalog", "plan"):
        path = path.with_name(f"{kind}.v1.schema.json")
    result(str(path) if as_path else path.read_text(encoding="utf-8").rstrip("\n"))
