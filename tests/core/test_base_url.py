import pytest

from auditor.core.base_url import BaseUrl, origin_of, parse_base_url, path_matches
from auditor.errors import Exit, UsageError

HINT = "Give it like http://127.0.0.1:8400 or http://127.0.0.1:8400/s/on."


@pytest.mark.parametrize(
    ("url", "origin", "prefix"),
    [
        ("http://127.0.0.1:8400", "http://127.0.0.1:8400", ""),
        ("http://127.0.0.1:8400/", "http://127.0.0.1:8400", ""),
        ("http://127.0.0.1:8400/s/on", "http://127.0.0.1:8400", "/s/on"),
        ("http://127.0.0.1:8400/s/on/", "http://127.0.0.1:8400", "/s/on"),
        (" http://localhost:8400\n", "http://localhost:8400", ""),
        ("HTTPS://Claude.AI", "https://claude.ai", ""),
        ("https://claude.ai:443", "https://claude.ai", ""),
        ("http://claude.ai:443", "http://claude.ai:443", ""),
        ("http://localhost:80/x", "http://localhost", "/x"),
        ("http://[::1]:8400/s/on", "http://[::1]:8400", "/s/on"),
        ("http://localhost:", "http://localhost", ""),
    ],
)
def test_a_base_url_is_an_origin_and_perhaps_a_prefix(url: str, origin: str, prefix: str) -> None:
    assert parse_base_url(url) == BaseUrl(origin, prefix)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "The base URL  is not an address"),
        ("claude.ai", "The base URL claude.ai is not an address"),
        ("127.0.0.1:8400", "The base URL 127.0.0.1:8400 is not an address"),
        ("localhost:8400", "The base URL localhost:8400 is not an address"),
        ("/s/on", "The base URL /s/on is not an address"),
        ("//claude.ai", "The base URL //claude.ai is not an address"),
        ("http://", "The base URL http:// is not an address"),
        ("http:///new", "The base URL http:///new is not an address"),
        ("http:claude.ai", "The base URL http:claude.ai is not an address"),
        ("http://a b", "The base URL http://a b is not an address"),
        ("http://a/b c", "The base URL http://a/b c is not an address"),
        ("http://localhost:port", "The base URL http://localhost:port is not an address"),
        ("http://localhost:99999", "The base URL http://localhost:99999 is not an address"),
        ("http://[::1", "The base URL http://[::1 is not an address"),
        ("javascript:alert(1)", "The base URL javascript:alert(1) is not an address"),
        ("ftp://claude.ai", "The base URL ftp://claude.ai is not http or https"),
        ("file:///etc/passwd", "The base URL file:///etc/passwd is not http or https"),
        *(
            (url, "The base URL may have a path, but no user, password, query or fragment")
            for url in (
                "http://ada@localhost",
                "http://ada:pw@localhost",
                "http://:pw@localhost",
                "http://localhost/?x=1",
                "http://localhost/new#settings",
            )
        ),
    ],
)
def test_what_is_no_base_url_is_refused(url: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_base_url(url)
    assert (str(caught.value), caught.value.hint) == (message, HINT)
    assert caught.value.exit_code is Exit.USAGE


@pytest.mark.parametrize(
    "url",
    ["http://ada:s3cret@localhost:port", "ftp://ada:s3cret@localhost", "http://ada:s3cret@a b"],
)
def test_a_password_in_a_malformed_base_url_is_not_repeated(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_base_url(url)
    assert "s3cret" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST",
        "auditor.localhost",
        "127.0.0.1",
        "127.8.9.10",
        "127.255.255.254",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
    ],
)
@pytest.mark.parametrize("end", ["", ":8400", ":8400/s/on"])
def test_an_address_of_this_machine_is_loopback(host: str, end: str) -> None:
    assert parse_base_url(f"http://{host}{end}").is_loopback


