"""What the page may send while the tool looks at it.

Plain reads, and during a change the one declared write.

Whoever only reads must not write, not even by accident of the page: a request with any other method
than GET, HEAD or OPTIONS is refused. Exempt are what the flow names for bot checks and GraphQL
queries, which read by POST.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qs, parse_qsl, urlsplit

from auditor.browser.engine.method_override import can_only_read, overrides_method
from auditor.browser.network.headers import (
    Header,
    keep_usual,
    unusual_headers,
)
from auditor.core.base_url import BaseUrl, origin_of, path_matches
from auditor.text import compile_glob

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.flow import Site

Fields = AbstractSet[tuple[str, str]]
"""Names, each with a value as JSON."""
FETCHED_TYPES = frozenset({"xhr", "fetch"})
OK_STATUS = range(200, 300)
ACCEPTED = 202  # promised, and not done: neither an answer nor a save
_PLAIN_PATH = re.compile(r"/[\w/.~!$&'()*+,;=:@-]*", re.ASCII)
_QUERY_FIELDS = frozenset({"query", "variables", "operationName"})


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request of the page: where, how, and what it carries."""

    method: str
    url: str
    body: str | None
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Its headers, their names in small letters."""

    @property
    def is_plain_read(self) -> bool:
        """Whether it can only read: neither its method nor a header asks for more."""
        return can_only_read(self.method, self.url, self.headers)

    @property
    def overrides_method(self) -> bool:
        """Whether a header or its address asks the server to take it for another method."""
        return overrides_method(self.url, self.headers)


class PersonsWrites(Protocol):
    """What a person's own press sends while the tool waits for it (`persons_choice.py`)."""

    async def wait_for_press(self, sent: SentRequest, known: Fields, arrived: float) -> None:
        """Wait until the press is heard that a declared write may follow, if none was so far."""

    def admit(self, sent: SentRequest, known: Fields, arrived: float) -> bool:
        """Return whether a request may go out as a part of the last press."""

    def note_answer(self, method: str, url: str, status: int) -> None:
        """Note how the site answered."""

    def note_broken_off(self, method: str, url: str) -> None:
        """Note that a request was broken off."""


class WriteGuard:
    """Decides what a page may send, and notes what it was refused and how its one write ended."""

    def __init__(self, site: Site, base_url: BaseUrl) -> None:
        self._site = site
        self._base_url = base_url
        self._expected: bool | None = None
        self._write: SentRequest | None = None
        self._usual: set[Header] = set()
        """The headers of the page's reads of the site."""
        self.refused: list[str] = []
        """What was held back, in words: the method, and whether it was the setting."""
        self.would_move: set[str] = set()
        """What else a save that was held back would have changed, by name."""
        self.save_answer: str | None = None
        """What the answer to the write means: None before it, "" for success, else in words."""
        self.persons_choice: PersonsWrites | None = None
        """The answer to a notice that is waited for; nothing while nobody is waited for."""

    def expect_write(self, *, wanted: bool) -> None:
        """Let exactly one declared write pass, and only with the wanted value in it."""
        self._expected = wanted
        self.refused.clear()

    def end_writes(self) -> None:
        """Refuse every write again."""
        self._expected = None

    async def wait_for_press(self, sent: SentRequest, known: Fields, arrived: float) -> None:
        """Wait until a person's press is heard that a request may follow; for most, not at all.

        `arrived` is when the request came, by the monotonic clock.
        """
        if self.persons_choice is not None and not sent.is_plain_read:
            await self.persons_choice.wait_for_press(sent, known, arrived)

    def admit(self, sent: SentRequest, known: Fields, arrived: float = math.inf) -> bool:
        """Return whether a request may go out; a refused one is noted.

        `known` are the fields that the page's own data named, which a write may repeat. `arrived`
        is when the request came, by the monotonic clock; without it, just now.
        """
        if may_pass(self._site, self._base_url, sent):
            self._note_read(sent)
            return True
        if self._is_expected(sent, known):
            self._expected, self._write = None, sent
            return True
        choice = self.persons_choice
        if choice is not None and choice.admit(sent, known, arrived):
            return True
        is_declared = is_declared_write(self._site, sent)
        if is_declared and self._expected is not None:
            self.would_move |= other_fields(sent.body, self._site.witness.key, known)
            self.would_move |= self._unusual_headers(sent)
        what = "the setting" if is_declared else "other data"
        self.refused.append(f"{sent.method} {what}")
        return False

    def _is_expected(self, sent: SentRequest, known: Fields) -> bool:
        """Return whether this is the one write that is waited for, and asks for nothing else."""
        return (
            self._expected is not None
            and is_expected_write(self._site, self._base_url, sent, known, wanted=self._expected)
            and not self._unusual_headers(sent)
        )

    def _unusual_headers(self, sent: SentRequest) -> set[str]:
        return unusual_headers(sent.headers, self._usual, is_json=is_json_object(sent.body))

    def _note_read(self, sent: SentRequest) -> None:
        """Keep what the page's own reads of the site bear; its one write may bear it, too."""
        if sent.is_plain_read and self._base_url.is_same_origin(sent.url):
            keep_usual(self._usual, sent.headers.items())

    @property
    def has_passed_write(self) -> bool:
        """Whether the one expected write has gone out."""
        return self._write is not None

    def note_answer(self, method: str, url: str, status: int) -> None:
        """Note how the site answered, if this was the expected write."""
        if self._is_write(method, url):
            self.save_answer = describe_save_status(status)
        if self.persons_choice is not None:
            self.persons_choice.note_answer(method, url, status)

    def note_broken_off(self, method: str, url: str) -> None:
        """Note that a request was broken off, if this was the expected write."""
        if self._is_write(method, url):
            self.save_answer = "the save was broken off"
        if self.persons_choice is not None:
            self.persons_choice.note_broken_off(method, url)

    def _is_write(self, method: str, url: str) -> bool:
        """Return whether this is the one that was let go: no other like it was."""
        return self._write is not None and (method, url) == (self._write.method, self._write.url)


