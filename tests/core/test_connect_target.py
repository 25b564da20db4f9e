"""What `--connect` may name, and what of it is ever shown."""

import pytest

from auditor.core.connect_target import parse_connect_target
from auditor.errors import UsageError


@pytest.mark.parametrize(
    ("url", "is_debugger"),
    [
        ("ws://127.0.0.1:3000/", False),
        ("wss://browsers.example/play?token=x", False),
        ("http://127.0.0.1:9222", True),
        ("https://browsers.example", True),
        ("ws://127.0.0.1:9222/devtools/browser/8f1c", True),
        ("wss://grid.example/session/8f1c/se/cdp", True),
    ],
)
def test_a_debugging_address_is_known_by_its_scheme_or_its_path(
    url: str,
    is_debugger: bool,
) -> None:
    assert parse_connect_target(url).is_debugger is is_debugger


@pytest.mark.parametrize(
    ("url", "loopback", "encrypted", "private"),
    [
        ("ws://127.0.0.1:3000/", True, False, True),
        ("ws://[::1]:3000/", True, False, True),
        ("wss://browsers.example/", False, True, True),
        ("ws://browsers.example/", False, False, False),
        ("http://10.0.0.7:9222", False, False, False),
    ],
)
def test_a_line_is_private_on_this_machine_or_by_tls(
    url: str,
    loopback: bool,
    encrypted: bool,
    private: bool,
) -> None:
    target = parse_connect_target(url)
    assert (target.is_loopback, target.is_encrypted, target.is_private) == (
        loopback,
        encrypted,
        private,
    )


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("wss://me:hidden@browsers.example:444/hidden?token=hidden#hidden", "browsers.example:444"),
        ("wss://hidden@[2001:db8::1]/hidden", "[2001:db8::1]"),
    ],
)
def test_only_scheme_host_and_port_are_shown(url: str, name: str) -> None:
    target = parse_connect_target(url)
    assert target.name == f"wss://{name}"
    assert "hidden" not in repr(target)


@pytest.mark.parametrize(
    "url",
    ["", "hidden", "ftp://hidden", "ws://", "ws://h:0", "ws://h:x", "ws://[", "ws://a b/"],
)
def test_what_is_no_address_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_connect_target(url)
    assert str(caught.value) == "`--connect` takes an address of http, https, ws or wss"
    assert caught.value.hint == (
        "Give it like --connect ws://127.0.0.1:3000/ (a Playwright server) or --connect"
        " http://127.0.0.1:9222 (a browser's debugging port)."
    )
