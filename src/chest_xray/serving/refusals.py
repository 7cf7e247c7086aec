"""Why a request gets no answer: a status code and one sentence."""

from __future__ import annotations

RETRY_AFTER_SECONDS = 1


class Refused(Exception):
    """A request that is not answered.

    Attributes:
        status: HTTP's code.
        detail: One sentence: what is wrong and what would be right. It quotes no text of a file.
        headers: More of the answer's headers.
    """

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}


def busy(detail: str) -> Refused:
    """That the service is full, and when to try again."""
    return Refused(503, detail, {"Retry-After": str(RETRY_AFTER_SECONDS)})