def describe_save_status(status: int) -> str:
    """Return what the answer to the save means; nothing if it is plain success."""
    if status == ACCEPTED:
        return "the site accepted the save, but had not carried it out yet (202)"
    return "" if status in OK_STATUS else f"the site answered the save with {status}"


def may_pass(site: Site, base_url: BaseUrl, sent: SentRequest) -> bool:
    """Return whether a request may go out while the tool is only reading."""
    if sent.is_plain_read:
        return True
    if sent.method != "POST" or sent.overrides_method or is_declared_write(site, sent):
        return False
    return _is_let_through(site, base_url, sent.url) or _is_query(sent.body, site.witness.key)


def _is_let_through(site: Site, base_url: BaseUrl, url: str) -> bool:
    """Return whether the flow names this very origin and path; one that begins with / is its own.

    A path that a server might read in two ways is none.
    """
    origin, path = origin_of(url), urlsplit(url).path
    if not _PLAIN_PATH.fullmatch(path) or {"..", "."} & set(path.split("/")):
        return False
    for glob in site.guard.let_through:
        there = base_url.origin if glob.startswith("/") else origin_of(glob)
        paths = (
            (glob, f"{base_url.prefix}{glob}") if glob.startswith("/") else (urlsplit(glob).path,)
        )
        if origin == there and any(compile_glob(each).fullmatch(path) for each in paths):
            return True
    return False


def is_declared_write(site: Site, sent: SentRequest) -> bool:
    """Return whether this is the request that the flow declares as the write of the setting."""
    return any(
        sent.method == write.method and path_matches(sent.url, write.path) for write in site.writes
    )


def is_expected_write(
    site: Site, base_url: BaseUrl, sent: SentRequest, known: Fields, *, wanted: bool
) -> bool:
    """Return whether a request is the declared write, and sets the wanted value alone.

    A page may send other fields along, if they stay as its own data had them: `known`.
    """
    addresses = {
        (write.method, f"{base_url.origin}{prefix}{write.path}")
        for write in site.writes
        for prefix in ("", base_url.prefix)
    }
    key = site.witness.key
    return (
        (sent.method, sent.url) in addresses
        and not sent.overrides_method
        and values_of_key(sent.body, key) == {wanted}
        and not other_fields(sent.body, key, known)
    )


def fields_of(node: object) -> Fields:
    """Return every named value in a piece of JSON, as JSON; of an object, that it is one."""
    found, todo = set(), [node]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            found |= {(str(name), _as_json(value)) for name, value in node.items()}
            todo += node.values()
        elif isinstance(node, list):
            todo += node
    return found


def _as_json(value: object) -> str:
    """Return a value as text that tells 1 from true."""
    if isinstance(value, dict | _Pairs):
        return "{}"
    try:
        return json.dumps(value, sort_keys=True)
    except RecursionError:
        return "nested too deep to be read"


