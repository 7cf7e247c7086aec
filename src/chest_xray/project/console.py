"""The console script ``chest-xray``: commands that need no Kedro, imported only when called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

# Where each command is.
COMMANDS = {
    "node": "chest_xray.project.node_command:node",
    "serve": "chest_xray.project.serve_command:serve",
}


class _Lazy(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Their names."""
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """One of them, None where there is none of this name."""
        if name not in COMMANDS:
            return None
        module, _, command = COMMANDS[name].partition(":")
        found: Any = getattr(import_module(module), command)
        return found


@click.group(cls=_Lazy, name="chest-xray", context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Commands of Chest X-ray that need no Kedro."""
