"""The report as its notebooks write it: a line per figure, table or list of findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from chest_xray.errors import DamagedResult, MissingResult, OtherVersion, StaleResult
from chest_xray.reporting import html
from chest_xray.reporting.baseline_facts import associations_table, baselines_table
from chest_xray.reporting.captions import MODELS, caption
from chest_xray.reporting.card_facts import Elsewhere, card_sections
from chest_xray.reporting.external_facts import (
    elsewhere_table,
    external_findings,
    lesion_findings,
    lesions_table,
    outside_baselines_table,
    outside_folder_findings,
    subgroups_table,
)
from chest_xray.reporting.figure_texts import drawn_in, png_of
from chest_xray.reporting.languages import Language, language
from chest_xray.reporting.limit_facts import elsewhere_limits, shortcut_limits
from chest_xray.reporting.map_facts import each_map
from chest_xray.reporting.messages import Message, message
from chest_xray.reporting.pooled_facts import pooled_findings, pooled_table
from chest_xray.reporting.recalibration_facts import (
    recalibration_findings,
    recalibration_table,
    three_way_table,
)
from chest_xray.reporting.sources import source_of
from chest_xray.reporting.summary_facts import (
    Provenance,
    Summarized,
    made_from,
    made_with,
    summary,
)
from chest_xray.reporting.tables import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Results(Protocol):
    """Where the results are; loading one raises ``MissingResult``, ``StaleResult`` or
    ``DamagedResult``.
    """

    @property
    def uses_phantoms(self) -> bool:
        """Whether the radiographs are phantoms."""

    @property
    def data_folder(self) -> Path:
        """Where the environment's results are."""

    @property
    def project(self) -> Path:
        """The project's folder."""

    @property
    def elsewhere_command(self) -> str:
        """The command that measures the models on another folder."""

    @property
    def tensorboard_command(self) -> str:
        """The command that opens the trainings."""

    @property
    def provenance(self) -> Provenance:
        """When and with what a page is made now."""

    def command_for(self, name: str) -> str:
        """The command that makes a result."""

    def elsewhere(self) -> Sequence[Results]:
        """The same study with the results of one other folder each, of every folder there is."""

    def load(self, name: str) -> Any:
        """The newest version of a result."""

    def picture(self, name: str, language: Language) -> str:
        """The newest version of a figure, its texts in a language: base64 of a PNG."""


