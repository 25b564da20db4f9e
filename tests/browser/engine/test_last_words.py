"""Of what a browser wrote, the line that matters is quoted, or none."""

import pytest

from auditor.browser.engine.last_words import find_last_words, lacks_sandbox

BUS = (
    "[7:7:1126/1.2:ERROR:dbus/bus.cc:405] Failed to connect to the bus: Failed to connect to socket"
    " /run/dbus/system_bus_socket: No such file or directory"
)
GPU = "[7:7:1126/1.2:ERROR:gpu/viz_main_impl.cc:183] Exiting GPU process due to errors"
DISPLAY = "[7:7:1126/1.2:ERROR:ui/ozone/ozone_platform_x11.cc:249] Missing X server or $DISPLAY"
FATAL = "[7:7:1126/1.2:FATAL:content/zygote_host_impl_linux.cc:127] No usable sandbox!"
LIBRARY = "/b: error while loading shared libraries: libnss3.so: cannot open shared object file"
HELPER = (
    "[7:7:1126/1.2:FATAL:sandbox/linux/suid/client/setuid_sandbox_host.cc:166] The SUID sandbox helper"
    " binary was found, but is not configured correctly. Rather than run without sandboxing I'm aborting now."
)
NAMESPACE = "[7:7:1126/1.2:FATAL:zygote_host_impl_linux.cc(187)] Check failed: . : Operation not permitted (1) Failed to move to new namespace: PID namespaces supported"
SNAP = "Command '/usr/bin/chromium-browser' requires the chromium snap to be installed."


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["", SNAP, "Please install it with:", "", "snap install chromium"], SNAP),
        ([BUS, DISPLAY, "[7:7:1126/1.2:ERROR:ui/aura/env.cc:257] The platform failed"], DISPLAY),
        ([BUS, GPU, FATAL], FATAL),
        ([LIBRARY], LIBRARY),
        ([BUS, GPU], ""),
        (["", "   ", "-----"], ""),
        ([], ""),
        (["DevTools listening on ws://127.0.0.1:1/x"], ""),
        (["Fontconfig warning: no <cachedir>", "/w: line 3: chrome: command not found"],
         "/w: line 3: chrome: command not found"),
        (["Traceback (most recent call last):", '  File "w", line 1', "KeyError: 'HOME'"],
         "KeyError: 'HOME'"),
        (["(chrome:7): Gtk-WARNING **: cannot open display: :9"],
         "(chrome:7): Gtk-WARNING **: cannot open display: :9"),
        (["Please install me"], "Please install me"),
    ],
)  # fmt: skip
def test_the_line_that_matters(lines: list[str], said: str) -> None:
    log = "\n".join(["Call log:", "  - <launching> /b", *(f"  - [pid=7][err] {each}" for each in lines), "  - <exited>"])  # fmt: skip
    assert find_last_words(log) == said


def test_what_a_stub_says_on_its_standard_output_is_better_than_nothing() -> None:
    assert find_last_words(f"[pid=7][err] \n[pid=7][out] {SNAP}\n[pid=7] <exited>") == SNAP


def test_an_error_stream_is_preferred() -> None:
    assert find_last_words("[pid=7][out] hello\n[pid=7][err] cannot do that") == "cannot do that"


@pytest.mark.parametrize(
    ("line", "lacks"),
    [(FATAL, True), (HELPER, True), (NAMESPACE, True), (DISPLAY, False), (BUS, False)],
)
def test_the_want_of_a_sandbox_is_known_whichever_way_it_is_said(line: str, *, lacks: bool) -> None:
    assert lacks_sandbox(f"[pid=7][err] {line}") is lacks
    assert not lacks or find_last_words(f"[pid=7][err] {BUS}\n[pid=7][err] {line}") == line
