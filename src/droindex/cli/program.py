"""The program: its list of commands, each loaded when it is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

import click

from droindex.cli.failure import UsageError, guarded
from droindex.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["program"]

_COMPLETION = "_DROINDEX_COMPLETE"  # set by a shell that asks what could be typed next
_COMMANDS = {  # in the order of the help text: command -> module
    "build": "build",
    "query": "query",
    "suggest": "query",
    "show": "show",
    "open": "open_file",
    "related": "related",
    "diff": "changes",
    "history": "changes",
    "browse": "browse",
    "recent": "browse",
    "serve": "serve",
    "status": "diagnostics",
    "check": "diagnostics",
    "rollback": "generations",
    "prune": "generations",
    "export-set": "generations",
    "copy": "generations",
    "eval": "evaluate",
}
_ALIASES = {"search": "query"}
_HABITS = {  # what other programs call it: what is meant here
    "find": "query",
    "grep": "query",
    "complete": "suggest",
    "cat": "show",
    "view": "open",
    "similar": "related",
    "compare": "diff",
    "changes": "diff",
    "blame": "history",
    "get": "show",
    "info": "status",
    "stats": "status",
    "list": "recent",
    "ls": "recent",
    "new": "recent",
    "latest": "recent",
    "categories": "browse",
    "index": "build",
    "update": "build",
    "reindex": "build",
    "verify": "check",
    "doctor": "check",
    "undo": "rollback",
    "clean": "prune",
    "gc": "prune",
    "export": "export-set",
    "publish": "copy",
    "move": "copy",
    "evaluate": "eval",
}


class Program(click.Group):
    """The group of all commands; it loads a command's module only when that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, the most used first."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None where there is none of that name."""
        name = _ALIASES.get(cmd_name, cmd_name)
        if name not in _COMMANDS:
            return None
        module = import_module(f"droindex.cli.commands.{_COMMANDS[name]}")
        command: click.Command = getattr(module, name.replace("-", "_"))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called, and its arguments; name one near to a wrong one."""
        name = args[0]
        is_known = name in _COMMANDS or name in _ALIASES
        if is_known or name.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        from droindex.problems import nearest  # noqa: PLC0415 - only whoever mistypes pays for it

        word = name.casefold()
        meant = _HABITS.get(word) or nearest(word, (*_COMMANDS, *_ALIASES))
        hint = (
            f"Did you mean: droindex {meant}"
            if meant
            else "droindex query WORDS searches; droindex --help lists the commands."
        )
        raise UsageError(f"There is no command {name!r}.", hint, ctx)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - click's signature
        **extra: Any,
    ) -> Any:
        """Run the program; unless `standalone_mode` is off, end the process with its exit code."""
        if not standalone_mode or _COMPLETION in os.environ:
            return super().main(args, prog_name, complete_var, standalone_mode, **extra)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")  # what a terminal lacks must not stop us

        def run() -> Any:
            # Not click's own loop: that ends with 1 where a reader closes the pipe.
            given = sys.argv[1:] if args is None else list(args)
            with self.make_context(prog_name or "droindex", given, **extra) as ctx:
                return self.invoke(ctx)

        sys.exit(guarded(run))


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""Exit codes: 0 found, 1 nothing found, 2 usage or query error, 3 no index, 4 index
    locked, 5 index damaged or of another format, 6 corpus problem (--strict), 7 no such document,
    8 settings or a missing extra, 9 disk full or no permission, 10 no answer from a cluster,
    70 a fault of droindex, 130 interrupted.""",
)
@click.version_option(__version__, "--version", message="droindex %(version)s")
def program() -> None:
    """Build and search a library of policy documents.

    A first library is made by `droindex build FOLDER`, and searched by `droindex query WORDS`.
    """
