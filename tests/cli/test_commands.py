"""Every command lies where the program looks for it, and says what it and its options do."""

from __future__ import annotations

import click
import pytest

from droindex.cli.commands import (
    browse,
    build,
    changes,
    diagnostics,
    evaluate,
    generations,
    open_file,
    query,
    related,
    serve,
    show,
)
from droindex.cli.program import _ALIASES, _COMMANDS, _HABITS, program

MODULES = {
    "browse": browse,
    "build": build,
    "changes": changes,
    "diagnostics": diagnostics,
    "evaluate": evaluate,
    "generations": generations,
    "open_file": open_file,
    "related": related,
    "query": query,
    "serve": serve,
    "show": show,
}


def test_the_modules_of_commands_are_those() -> None:
    assert set(_COMMANDS.values()) == set(MODULES)


@pytest.mark.parametrize(("name", "home"), _COMMANDS.items())
def test_a_command_is_the_one_of_its_module(name: str, home: str) -> None:
    found = program.get_command(click.Context(program), name)
    assert found is getattr(MODULES[home], name.replace("-", "_"))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("serach", "Did you mean: droindex search"),
        ("Qurey", "Did you mean: droindex query"),
        ("ls", "Did you mean: droindex recent"),
        ("escort", "droindex query WORDS searches; droindex --help lists the commands."),
    ],
)
def test_a_wrong_command_is_told_one_that_is_near(run, name, hint):
    result = run(name, "ratio")
    assert result.exit_code == 2
    assert result.stderr == f"error: There is no command {name!r}.\nhint: {hint}\n"


def test_what_is_habit_elsewhere_leads_to_commands_that_are_there() -> None:
    assert set(_HABITS.values()) <= set(_COMMANDS)
    assert not set(_HABITS) & (set(_COMMANDS) | set(_ALIASES))


def test_a_search_is_a_query(run) -> None:
    assert run("search", "--format", "ids", "escort").stdout == (
        run("query", "--format", "ids", "escort").stdout
    )


def test_a_wrong_choice_is_told_one_that_is_near(run) -> None:
    assert "Did you mean 'json'?" in run("recent", "--format", "jsn").stderr
    assert "Did you mean" not in run("query", "--scope", "mars", "escort").stderr


@pytest.mark.parametrize("name", _COMMANDS)
def test_a_command_and_its_options_say_what_they_do(name: str) -> None:
    command = program.get_command(click.Context(program), name)
    assert command is not None
    assert command.help
    assert command.get_short_help_str(100).endswith(".")
    for param in command.params:
        if isinstance(param, click.Option):
            assert param.help, f"{name} {param.opts}"
            assert param.help.endswith((".", ")", "BB")), f"{name} {param.opts}: {param.help}"
