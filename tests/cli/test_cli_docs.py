"""docs/cli.md and the help texts keep up with the commands."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from droindex.cli.program import program

ROOT = Path(__file__).resolve().parents[2]
CONTEXT = click.Context(program)
COMMANDS = {name: program.get_command(CONTEXT, name) for name in program.list_commands(CONTEXT)}
SECTIONS = dict(
    re.findall(
        r"^## droindex ([\w-]+)\n(.*?)(?=^## |\Z)",
        (ROOT / "docs" / "cli.md").read_text("utf-8"),
        re.DOTALL | re.MULTILINE,
    )
)


def test_every_command_has_its_section_and_no_other_does():
    assert list(SECTIONS) == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_described(name):
    for param in COMMANDS[name].params:
        if isinstance(param, click.Option):
            for option in (*param.opts, *param.secondary_opts):
                assert not option.startswith("--") or f"`{option}" in SECTIONS[name], option
            for value in getattr(param.type, "choices", ()):
                if param.name == "sort" or (param.name == "form" and name == "query"):
                    assert f"`{value}`" in SECTIONS[name], value


@pytest.mark.parametrize("name", COMMANDS)
def test_section_names_no_option_that_is_not_there(name):
    known = {option for param in COMMANDS[name].params for option in param.opts}
    known |= {option for param in COMMANDS[name].params for option in param.secondary_opts}
    named = set(re.findall(r"`(--[a-z-]{2,})", SECTIONS[name]))
    assert named - known - {"--limt"} <= {"--scope", "--filter"}


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_complete(name):
    command = COMMANDS[name]
    assert command.help
    assert not command.get_short_help_str(limit=60).endswith("...")
    for param in command.params:
        assert not isinstance(param, click.Option) or param.help, param.name


def test_every_exit_code_is_in_docs_and_help(run):
    text = (ROOT / "docs" / "cli.md").read_text("utf-8")
    codes = re.findall(r"^\| (\d+) \|", text, re.MULTILINE)
    assert codes == ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "70", "130"]
    help_text = " ".join(run("--help").stdout.split("Exit codes:")[1].split())
    assert re.findall(r"(?:^|, )(\d+) ", help_text) == codes
