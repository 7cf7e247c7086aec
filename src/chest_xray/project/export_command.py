"""``kedro export --model=quantized --to=DIR``: a finished model as a folder and a zip."""

from __future__ import annotations

from pathlib import Path

import click
from kedro.framework.cli.utils import env_option

from chest_xray.errors import ChestXrayError

# Of each model that has a deployable file: whose card is its own.
_CARDS = {"quantized": "tuned", "tuned": "tuned", "baseline": "baseline"}


@click.command()
@env_option(help="The environment whose model is handed on.")
@click.option(
    "--model",
    type=click.Choice(list(_CARDS)),
    default="quantized",
    show_default=True,
    help="Which is handed on.",
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="A new or an empty folder.",
)
def export(env: str | None, model: str, folder: Path) -> None:
    """Write a model to hand on: file, card, licences, checksums, an example, and a zip of them."""
    from chest_xray.deploying.handing_on import ZIP, files_to_hand_on, hand_on
    from chest_xray.project.study import open_study

    project = Path(__file__).parents[3]
    try:
        study = open_study(env, project)
        # Of a float model, PyTorch's are its files' too.
        names = (f"{model}_onnx", f"{_CARDS[model]}_card", f"{model}_metrics")
        file, card, metrics = (study.load(name) for name in names)
        licence = (project / "LICENSE").read_text(encoding="utf8")
        hand_on(files_to_hand_on(file, card, metrics, licence), folder)
    except ChestXrayError as error:
        raise click.ClickException(str(error)) from error
    click.echo(folder / ZIP)
