"""The service as an ASGI application: ``create_app(settings)``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from chest_xray.serving.answers import NOTICE, Answer, Problem
from chest_xray.serving.gate import HEADERS, Gate
from chest_xray.serving.heat_maps import layer_png, npy, overlay_png
from chest_xray.serving.metrics import CONTENT_TYPE, Metrics, PrometheusMetrics
from chest_xray.serving.page import add_page
from chest_xray.serving.refusals import Refused
from chest_xray.serving.service import Service, explanation_json
from chest_xray.serving.settings import ServeSettings
from chest_xray.serving.uploads import FIELD

PNG, NPY, JSON = "image/png", "application/x-npy", "application/json"


class ModelAnswer(BaseModel):
    """What the model file says about itself, and what the service allows."""

    notice: str = Field(description=NOTICE)
    facts: dict[str, Any] = Field(description="The metadata of the file (docs/deploy.md).")
    heat_maps: str = Field(description="'' where there are heat maps, or why there are none.")
    limits: dict[str, float] = Field(description="Of requests.")


class HealthAnswer(BaseModel):
    """That the service answers."""

    notice: str = Field(description=NOTICE)
    status: str


_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FIELD],
                    "additionalProperties": False,
                    "properties": {
                        FIELD: {
                            "type": "array",
                            "minItems": 1,
                            "items": {"type": "string", "format": "binary"},
                            "description": "JPEG, PNG, TIFF or DICOM files.",
                        }
                    },
                }
            }
        },
    }
}


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    texts = {
        400: "A malformed request.",
        401: "No token, or another one.",
        408: "The request did not arrive in time.",
        413: "Larger than the service allows.",
        415: "Not multipart/form-data.",
        422: "No file, or none that can be read.",
        501: "This service has no such answer, and says why.",
        503: "The service is full; Retry-After says when to try again.",
        504: "The answer took too long.",
    }
    return {status: {"model": Problem, "description": texts[status]} for status in statuses}


_OF_UPLOADS = _problems(400, 401, 408, 413, 415, 422, 503, 504)


def create_app(settings: ServeSettings, metrics: Metrics | None = None) -> FastAPI:
    """The service of one model.

    Args:
        settings: Which model, and its limits.
        metrics: Where it counts; None for Prometheus's own library.

    Raises:
        BadModelFile: The model can't be opened.
    """
    service = Service(settings, PrometheusMetrics() if metrics is None else metrics)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        service.room.close()

    app = FastAPI(
        title="Chest X-ray",
        description=f"Pneumonia in chest radiographs. {NOTICE}",
        version=version("chest-xray"),
        # Their pages load scripts from elsewhere, and this service works without a network.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.service = service
    _add_routes(app, service)
    add_page(app, service)
    _answer_problems(app)
    token = None if settings.token is None else settings.token.get_secret_value()
    app.add_middleware(
        Gate,
        token=token,
        metrics=service.metrics,
        max_request_bytes=settings.max_request_bytes,
    )
    if settings.origins:
        # Around the gate: a browser asks first whether it may ask, and brings no token to that.
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization"],
        )
    return app


def _add_routes(app: FastAPI, service: Service) -> None:
    settings = service.settings
    facts = service.predictor.facts

    @app.post("/predict", response_model=Answer, responses=_OF_UPLOADS, openapi_extra=_FORM)
    async def predict(request: Request) -> Any:
        """Probability, decision and warnings of each file.

        A file that can't be read has a `problem`; where none can, the status is 422.
        """
        async with service.room.place() as place:
            uploads = await service.uploads(request, place)
            films = [await service.film(upload, place) for upload in uploads]
        problems = [film.problem for film in films]
        if all(problems):
            more = f" (and {len(films) - 1} more)" if len(films) > 1 else ""
            raise Refused(422, f"The file can't be read: {problems[0]}{more}.")
        return Answer(
            notice=NOTICE,
            weights_hash=facts["weights_hash"],
            class_names=facts["class_names"],
            threshold=facts["threshold"],
            films=films,
        )

    @app.post(
        "/heat-map",
        response_class=Response,
        responses={
            200: {
                "description": "By Accept: the film with its heat map (image/png), the map's "
                "values in log-odds (application/x-npy, float32), or both as json.",
                "content": {PNG: {}, NPY: {}, JSON: {}},
            },
            **_OF_UPLOADS,
            **_problems(501),
        },
        openapi_extra=_FORM,
    )
    async def heat_map(
        request: Request,
        layer: Annotated[
            bool, Query(description="The map alone, transparent, to be laid over the film.")
        ] = False,
    ) -> Response:
        """What moved the answer for one file, by Integrated Gradients on the float model."""
        accepted = request.headers.get("accept", "")
        if NPY in accepted:
            return Response(
                await service.heat_map(request, lambda _, found: npy(found)), media_type=NPY
            )
        if JSON in accepted:
            return Response(await service.heat_map(request, explanation_json), media_type=JSON)
        draw = (lambda _, found: layer_png(found)) if layer else overlay_png
        return Response(await service.heat_map(request, draw), media_type=PNG)

    @app.get("/model", responses=_problems(401))
    async def model() -> ModelAnswer:
        """What the model file says about itself, and the service's limits."""
        return ModelAnswer(
            notice=NOTICE,
            facts=facts,
            heat_maps=service.without_heat_maps,
            limits=settings.model_dump(
                include={
                    "max_file_bytes",
                    "max_request_bytes",
                    "max_files",
                    "max_pixels",
                    "upload_seconds",
                    "answer_seconds",
                }
            ),
        )

    @app.get("/health")
    async def health() -> HealthAnswer:
        """That the service answers; needs no token."""
        return HealthAnswer(notice=NOTICE, status="ok")

    @app.get(
        "/metrics",
        response_class=Response,
        responses={200: {"content": {"text/plain": {}}}, **_problems(401, 501)},
    )
    async def metrics() -> Response:
        """Numbers about the service, for Prometheus."""
        return Response(service.metrics.text(), media_type=CONTENT_TYPE)


def _answer_problems(app: FastAPI) -> None:
    def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
        return JSONResponse({"notice": NOTICE, "detail": detail}, status, headers)

    @app.exception_handler(Refused)
    async def refused(_: Request, error: Refused) -> JSONResponse:
        return problem(error.status, error.detail, error.headers)

    @app.exception_handler(HTTPException)
    async def http(_: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, error.detail, dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def failed(_: Request, error: Exception) -> JSONResponse:
        # It is logged, and raised again to the server, after this answer.
        return problem(500, "The service failed at this request; its log says where.", HEADERS)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        named: Sequence[str] = [".".join(map(str, one["loc"])) for one in error.errors()]
        return problem(422, f"Not what the service's description allows: {', '.join(named)}.")
