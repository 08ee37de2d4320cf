"""A click group that imports a command's module only when that command is called."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from veo_story.spelling import nearest


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One line of the command table: the name, what it does, the section of the help, other names."""

    name: str
    summary: str
    section: str
    aliases: tuple[str, ...] = ()


class LazyGroup(click.Group):
    """Commands from a table. ``package`` holds one module a command, each with a ``command``."""

    def __init__(self, *args: Any, table: tuple[CommandLine, ...], package: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        self.package = package
        self._names = {alias: line.name for line in table for alias in (line.name, *line.aliases)}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the table, without their other names."""
        return [line.name for line in self.table]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of that name or alias."""
        name = self._names.get(cmd_name)
        if name is None:
            return None
        module = import_module(f"{self.package}.{name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; where there is none, propose the nearest name."""
        name = args[0]
        if name.startswith("-") or name in self._names or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        near = nearest(name, self._names)
        hint = f" Did you mean {near!r}?" if near else ""
        raise click.UsageError(f"no such command {name!r}.{hint}", ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table by section, importing nothing."""
        width = max(len(line.name) for line in self.table)
        for section in dict.fromkeys(line.section for line in self.table):
            rows = [(line.name.ljust(width), line.summary) for line in self.table if line.section == section]
            with formatter.section(section):
                formatter.write_dl(rows)
