"""The service on Ray Serve: as many replicas on a cluster as a file of its conf says.

``docs/cluster/serve.yaml`` is such a file, for ``serve run`` and ``serve deploy`` of Ray's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import Field, ValidationError
from ray import serve
from ray.serve.config import BackpressureConfig
from ray.serve.schema import LoggingConfig

from chest_xray.deploying.predictor import Predictor
from chest_xray.errors import BadService
from chest_xray.serving.app import create_app
from chest_xray.serving.ray_metrics import RayMetrics
from chest_xray.serving.refusals import RETRY_AFTER_SECONDS
from chest_xray.serving.settings import ServeSettings, read_token


class ReplicaSettings(ServeSettings):
    """``args`` of the application in Ray Serve's conf; files are at the same path everywhere.

    Attributes:
        token: Not given here, as Ray shows what is.
        token_file: A file with it.
        without_token: That something else lets in only those who may ask. Where Ray Serve listens
            is set elsewhere, so that one of the two has to be given.
    """

    token: None = Field(default=None)
    token_file: Path | None = None
    without_token: bool = False


def application(args: Mapping[str, Any]) -> serve.Application:
    """What Ray Serve deploys: its conf's ``args`` are the settings of every replica.

    A replica has one core and one model. ``deployments`` of the conf, under the name ``Replica``,
    says how many there are, or between which numbers Ray chooses.

    Raises:
        BadModelFile: The model can't be opened.
        BadService: Settings that are none, neither a token nor ``without_token``, or a token that
            can't be read.
    """
    try:
        settings = ReplicaSettings.model_validate(args)
    except ValidationError as error:
        mistakes = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise BadService(
            f"The args of the service are no settings; {'; '.join(mistakes)}."
        ) from error
    if not (settings.token_file or settings.without_token):
        raise BadService(
            "The service on Ray Serve may be open to other machines; give token_file in args, or "
            "without_token: true where something else lets in only those who may."
        )
    # Here an error is one sentence; in replicas it would be a traceback for each try.
    if settings.token_file:
        read_token(settings.token_file)
    Predictor(settings.model, threads=1)
    deployment = serve.deployment(
        name="Replica",
        ray_actor_options={"num_cpus": 1},
        # What no replica has a place for waits where it came in: as many, and no more.
        max_ongoing_requests=settings.max_requests,
        max_queued_requests=settings.max_requests,
        backpressure_config=BackpressureConfig(retry_after_s=RETRY_AFTER_SECONDS),
        graceful_shutdown_timeout_s=settings.answer_seconds + 1,
        logging_config=LoggingConfig(enable_access_log=False),
    )
    return deployment(serve.ingress(None)(Replica)).bind(settings)


class Replica:
    """One process that answers."""

    def __init__(self, settings: ReplicaSettings) -> None:
        self._settings = settings

    def __serve_build_asgi_app__(self) -> FastAPI:
        given = self._settings.model_dump(exclude={"token_file", "without_token"})
        if self._settings.token_file:
            given["token"] = read_token(self._settings.token_file)
        return create_app(ServeSettings(**given), RayMetrics())
