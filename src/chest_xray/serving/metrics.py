"""Numbers about the service for Prometheus; none is about a film or a person."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

CONTENT_TYPE = CONTENT_TYPE_LATEST
# Where several worker processes keep their numbers; prometheus_client looks here when imported.
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics(Protocol):
    """Where the service counts."""

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """Count an answered request; ``route`` is a path of the service, never a client's own."""

    def count_film(self, decision: str, warnings: list[str]) -> None:
        """Count a film."""

    def set_working_on(self, requests: int) -> None:
        """How many requests are worked on now."""

    def text(self) -> bytes:
        """All numbers in Prometheus's text format.

        Raises:
            Refused: They are somewhere else.
        """


class PrometheusMetrics:
    """The service's numbers; those of all worker processes where there are several."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._folder = os.environ.get(FOLDER_VARIABLE)
        self._requests = Counter(
            "chest_xray_requests",
            "Requests that were answered.",
            ["route", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "chest_xray_request_seconds",
            "From a request's first byte to its answer.",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._films = Counter(
            "chest_xray_films",
            "Films by decision; 'problem' where there is none.",
            ["decision"],
            registry=self._registry,
        )
        self._warnings = Counter(
            "chest_xray_warnings", "Warnings about films.", ["warning"], registry=self._registry
        )
        self._working_on = Gauge(
            "chest_xray_requests_worked_on",
            "Requests that are read, wait or are computed now.",
            multiprocess_mode="livesum",
            registry=self._registry,
        )

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """Count an answered request; ``route`` is a path of the service, never a client's own."""
        self._requests.labels(route, status).inc()
        self._seconds.labels(route).observe(seconds)

    def count_film(self, decision: str, warnings: list[str]) -> None:
        """Count a film."""
        self._films.labels(decision).inc()
        for warning in warnings:
            self._warnings.labels(warning).inc()

    def set_working_on(self, requests: int) -> None:
        """How many requests are worked on now."""
        self._working_on.set(requests)

    def text(self) -> bytes:
        """All numbers in Prometheus's text format."""
        if self._folder is None:
            return generate_latest(self._registry)
        self._forget_dead_workers(Path(self._folder))
        registry = CollectorRegistry()
        MultiProcessCollector(registry, self._folder)
        return generate_latest(registry)

    def _forget_dead_workers(self, folder: Path) -> None:
        """Drop what workers were working on when they ended; their counts stay."""
        for kept in folder.glob("gauge_live*_*.db"):
            worker = int(kept.stem.rpartition("_")[2])
            try:
                os.kill(worker, 0)
            except ProcessLookupError:
                mark_process_dead(worker, self._folder)
