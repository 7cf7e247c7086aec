"""What a person can set of the service, with what holds where nothing is set."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from chest_xray.errors import BadService
from chest_xray.radiographs.decoded import MAX_IMAGE_PIXELS

MIB = 2**20


class ServeSettings(BaseModel):
    """Settings of one service; its worker processes share them.

    Attributes:
        model: The deployable file.
        study: The data folder of the study that made it (``data``, ``data/demo``), whose float
            weights draw heat maps; None for none.
        token: What every request has to bring; None where none is asked for.
        origins: Web pages of other origins whose scripts may ask (CORS).
        max_file_bytes: Of one uploaded file.
        max_request_bytes: Of one request with all its files.
        max_files: In one request.
        max_pixels: Of one image; more are never decoded.
        max_requests: That one worker process works on at once, waiting ones included.
        max_held_bytes: Of all uploads that one worker process holds at once.
        upload_seconds: Until a request's body has to be there.
        answer_seconds: From then on until it is answered.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Path
    study: Path | None = None
    token: SecretStr | None = None
    origins: tuple[str, ...] = ()
    max_file_bytes: int = Field(default=64 * MIB, ge=1)
    max_request_bytes: int = Field(default=256 * MIB, ge=1)
    max_files: int = Field(default=32, ge=1)
    max_pixels: int = Field(default=40_000_000, ge=1, le=MAX_IMAGE_PIXELS)
    max_requests: int = Field(default=32, ge=1)
    max_held_bytes: int = Field(default=512 * MIB, ge=1)
    upload_seconds: float = Field(default=30, gt=0)
    answer_seconds: float = Field(default=60, gt=0)


def read_token(file: Path) -> SecretStr:
    """The token that a file holds, without spaces around it.

    Raises:
        BadService: The file is empty, or can't be read as plain ASCII text.
    """
    try:
        token = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadService(f"{file} can't be read as a token in plain ASCII text.") from error
    if not token:
        raise BadService(f"{file} is empty; it has to hold the token.")
    return SecretStr(token)
