"""Which of the page's requests for data were refused, and with which headers.

A bot check may let the page itself come and answer only what the page asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.browser.network.guard import FETCHED_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from playwright.async_api import Response

    from auditor.core.base_url import BaseUrl

_REFUSED = 400


@dataclass(frozen=True, slots=True)
class DataAnswer:
    """The latest answer to one address of data."""

    status: int
    headers: Mapping[str, str]
    from_panel_source: bool

    @property
    def is_refused(self) -> bool:
        """Whether the page got an error."""
        return self.status >= _REFUSED


class DataRefusals:
    """Keeps the latest answer to each address of data of the site itself."""

    def __init__(self, base_url: BaseUrl) -> None:
        self._base_url = base_url
        self._latest: dict[str, DataAnswer] = {}

    def note_response(self, response: Response, *, from_panel_source: bool) -> None:
        """Note an answer, if it is one to a request for data of this very origin."""
        if response.request.resource_type in FETCHED_TYPES and self._base_url.is_same_origin(
            response.url
        ):
            self._latest[response.url] = DataAnswer(
                response.status, response.headers, from_panel_source
            )

    def bear(self, name: str, value: str) -> bool:
        """Return whether data was refused with this header, and none was had.

        The panel's own sources are looked at alone, too: without them nothing can be read.
        """
        answers = self._latest.values()
        panel = [each for each in answers if each.from_panel_source]
        return _all_refused(answers, name, value) or _all_refused(panel, name, value)


def _all_refused(answers: Iterable[DataAnswer], name: str, value: str) -> bool:
    answers = list(answers)
    return all(each.is_refused for each in answers) and any(
        each.headers.get(name) == value for each in answers
    )
