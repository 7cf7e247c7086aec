"""The page at ``/``: films in, answers in words, in every language, without any network.

The server makes all HTML and all sentences (Jinja2, Fluent); the page's one script sends files and
puts what comes back where it belongs. What a page consists of is read when the service starts, so
no path of a request is ever a path of the disk.
"""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException

from chest_xray.reporting.fonts import FONT_FOLDER, FONTS
from chest_xray.reporting.languages import LANGUAGES, Language
from chest_xray.reporting.messages import message
from chest_xray.serving.answers import FilmAnswer
from chest_xray.serving.pictures import png, reduced
from chest_xray.serving.refusals import Refused
from chest_xray.serving.service import Service

TEXTS = files("chest_xray.serving") / "texts"
# Drawn by tests/serving/draw_examples.py; in the order in which they are shown.
EXAMPLES = ("healthy", "lobar", "interstitial", "dark")
TO_A_PERSON = "to_a_person"
_SHOWN_SIDE = 768  # px, of a film on the page
_TYPES = {"js": "text/javascript", "css": "text/css", "ttf": "font/ttf", "jpeg": "image/jpeg"}
_TEMPLATES = Environment(
    loader=PackageLoader("chest_xray.serving"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def add_page(app: FastAPI, service: Service) -> None:
    """Add the page and what it needs to the service."""
    parts = _parts()

    @app.get("/", include_in_schema=False)
    async def page(request: Request, lang: str = "") -> HTMLResponse:
        own = _language(lang or _preferred(request.headers.get("accept-language", "")))
        others = [_language(code) for code in LANGUAGES if code != own.code]
        return _html("page", own, service, others=others, examples=EXAMPLES)

    @app.post("/page/film", include_in_schema=False)
    async def film(request: Request, lang: str = "en") -> HTMLResponse:
        own = _language(lang)
        async with service.room.place() as place:
            uploads = await service.uploads(request, place)
            if len(uploads) > 1:
                raise Refused(422, f"There are {len(uploads)} files where one is shown.")
            answer, shown = await service.film_and_picture(
                uploads[0], place, lambda grey: png(reduced(grey, _SHOWN_SIDE))
            )
        picture = "" if shown is None else base64.b64encode(shown).decode()
        return _html("film", own, service, film=answer, picture=picture)

    @app.get("/static/{name}", include_in_schema=False)
    async def static(name: str) -> Response:
        if name not in parts:
            raise HTTPException(404)
        return Response(parts[name], media_type=_TYPES[name.rpartition(".")[2]])


@cache
def _parts() -> dict[str, bytes]:
    """What the page consists of, by name."""
    folder = files("chest_xray.serving")
    fonts = [FONT_FOLDER / name for weights in FONTS.values() for name in weights.values()]
    own = [folder / "static" / "page.js", folder / "static" / "page.css"]
    films = [folder / "examples" / f"{name}.jpeg" for name in EXAMPLES]
    return {path.name: path.read_bytes() for path in (*fonts, *own, *films)}


@cache
def _language(code: str) -> Language:
    """One of the page's languages.

    Raises:
        HTTPException: There is none of this code.
    """
    if code not in LANGUAGES:
        raise HTTPException(404)
    return Language(code, TEXTS)


def _preferred(accepted: str) -> str:
    """The first of a browser's languages that the page has; English where there is none."""
    asked = (one.strip()[:2].lower() for one in accepted.split(","))
    return next((code for code in asked if code in LANGUAGES), "en")


def _html(template: str, language: Language, service: Service, **values: Any) -> HTMLResponse:
    facts = service.predictor.facts

    def sentence(key: str, **of: Any) -> str:
        """A sentence, with what is put in isolated from its direction."""
        return language.isolated_text(message(key, **of))

    def decision(film: FilmAnswer) -> str:
        return (
            sentence("to-a-person")
            if film.decision == TO_A_PERSON
            else sentence("called", name=str(film.decision))
        )

    text = _TEMPLATES.get_template(f"{template}.html.jinja").render(
        language=language,
        say=sentence,
        decision=decision,
        facts=facts,
        band=facts.get("two_thresholds"),
        heat_maps=not service.without_heat_maps,
        token=service.settings.token is not None,
        **values,
    )
    return HTMLResponse(text)