class Report:
    """Shows results in one language, below the notebook's cell that asks for them.

    What is missing, stale or damaged is named with the command that makes it, and the rest still
    comes out.
    """

    def __init__(self, results: Results, language_code: str) -> None:
        self.results = results
        self.language = language(language_code)

    def summary(self) -> None:
        """The result inside and elsewhere, its biggest caveat, and what all was made with."""
        metrics = self._if_there("tuned_metrics")
        model = "baseline" if metrics is None else "tuned"
        if metrics is None:
            metrics = self._if_there("baseline_metrics")
        audit = self._if_there("data_audit")
        if metrics is None or audit is None:
            command = self.results.command_for("baseline_metrics")
            told = [message("summary-nothing", command=command)]
        else:
            outside = self._measured_elsewhere(model)
            told = summary(
                Summarized(
                    model,
                    metrics,
                    audit,
                    outside.metrics,
                    self.results.elsewhere_command,
                    self.results.uses_phantoms,
                )
            )
        cards = {name: self._if_there(f"{name}_card") for name in ("baseline", "tuned")}
        made = made_from({name: card for name, card in cards.items() if card is not None})
        made += made_with(self.results.provenance)
        self._show(html.summary(message("summary-heading"), told, made, self.language))

    def tensorboard(self) -> None:
        """How to see the trainings epoch by epoch."""
        command = self.results.tensorboard_command
        self._show(html.findings([message("report-tensorboard", command=command)], self.language))

    def source(self, *names: str) -> None:
        """The source of functions of this project, folded, each under its name."""
        for name in names:
            self._show(html.source(name, source_of(name), self.language))

    def each_heat_map(self, model: str) -> None:
        """A sentence for each heat map of a model, with lesions where any are known."""

        def told() -> str:
            maps, table, card = (
                self.results.load(f"{model}_{name}")
                for name in ("heat_maps", "heat_map_table", "card")
            )
            lesions = self._if_there("lesion_masks")
            return html.findings(each_map(maps, table, card, lesions), self.language)

        self._try(told)

    def figure(self, name: str) -> None:
        """A figure of the catalog, in English the same as in TensorBoard and kedro viz."""

        def shown() -> str:
            try:
                picture = self.results.picture(name, self.language)
            except OtherVersion:
                return html.findings([self._of_another_version(name)], self.language)
            return html.figure(picture, caption(name), self.language)

        self._try(shown)

    def draw(self, make: Callable[..., Figure], caption: Message, *names: str) -> None:
        """A figure that no pipeline keeps, made of the results of these names, with its caption."""

        def drawn() -> str:
            given = list(map(self.results.load, names))
            with drawn_in(self.language):
                return html.figure(png_of(make(*given)), caption, self.language)

        self._try(drawn)

    def table(self, make: Callable[..., Table], *names: str) -> None:
        """A table, made of the results of these names."""

        def shown() -> str:
            try:
                made = make(*map(self.results.load, names))
            except OtherVersion:
                return html.findings([self._of_another_version(names[-1])], self.language)
            return html.table(made, self.language)

        self._try(shown)

    def say(self, make: Callable[..., Sequence[Message]], *names: str) -> None:
        """Findings, made of the results of these names."""
        self._try(lambda: html.findings(make(*map(self.results.load, names)), self.language))

    def findings(self, name: str) -> None:
        """The findings that a result keeps; another version's may have no text here."""

        def told() -> str:
            kept = self.results.load(name)["findings"]
            if not all(map(self.language.can_say, kept)):
                kept = [self._of_another_version(name)]
            return html.findings(kept, self.language)

        self._try(told)

    def _of_another_version(self, name: str) -> Message:
        command = self.results.command_for(name)
        return message("result-of-another-version", name=name, command=command)

    def pooled_comparison(self) -> None:
        """Both settings on several splits; nothing where that was not run: no study needs it."""
        comparison = self._if_there("pooled_comparison")
        if comparison is not None:
            self._show(html.table(pooled_table(comparison), self.language))
            self.figure("pooled_comparison_figure")
            self._show(html.findings(pooled_findings(comparison), self.language))

    def elsewhere(self) -> None:
        """What the models do on other hospitals' films, one folder after the other."""
        others = self.results.elsewhere()
        if not others:
            nothing = message("elsewhere-none", command=self.results.elsewhere_command)
            self._show(html.findings([nothing], self.language))
        for one in others:
            Report(one, self.language.code).one_folder()

    def one_folder(self) -> None:
        """What another folder holds, and what each of the models that were measured does on it."""
        self._try(
            lambda: html.subheading(
                message("elsewhere-heading", name=self.results.load("external_audit")["name"]),
                self.language,
                level=3,
            )
        )
        self.say(outside_folder_findings, "external_audit")
        self.figure("external_audit_figure")
        self.table(baselines_table, "external_audit")
        self.table(associations_table, "external_audit")
        for model, title in MODELS.items():
            metrics = self._if_there(f"{model}_external_metrics")
            if metrics is not None:
                self._show(html.subheading(message(title), self.language, level=4))
                self._model_elsewhere(model, metrics)

    def _model_elsewhere(self, model: str, metrics: dict[str, Any]) -> None:
        self._show(html.table(elsewhere_table(metrics), self.language))
        self.figure(f"{model}_external_figure")
        self._show(html.findings(external_findings(metrics), self.language))
        self._show(html.table(outside_baselines_table(metrics), self.language))
        if metrics["subgroups"]:
            self._show(html.table(subgroups_table(metrics), self.language))
        lesions = self._if_there(f"{model}_external_lesions")
        if lesions and lesions["n"]:
            self._show(html.table(lesions_table(lesions), self.language))
        self._show(html.findings(lesion_findings(lesions), self.language))
        adaptation = self._if_there(f"{model}_recalibration")
        if adaptation is not None:
            self._adapted(model, adaptation)

    def _adapted(self, model: str, adaptation: dict[str, Any]) -> None:
        heading = message("recalibration-heading")
        self._show(html.subheading(heading, self.language, level=5))
        self._show(html.table(recalibration_table(adaptation), self.language))
        self.figure(f"{model}_recalibration_figure")
        self._show(html.findings(recalibration_findings(adaptation), self.language))
        self._show(html.table(three_way_table(adaptation), self.language))

    def elsewhere_limits(self, *models: str) -> None:
        """What the numbers of these models say of other folders."""
        measured = {model: self._measured_elsewhere(model) for model in models}
        limits = elsewhere_limits(
            {model: found.metrics for model, found in measured.items()},
            self.results.elsewhere_command,
        )
        unusable = [one for found in measured.values() for one in found.unusable]
        self._show(html.findings([*limits, *unusable], self.language))

    def card(self, model: str) -> None:
        """A model's card as a person reads it."""
        self._try(lambda: self.card_page(model))

    def card_page(self, model: str) -> str:
        """The same as HTML.

        Raises:
            MissingResult: The model was not made, or not measured.
            StaleResult: It, or what was measured of it, is of another split than the newest.
        """
        entries = (f"{model}_card", f"{model}_metrics", "data_audit")
        card, metrics, audit = map(self.results.load, entries)
        sections = card_sections(
            model,
            card,
            metrics,
            audit,
            self._shortcuts(model),
            self._measured_elsewhere(model),
            self.results.uses_phantoms,
            self._shown_folder(),
        )
        return "".join(html.section(one, self.language) for one in sections)

    def _shortcuts(self, model: str) -> list[Message]:
        try:
            return shortcut_limits(self.results.load(f"{model}_explanation_report"))
        except MissingResult as error:
            return [message("limit-no-heat-maps", command=error.command)]
        except StaleResult as error:
            return [html.stale_message(error.name, error.made_from, error.command)]

    def _measured_elsewhere(self, model: str) -> Elsewhere:
        """Of each other folder the metrics that are there, or that they can't be used."""
        found, unusable = [], []
        for one in self.results.elsewhere():
            try:
                found.append(one.load(f"{model}_external_metrics"))
            except MissingResult:
                continue
            except StaleResult as error:
                unusable.append(html.stale_message(error.name, error.made_from, error.command))
            except DamagedResult as error:
                unusable.append(html.damaged_message(error.name, error.command))
        return Elsewhere(found, self.results.elsewhere_command, unusable)

    def _if_there(self, name: str) -> Any:
        """A result, or None where it was never made; one that is stale or damaged is named."""
        try:
            return self.results.load(name)
        except MissingResult:
            return None
        except (StaleResult, DamagedResult) as error:
            self._show(self._in_place_of(error))
            return None

    def _shown_folder(self) -> str:
        folder, project = self.results.data_folder, self.results.project
        return str(folder.relative_to(project) if folder.is_relative_to(project) else folder)

    def _try(self, make: Callable[[], str]) -> None:
        try:
            self._show(make())
        except (MissingResult, StaleResult, DamagedResult) as error:
            self._show(self._in_place_of(error))

    def _in_place_of(self, error: MissingResult | StaleResult | DamagedResult) -> str:
        if isinstance(error, MissingResult):
            return html.missing(error.name, error.command, self.language)
        if isinstance(error, StaleResult):
            return html.stale(error.name, error.made_from, error.command, self.language)
        return html.damaged(error.name, error.command, self.language)

    def _show(self, shown: str) -> None:
        from IPython.display import display

        display({"text/html": shown, "text/plain": "a figure, table or finding"}, raw=True)