@pytest.mark.parametrize(
    "host",
    [
        "claude.ai",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil-localhost",
        "notlocalhost",
        "127.0.0.1.",
        "localhost.example",
        "0.0.0.0",  # noqa: S104 - it must not count
        "10.0.0.1",
        "192.168.0.1",
        "128.0.0.1",
        "[::]",
        "[::2]",
        "[fe80::1]",
        "[2001:db8::127.0.0.1]",
        "127-0-0-1.evil.example",
    ],
)
def test_an_address_that_only_looks_like_this_machine_is_not_loopback(host: str) -> None:
    assert not parse_base_url(f"http://{host}:8400").is_loopback


@pytest.mark.parametrize(
    "url",
    ["http://evil.example\\.localhost", "http://evil.example\\@127.0.0.1", "http:\\\\localhost"],
)
def test_a_backslash_which_browsers_take_for_a_slash_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        parse_base_url(url)


def test_a_path_of_the_flow_goes_behind_the_prefix() -> None:
    assert (
        parse_base_url("http://127.0.0.1:8400/s/late-panel").url("/new")
        == "http://127.0.0.1:8400/s/late-panel/new"
    )
    assert (
        parse_base_url("https://claude.ai/").url("/new#settings")
        == "https://claude.ai/new#settings"
    )


@pytest.mark.parametrize(
    ("url", "held"),
    [
        ("http://127.0.0.1:8400/any/where?x#y", True),
        ("http://127.0.0.1:8400", True),
        ("http://127.0.0.1:8401/", False),
        ("http://127.0.0.1/", False),
        ("https://127.0.0.1:8400/", False),
        ("http://localhost:8400/", False),
        ("http://127.0.0.1:8400@evil.example/", False),
        ("http://127.0.0.1:8400.evil.example/", False),
        ("about:blank", False),
        ("data:text/html,http://127.0.0.1:8400", False),
        ("", False),
        ("http://[", False),
    ],
)
def test_a_place_holds_what_has_its_very_origin(url: str, held: bool) -> None:
    assert parse_base_url("http://127.0.0.1:8400/s/on").is_same_origin(url) is held


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://claude.ai/new", "https://claude.ai"),
        ("https://CLAUDE.ai:443/new", "https://claude.ai"),
        ("http://[::1]:80/", "http://[::1]"),
        ("https://user:pw@claude.ai/", "https://claude.ai"),
        ("about:blank", ""),
        ("http://claude.ai:x/", ""),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize("prefix", ["", "/s/on", "/a/b/c"])
@pytest.mark.parametrize(
    ("path", "glob", "matches"),
    [
        ("/login", "/login", True),
        ("/login/", "/login", True),
        ("/login?from=logout", "/login", True),
        ("/login#x", "*/login", True),
        ("/LOGIN", "*/login", True),
        ("/login/sso", "*/login", False),
        ("/loginx", "/login", False),
        ("/new?next=/login", "*/login", False),
        ("/new#/login", "/login", False),
        ("/api/bootstrap/1/2", "/api/bootstrap*", True),
        ("/api/account/settings", "/api/account", False),
        ("/onboarding/step", "*/onboarding/*", True),
        ("/onboarding", "*/onboarding/*", False),
        ("/not-login", "/login", False),
    ],
)
def test_a_path_is_the_flow_s_whatever_stands_before_it(
    path: str, glob: str, prefix: str, *, matches: bool
) -> None:
    assert path_matches(f"https://claude.ai{prefix}{path}", glob) is matches


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("http://127.0.0.1:8400/s/onboarding/new", "/new"),
        ("http://127.0.0.1:8400/s/onboarding", "/s/onboarding"),
        ("http://127.0.0.1:8400/login", "/login"),
        ("http://127.0.0.1:8401/s/onboarding/new", "/s/onboarding/new"),
    ],
    ids=["below", "the prefix itself", "beside", "another origin"],
)
def test_the_prefix_of_a_base_url_is_no_part_of_the_site_s_paths(url: str, path: str) -> None:
    assert parse_base_url("http://127.0.0.1:8400/s/onboarding").path_below(url) == path
