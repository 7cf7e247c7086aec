"""Findings that pipelines have kept in the catalog, as the report takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chest_xray.reporting.languages import Words


def error_findings(kept: Mapping[str, Any]) -> list[Words]:
    """Of ``{model}_error_findings``."""
    return [Words(en, fa) for en, fa in zip(kept["en"], kept["fa"], strict=True)]


def quantization_findings(kept: Sequence[Mapping[str, str]]) -> list[Words]:
    """Of ``quantization_findings``."""
    return [Words(finding["en"], finding["fa"]) for finding in kept]


def explanation_findings(report: Mapping[str, Any]) -> list[Words]:
    """Of ``{model}_explanation_report``."""
    words = report["words"]
    return [Words(words["en"][subject], words["fa"][subject]) for subject in words["en"]]
