"""One model with what works for it, in one process."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from fastapi import Request
from numpy.typing import NDArray

from chest_xray.deploying.predictor import Predictor
from chest_xray.errors import ChestXrayError
from chest_xray.serving.answers import (
    NOTICE,
    FilmAnswer,
    decode_upload,
    film_answer,
)
from chest_xray.serving.heat_maps import HeatMaps, find_heat_maps
from chest_xray.serving.metrics import Metrics
from chest_xray.serving.refusals import Refused
from chest_xray.serving.settings import ServeSettings
from chest_xray.serving.uploads import Upload, read_uploads
from chest_xray.serving.waiting import Place, WaitingRoom

if TYPE_CHECKING:
    from chest_xray.explaining import HeatMap


T = TypeVar("T")
# Draws bytes of a film's grey levels, uint8 [height, width], and its explanation.
Draw = Callable[[NDArray[np.uint8], "HeatMap"], bytes]


class Service:
    """One model with what works for it, in one process."""

    def __init__(self, settings: ServeSettings, metrics: Metrics) -> None:
        """Open the model.

        Raises:
            BadModelFile: It can't be opened.
        """
        self.settings = settings
        self.metrics = metrics
        self.predictor = Predictor(settings.model, threads=1)
        self.heat_maps = find_heat_maps(settings.study, self.predictor.facts)
        self.room = WaitingRoom(
            settings.max_requests, settings.max_held_bytes, self.metrics.set_working_on
        )

    @property
    def without_heat_maps(self) -> str:
        """Why there are no heat maps, '' where there are."""
        return self.heat_maps if isinstance(self.heat_maps, str) else ""

    async def uploads(self, request: Request, place: Place) -> list[Upload]:
        """The files of a request."""
        return await read_uploads(
            request.headers.get("content-type", ""),
            int(request.headers.get("content-length", 0)),
            request.stream(),
            place.hold,
            self.settings,
        )

    async def film(self, upload: Upload, place: Place) -> FilmAnswer:
        """What the model says of one file."""
        answer, _ = await self.film_and_picture(upload, place, lambda _: None)
        return answer

    async def film_and_picture(
        self, upload: Upload, place: Place, draw: Callable[[NDArray[np.uint8]], T]
    ) -> tuple[FilmAnswer, T | None]:
        """The same, with what is drawn of the grey levels; None where there are none."""

        def work() -> tuple[FilmAnswer, T | None]:
            decoded = decode_upload(upload, self.settings.max_pixels)
            picture = None if decoded.grey is None else draw(decoded.grey)
            return film_answer(self.predictor, upload, decoded), picture

        answer, picture = await place.compute(work, self.settings.answer_seconds)
        self.metrics.count_film(answer.decision or "problem", answer.warnings)
        return answer, picture

    async def heat_map(self, request: Request, draw: Draw) -> bytes:
        """A heat map of a request's one file, drawn of grey levels and explanation."""
        maps = self.heat_maps
        if not isinstance(maps, HeatMaps):
            raise Refused(501, maps)
        async with self.room.place() as place:
            uploads = await self.uploads(request, place)
            if len(uploads) > 1:
                raise Refused(422, f"There are {len(uploads)} files where one is explained.")
            return await place.compute(
                lambda: draw_heat_map(maps, uploads[0], self.settings.max_pixels, draw),
                self.settings.answer_seconds,
            )


def draw_heat_map(maps: HeatMaps, upload: Upload, max_pixels: int, draw: Draw) -> bytes:
    """Explain a file and draw the map.

    Raises:
        Refused: The file can't be decoded, or the study has not what a map needs.
    """
    decoded = decode_upload(upload, max_pixels)
    if decoded.grey is None:
        raise Refused(422, f"The file can't be explained: {decoded.problem}.")
    try:
        return draw(decoded.grey, maps.explain(decoded.grey))
    except ChestXrayError as error:
        # Not the file's fault: its grey levels are there.
        raise Refused(501, str(error)) from error


def explanation_json(_: NDArray[np.uint8], explained: HeatMap) -> bytes:
    """A heat map as JSON."""
    return json.dumps(
        {
            "notice": NOTICE,
            "class_name": explained.class_name,
            "probability": explained.probability,
            "log_odds": explained.log_odds,
            "baseline_log_odds": explained.baseline_log_odds,
            "delta": explained.delta,
            "steps": explained.steps,
            "converged": explained.converged,
            "shape": explained.values.shape,
            "values": np.round(explained.values.astype(float), 7).tolist(),
        }
    ).encode()