def other_fields(body: str | None, key: str, known: Fields) -> set[str]:
    """Return the names in a body, besides the key, that the page's own data did not have so.

    A name that is there twice counts, and so does one that the data had as true and as false. What
    is neither an object of JSON nor a form is one nameless field.
    """
    pairs = _pairs_of_body(body)
    if pairs is None:
        return {""}
    names = [name for name, _ in pairs]
    twice = {name for name in names if names.count(name) > 1 and name == key}
    return twice | {
        name for name, told in pairs if name != key and not _is_known(name, told, known)
    }


def _is_known(name: str, told: frozenset[str], known: Fields) -> bool:
    had = {value for other, value in known if other == name}
    return bool(told & had) and not {"true", "false"} <= had


def _pairs_of_body(body: str | None) -> list[tuple[str, frozenset[str]]] | None:
    """Return each name of a body with its value as JSON; of a form, as each that it may stand for.

    None if it cannot be read in one way only.
    """
    try:
        told = json.loads(body or "", object_pairs_hook=_Pairs)
    except RecursionError:
        return None
    except ValueError:
        return _pairs_of_form(body or "")
    return _pairs_of_object(told) if isinstance(told, _Pairs) else None


def is_json_object(body: str | None) -> bool:
    """Return whether a body is an object of JSON; else it can only be a form."""
    try:
        return isinstance(json.loads(body or ""), dict)
    except (ValueError, RecursionError):
        return False


def _pairs_of_object(told: _Pairs) -> list[tuple[str, frozenset[str]]] | None:
    found: list[tuple[str, frozenset[str]]] = []
    todo: list[_Pairs] = [told]
    while todo:
        pairs = todo.pop()
        if len({name for name, _ in pairs}) < len(pairs):
            return None
        for name, value in pairs:
            found.append((name, frozenset({_as_json(_plain(value))})))
            if isinstance(value, _Pairs):
                todo.append(value)
    return found


def _plain(value: object) -> object:
    """Return a value with objects as dictionaries, as the page's own data has them."""
    if isinstance(value, _Pairs):
        return {name: _plain(inner) for name, inner in value}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _pairs_of_form(body: str) -> list[tuple[str, frozenset[str]]] | None:
    try:
        pairs = parse_qsl(body, keep_blank_values=True, strict_parsing=True)
    except ValueError:
        return None
    if len({name for name, _ in pairs}) < len(pairs) or re.search(r"[\s;]", body):
        return None
    return [(name, frozenset({text, json.dumps(text)})) for name, text in pairs]


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
    """Return whether a body is a GraphQL query alone, with no value for the setting."""
    try:
        asked = json.loads(body or "", object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        return False
    if not isinstance(asked, _Pairs) or len(dict(asked)) < len(asked):
        return False
    text = dict(asked).get("query")
    if not isinstance(text, str) or not _QUERY_FIELDS.issuperset(dict(asked)):
        return False
    return only_queries(text) and not values_of_key(body, key)


_GRAPHQL_TOKEN = re.compile(
    r'"""(?:\\"""|(?!""").)*"""|"(?:\\.|[^"\\\n\r])*"|#[^\n\r]*|[_A-Za-z]\w*|[{}()]|[^"]', re.DOTALL
)
_CLOSES = {"}": "{", ")": "("}


def only_queries(text: str) -> bool:
    """Return whether a GraphQL document holds queries and fragments alone.

    Read by its tokens: a definition begins where no bracket is open, and ends with its braces.
    """
    open_brackets: list[str] = []
    inside, count = False, 0
    for word in _graphql_tokens(text):
        if not inside:
            if word not in ("{", "query", "fragment"):
                return False
            inside, count = True, count + (word != "fragment")
        if word in ("{", "("):
            open_brackets.append(word)
        elif word in _CLOSES:
            if not open_brackets or open_brackets.pop() != _CLOSES[word]:
                return False
            inside = bool(open_brackets) or word == ")"
        elif word == '"' or (not open_brackets and word in ("mutation", "subscription")):
            return False
    return not inside and count > 0


def _graphql_tokens(text: str) -> Iterator[str]:
    """Give the words and signs of a document; a quotation mark alone is one that is not closed."""
    end = 0
    for match in _GRAPHQL_TOKEN.finditer(text):
        if match.start() != end:
            break
        end = match.end()
        if not match[0].isspace() and match[0] != "," and match[0][0] not in "#\ufeff":
            yield match[0] if match[0] != '"' else "string"
    if end != len(text):
        yield '"'
