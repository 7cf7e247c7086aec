"""Uploaded files, read into memory while their bytes are counted.

Starlette's own form writes files of more than 1 MiB to the disk and has no limit of a file's size,
so python-multipart's parser is called here. Nothing is written anywhere.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from chest_xray.serving.refusals import Refused
from chest_xray.serving.settings import ServeSettings

FIELD = "files"
_NOT_A_FORM = (
    f"The files come as multipart/form-data, in the field '{FIELD}', as in: "
    f"curl --form {FIELD}=@radiograph.png"
)

# Its messages quote what was uploaded.
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Upload:
    """An uploaded file: its name as the client gave it, and its bytes."""

    name: str
    data: bytes


@dataclass
class _Form:
    """The parts of a form as the parser finds them."""

    max_file_bytes: int
    max_files: int
    files: list[Upload] = field(default_factory=list)
    complete: bool = False
    _header: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)
    _disposition: bytes = b""
    _name: str = ""
    _data: bytearray = field(default_factory=bytearray)

    def begin_part(self) -> None:
        self._disposition, self._data = b"", bytearray()

    def add_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def add_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header, self._value = bytearray(), bytearray()

    def begin_data(self) -> None:
        _, options = parse_options_header(self._disposition)
        if options.get(b"name") != FIELD.encode() or b"filename" not in options:
            raise Refused(422, f"The form has a field that is no file in '{FIELD}'. {_NOT_A_FORM}")
        if len(self.files) == self.max_files:
            raise Refused(413, f"There are more than {self.max_files} files in the request.")
        self._name = options[b"filename"].decode("utf8", "replace")

    def add_data(self, data: bytes, start: int, end: int) -> None:
        if len(self._data) + end - start > self.max_file_bytes:
            raise Refused(413, f"A file is larger than {self.max_file_bytes:,} bytes.")
        self._data += data[start:end]

    def end_part(self) -> None:
        self.files.append(Upload(self._name, bytes(self._data)))

    def end(self) -> None:
        self.complete = True


async def read_uploads(
    content_type: str,
    declared_bytes: int,
    body: AsyncIterator[bytes],
    hold: Callable[[int], None],
    settings: ServeSettings,
) -> list[Upload]:
    """The files of a request, at least one.

    Args:
        content_type: The request's header.
        declared_bytes: What its ``Content-Length`` says, 0 where it says nothing.
        body: Its bytes as they arrive.
        hold: Told of each number of bytes that is kept.
        settings: The limits.

    Raises:
        Refused: Another kind of request, a malformed one, or a limit that it exceeds.
    """
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Refused(415, _NOT_A_FORM)
    too_large = Refused(413, f"The request is larger than {settings.max_request_bytes:,} bytes.")
    if declared_bytes > settings.max_request_bytes:
        raise too_large
    form = _Form(settings.max_file_bytes, settings.max_files)
    parser = _parser(options[b"boundary"], form)
    received = 0
    try:
        async with asyncio.timeout(settings.upload_seconds):
            async for chunk in body:
                received += len(chunk)
                if received > settings.max_request_bytes:
                    raise too_large
                hold(len(chunk))
                parser.write(chunk)
    except TimeoutError as error:
        raise Refused(
            408, f"The request did not arrive within {settings.upload_seconds:g} seconds."
        ) from error
    except FormParserError as error:
        raise Refused(400, f"The form is malformed. {_NOT_A_FORM}") from error
    if not form.complete:
        raise Refused(400, "The form was cut off before its end.")
    if not form.files:
        raise Refused(422, f"The form has no file. {_NOT_A_FORM}")
    return form.files


def _parser(boundary: bytes, form: _Form) -> MultipartParser:
    try:
        return MultipartParser(
            boundary,
            {
                "on_part_begin": form.begin_part,
                "on_header_field": form.add_header_name,
                "on_header_value": form.add_header_value,
                "on_header_end": form.end_header,
                "on_headers_finished": form.begin_data,
                "on_part_data": form.add_data,
                "on_part_end": form.end_part,
                "on_end": form.end,
            },
        )
    except FormParserError as error:
        raise Refused(400, f"The form's boundary is malformed. {_NOT_A_FORM}") from error
