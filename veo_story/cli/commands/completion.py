"""``veo-story completion``: tab completion for a shell."""

from __future__ import annotations

import click

from veo_story.cli.output import result

_INSTALL = {
    "bash": 'eval "$(veo-story completion bash)"   in ~/.bashrc',
    "zsh": 'eval "$(veo-story completion zsh)"   in ~/.zshrc',
    "fish": "veo-story completion fish > ~/.config/fish/completions/veo-story.fish",
}


@click.command("completion", short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(tuple(_INSTALL)))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands and options with the Tab key.

    \b
    bash:  eval "$(veo-story completion bash)"   in ~/.bashrc
    zsh:   eval "$(veo-story completion zsh)"   in ~/.zshrc
    fish:  veo-story completion fish > ~/.config/fish/completions/veo-story.fish
    """
    from click.shell_completion import get_completion_class

    completion = get_completion_class(shell)
    if completion is None:  # click knows these three since 8.0
        raise click.UsageError(f"this version of click has no completion for {shell}")
    result(completion(ctx.find_root().command, {}, "veo-story", "_VEO_STORY_COMPLETE").source())
