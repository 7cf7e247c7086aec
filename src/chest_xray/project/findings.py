"""What a run found, in at most three lines, and what to open next; from the results it saved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from kedro.io import CatalogProtocol

from chest_xray.project.commands import run_command

LINES = 3
MODELS = {"baseline": "first model", "tuned": "tuned model", "quantized": "int8 model"}
_BY_CHANCE = 0.5

Catalog = CatalogProtocol[Any, Any]
Metrics = Mapping[str, Any]


def found(saved: Collection[str], catalog: Catalog) -> list[str]:
    """What stands in the results of a run, the most important first.

    Args:
        saved: The names of what the run saved.
        catalog: That it saved them to; nothing else is loaded.
    """
    lines: list[str] = []
    for tell in (
        _measured,
        _comparison,
        _elsewhere,
        _pooled,
        _recalibration,
        _predictions,
        _quantization,
        _errors,
        _explanations,
        _data,
    ):
        lines += tell(saved, catalog)
    return lines[:LINES]


def _of_models(
    suffix: str, saved: Collection[str], catalog: Catalog
) -> Iterator[tuple[str, Metrics]]:
    for model, called in MODELS.items():
        if f"{model}{suffix}" in saved:
            yield called, catalog.load(f"{model}{suffix}")


def _measured(saved: Collection[str], catalog: Catalog) -> list[str]:
    models = list(_of_models("_metrics", saved, catalog))
    if not models:
        return []
    each = ", ".join(f"{called} {_interval(one['accuracy'])}" for called, one in models)
    _, last = models[-1]
    return [f"Accuracy on test ({last['n']} images of {last['patients']} patients): {each}."]


def _comparison(saved: Collection[str], catalog: Catalog) -> list[str]:
    if "model_comparison" not in saved:
        return []
    return [_sentence(catalog.load("model_comparison")["verdict"])]


def _elsewhere(saved: Collection[str], catalog: Catalog) -> list[str]:
    models = list(_of_models("_external_metrics", saved, catalog))
    if not models:
        return []
    each = "; ".join(
        f"{called} {_interval(one['auc'])}, {_against_chance(one['auc'])} "
        f"(inside {_interval(one['inside']['auc'])})"
        for called, one in models
    )
    _, last = models[-1]
    return [f"AUC on {last['name']} ({last['n']} films of {last['patients']} patients): {each}."]


def _against_chance(auc: Metrics) -> str:
    low, high = auc["low"], auc["high"]
    if low is None or high is None:
        return "not compared with chance"
    if low > _BY_CHANCE:
        return "better than chance"
    return "worse than chance" if high < _BY_CHANCE else "not told from chance"


def _pooled(saved: Collection[str], catalog: Catalog) -> list[str]:
    from chest_xray.reporting.pooled_facts import pooled_findings

    return _first_finding("pooled_comparison", pooled_findings, saved, catalog)


def _recalibration(saved: Collection[str], catalog: Catalog) -> list[str]:
    from chest_xray.reporting.recalibration_facts import recalibration_findings

    return [
        line
        for model in MODELS
        for line in _first_finding(f"{model}_recalibration", recalibration_findings, saved, catalog)
    ]


def _predictions(saved: Collection[str], catalog: Catalog) -> list[str]:
    if "predictions_table" not in saved:
        return []
    table = catalog.load("predictions_table")
    read = table[table["problem"].isna() | (table["problem"] == "")]
    decisions = read["decision"].value_counts()
    counts = [f"{count} {decision}" for decision, count in decisions.items()]
    warned = int((read["warnings"].notna() & (read["warnings"] != "")).sum())
    counts += [f"{warned} with a warning"] if warned else []
    unread = len(table) - len(read)
    counts += [f"{unread} without a prediction"] if unread else []
    return [f"{len(table)} radiographs: {', '.join(counts)}."]


def _quantization(saved: Collection[str], catalog: Catalog) -> list[str]:
    return _first_finding("quantization_findings", _kept_findings, saved, catalog)


def _errors(saved: Collection[str], catalog: Catalog) -> list[str]:
    return [
        f"{called.capitalize()}: {_sentence(one['findings'][0])}"
        for called, one in _of_models("_error_findings", saved, catalog)
    ]


def _explanations(saved: Collection[str], catalog: Catalog) -> list[str]:
    return [
        line
        for model in MODELS
        for line in _first_finding(f"{model}_explanation_report", _kept_findings, saved, catalog)
    ]


def _data(saved: Collection[str], catalog: Catalog) -> list[str]:
    if "splits" not in saved:
        return []
    splits = catalog.load("splits")
    parts = splits["part"].value_counts()
    counts = ", ".join(f"{parts.get(part, 0)} {part}" for part in ("train", "validation", "test"))
    return [f"{len(splits)} images of {splits['patient_id'].nunique()} patients: {counts}."]


def _first_finding(
    name: str, findings: Callable[[Any], list[Any]], saved: Collection[str], catalog: Catalog
) -> list[str]:
    return [_sentence(one) for one in findings(catalog.load(name))[:1]] if name in saved else []


def _kept_findings(result: Mapping[str, list[Any]]) -> list[Any]:
    return result["findings"]


def _sentence(message: Any) -> str:
    from chest_xray.reporting.languages import language

    return language("en").text(message).replace("`", "'")


def _interval(metric: Mapping[str, float | None]) -> str:
    from chest_xray.reporting.numbers import ends

    value, low, high = ends(metric)  # type: ignore[arg-type]
    return value if "-" in (low, high) else f"{value} ({low} to {high})"


def what_next(saved: Collection[str], catalog: Catalog, env: str | None) -> list[str]:
    """The commands that show what a run saved.

    Args:
        saved: The names of what the run saved.
        catalog: That it saved them to.
        env: Kedro's environment; None for its default one.
    """
    if "predictions_table" in saved:
        return [f"Next: open {_place(catalog, 'predictions_table')}"]
    if "phantom_truth" in saved and "splits" not in saved:
        return [f"Next: {run_command('data_processing,training', env)} (or without --pipelines)"]
    own = f" --env={env}" if env else ""
    commands = [f"kedro report{own} (the report)"]
    if any(name.endswith("tensorboard") for name in saved):
        commands.append(tensorboard_command(Path(catalog.load("data_folder"))))
    commands.append(viz_command(env))
    return [f"Next: {', '.join(commands)}"]


def tensorboard_command(data_folder: Path) -> str:
    """The command that opens the trainings of a data folder."""
    root = below_here(data_folder)
    return f"make tensorboard{'' if root == 'data' else f' ROOT={root}'}"


def viz_command(env: str | None) -> str:
    """The command that opens the pipelines of an environment."""
    return f"make viz{f' ENV={env}' if env else ''}"


def _place(catalog: Catalog, name: str) -> str:
    dataset: Any = catalog[name]
    version = dataset.resolve_load_version()
    path = Path(str(dataset._filepath))
    return below_here(path / version / path.name)


def below_here(path: Path) -> str:
    """A path as a person in this folder writes it."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
