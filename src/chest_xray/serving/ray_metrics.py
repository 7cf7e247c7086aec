"""The service's numbers among those that Ray exports for Prometheus."""

from __future__ import annotations

from ray.serve.metrics import Counter, Gauge

from chest_xray.serving.refusals import Refused


class RayMetrics:
    """Films and warnings of one replica; Ray Serve itself counts requests and their seconds."""

    def __init__(self) -> None:
        self._films = Counter(
            "chest_xray_films",
            "Films by decision; 'problem' where there is none.",
            tag_keys=("decision",),
        )
        self._warnings = Counter(
            "chest_xray_warnings", "Warnings about films.", tag_keys=("warning",)
        )
        self._working_on = Gauge(
            "chest_xray_requests_worked_on", "Requests that are read, wait or are computed now."
        )

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """Nothing: Ray Serve has counted it."""

    def count_film(self, decision: str, warnings: list[str]) -> None:
        """Count a film."""
        self._films.inc(tags={"decision": decision})
        for warning in warnings:
            self._warnings.inc(tags={"warning": warning})

    def set_working_on(self, requests: int) -> None:
        """How many requests are worked on now."""
        self._working_on.set(requests)

    def text(self) -> bytes:
        """None here.

        Raises:
            Refused: A replica knows of itself alone.
        """
        raise Refused(
            501,
            "On Ray Serve, each machine exports the numbers of its replicas with Ray's own "
            "(ray start --metrics-export-port).",
        )
