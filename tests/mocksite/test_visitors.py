from collections.abc import Iterator

import pytest
from starlette.datastructures import Headers

from auditor.mocksite import Site, running
from auditor.mocksite.visitors import is_welcome
from tests.mocksite.test_server import ask

HOST = "127.0.0.1:8400"


@pytest.mark.parametrize("host", [HOST, "localhost:8400", "[::1]:8400", "127.9.9.9"])
def test_a_program_that_names_a_loopback_host_is_welcome(host: str) -> None:
    assert is_welcome(Headers({"host": host}))


@pytest.mark.parametrize(
    "host",
    [
        "evil.test:8400",
        "127.0.0.1.evil.test",
        "localhost.evil.test",
        "10.0.0.1",
        "",
        "[",
        "192.168.1.1",
    ],
)
def test_any_other_host_name_is_refused(host: str) -> None:
    assert not is_welcome(Headers({"host": host}))


@pytest.mark.parametrize(
    ("headers", "welcome"),
    [
        ({"origin": f"http://{HOST}"}, True),
        ({"origin": "https://evil.test"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://127.0.0.1:9999"}, False),
        ({"origin": f"https://{HOST}"}, False),
        ({"origin": "http://localhost:8400"}, True),
        ({"sec-fetch-site": "cross-site", "referer": "http://localhost:8400/s/on/new"}, True),
        ({"sec-fetch-site": "cross-site", "referer": "https://evil.test:8400/"}, False),
        ({"sec-fetch-site": "same-origin", "sec-fetch-dest": "image"}, True),
        ({"sec-fetch-site": "none", "sec-fetch-dest": "document"}, True),
        ({"sec-fetch-site": "cross-site", "sec-fetch-dest": "document"}, True),
        ({"sec-fetch-site": "cross-site", "sec-fetch-dest": "iframe"}, False),
        ({"sec-fetch-site": "cross-site", "sec-fetch-dest": "image"}, False),
        ({"sec-fetch-site": "cross-site", "sec-fetch-dest": "script"}, False),
        ({"sec-fetch-site": "same-site", "sec-fetch-dest": "empty"}, False),
    ],
)
def test_a_page_of_another_site_is_refused(headers: dict[str, str], *, welcome: bool) -> None:
    assert is_welcome(Headers({"host": HOST, **headers})) is welcome


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with running() as site:
        yield site


@pytest.mark.parametrize("headers", [{"Host": "evil.test"}, {"Origin": "https://evil.test"}])
def test_another_site_can_neither_read_nor_reset(site: Site, headers: dict[str, str]) -> None:
    asked = [
        ask(site, "POST", "/control/on/reset", **headers),
        ask(site, "GET", "/control/on/state", **headers),
        ask(site, "GET", "/s/on/new", **headers),
        ask(site, "PATCH", "/s/on/api/account/settings", {"x": False}, **headers),
    ]
    assert {answer.status for answer in asked} == {403}
    assert site.ledger("on") == []
