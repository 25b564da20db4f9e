"""What the page may send while the tool looks at it.

Plain reads, and during a change the one declared write.

Whoever only reads must not write, not even by accident of the page: a request with any other method
than GET, HEAD or OPTIONS is refused. Exempt are what the flow names for bot checks and GraphQL
queries, which read by POST.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from auditor.core.base_url import BaseUrl, path_matches
from auditor.text import compile_glob

if TYPE_CHECKING:
    from playwright.async_api import Request

    from auditor.flow import Site

BooleanFields = set[tuple[str, bool]]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FETCHED_TYPES = frozenset({"xhr", "fetch"})
OK_STATUS = range(200, 300)
ACCEPTED = 202  # promised, and not done: neither an answer nor a save
# Fetched by tags and never by POST: left out of the interception, because each intercepted request
# costs a round trip.
ASSET_URL = re.compile(
    r"^https?://[^?#]*\.(?:js|mjs|css|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|otf|map|mp4|webm|wasm)(?:[?#].*)?$"
)
INTERCEPTED_URL = re.compile(r"^(?!" + ASSET_URL.pattern.lstrip("^") + r")https?://")


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request of the page: where, how, and what it carries."""

    method: str
    url: str
    body: str | None


class WriteGuard:
    """Decides what a page may send, and notes what it was refused and how its one write ended."""

    def __init__(self, site: Site, base_url: BaseUrl) -> None:
        self._site = site
        self._base_url = base_url
        self._expected: bool | None = None
        self._write: Request | None = None
        self.refused: list[str] = []
        """What was held back, in words: the method, and whether it was the setting."""
        self.save_answer: str | None = None
        """What the answer to the write means: None before it, "" for success, else in words."""

    def expect_write(self, *, wanted: bool) -> None:
        """Let exactly one declared write pass, and only with the wanted value in it."""
        self._expected = wanted
        self.refused.clear()

    def end_writes(self) -> None:
        """Refuse every write again."""
        self._expected = None

    def admit(self, request: Request, sent: SentRequest, known: BooleanFields) -> bool:
        """Return whether a request may go out; a refused one is noted.

        `known` are the switches that the page's own data named, which a write may repeat.
        """
        if may_pass(self._site, sent):
            return True
        if self._expected is not None and is_expected_write(
            self._site, self._base_url, sent, known, wanted=self._expected
        ):
            self._expected, self._write = None, request
            return True
        what = "the setting" if is_declared_write(self._site, sent) else "other data"
        self.refused.append(f"{sent.method} {what}")
        return False

    @property
    def has_passed_write(self) -> bool:
        """Whether the one expected write has gone out."""
        return self._write is not None

    def note_answer(self, request: Request, status: int) -> None:
        """Note how the site answered, if this was the expected write."""
        if request is self._write:
            self.save_answer = _describe_save_status(status)

    def note_broken_off(self, request: Request) -> None:
        """Note that a request was broken off, if this was the expected write."""
        if request is self._write:
            self.save_answer = "the save was broken off"


def _describe_save_status(status: int) -> str:
    """Return what the answer to the save means; nothing if it is plain success."""
    if status == ACCEPTED:
        return "the site accepted the save, but had not carried it out yet (202)"
    return "" if status in OK_STATUS else f"the site answered the save with {status}"


def may_pass(site: Site, sent: SentRequest) -> bool:
    """Return whether a request may go out while the tool is only reading."""
    if sent.method in SAFE_METHODS:
        return True
    bare_url = sent.url.split("#", 1)[0].split("?", 1)[0]
    if not is_declared_write(site, sent) and any(
        compile_glob(glob).fullmatch(bare_url) for glob in site.guard.let_through
    ):
        return True
    return (
        sent.method == "POST"
        and _is_query(sent.body, site.witness.key)
        and not is_declared_write(site, sent)
    )


def is_declared_write(site: Site, sent: SentRequest) -> bool:
    """Return whether this is the request that the flow declares as the write of the setting."""
    return any(
        sent.method == write.method and path_matches(sent.url, write.path) for write in site.writes
    )


def is_expected_write(
    site: Site, base_url: BaseUrl, sent: SentRequest, known: BooleanFields, *, wanted: bool
) -> bool:
    """Return whether a request is the declared write, and sets the wanted value alone.

    A page may send its other switches along, if they stay as its own data had them: `known`.
    """
    declared = any(
        sent.method == write.method and base_url.is_at_path(sent.url, write.path)
        for write in site.writes
    )
    return (
        declared
        and values_of_key(sent.body, site.witness.key) == {wanted}
        and not _moves_other_switch(sent.body, site, known)
    )


def boolean_fields(node: object) -> BooleanFields:
    """Return every name in a piece of JSON that holds true or false, with what it holds."""
    found, todo = set(), [node]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            found |= {(str(name), value) for name, value in node.items() if isinstance(value, bool)}
            todo += node.values()
        elif isinstance(node, list):
            todo += node
    return found


def _moves_other_switch(body: str | None, site: Site, known: BooleanFields) -> bool:
    """Return whether a body would move another switch than the setting."""
    try:
        sent = boolean_fields(json.loads(body or ""))
    except RecursionError:
        return True
    except ValueError:
        return False  # a form, which holds no true or false
    return any(name != site.witness.key and (name, value) not in known for name, value in sent)


def values_of_key(body: str | None, key: str) -> set[object]:
    """Return every value that a JSON or form body holds under the key, at any depth.

    What is odd becomes text.
    """
    if not body:
        return set()
    try:
        found = list(_values_in_pairs(json.loads(body, object_pairs_hook=_Pairs), key))
    except RecursionError:
        found = ["nested too deep to be read"]
    except ValueError:
        parts = re.findall(rf'name="{re.escape(key)}"\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]*)', body)
        texts = parts or parse_qs(body, keep_blank_values=True).get(key, [])
        found = [{"true": True, "false": False}.get(text, text) for text in texts]
    return {value if value is None or isinstance(value, bool) else repr(value) for value in found}


class _Pairs(tuple[tuple[str, object], ...]):
    """A JSON object as it was written: a key that is there twice stays there twice."""

    __slots__ = ()


def _values_in_pairs(node: object, key: str) -> list[object]:
    if isinstance(node, _Pairs):
        own = [value for name, value in node if name == key]
        return own + [found for _, inner in node for found in _values_in_pairs(inner, key)]
    if isinstance(node, list):
        return [found for inner in node for found in _values_in_pairs(inner, key)]
    return []


def _is_query(body: str | None, key: str) -> bool:
    """Return whether a body is a GraphQL query: no mutation, and no value for the setting in it."""
    try:
        asked = json.loads(body or "")
    except (ValueError, RecursionError):
        return False
    text = asked.get("query") if isinstance(asked, dict) else None
    if not isinstance(text, str) or not text.lstrip().startswith(("{", "query", "fragment")):
        return False
    return "mutation" not in text and not values_of_key(body, key)
