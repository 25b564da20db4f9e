"""Pages whose own data says off, and what may speak against it all the same."""

from typing import TYPE_CHECKING

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Backend, Page

if TYPE_CHECKING:
    from auditor.mocksite.scenario import Scenario

_proof = Group("proof by data")

OLD_OFF = Backend(in_bootstrap=False, off_first=True)
"""The panel's own first answer, off, is an old copy; asked once more, the site says the truth."""


def _never_corrected(name: str, trait: str, summary: str, reason: str) -> "Scenario":
    return _proof.stop(
        name,
        summary,
        server=True,
        reason=reason,
        also=("disagreement",),
        page=Page(traits=(trait,)),
        backend=OLD_OFF,
    )


def _honest(name: str, trait: str, summary: str) -> "Scenario":
    return _proof.off(name, summary, page=Page(traits=(f"proof/{trait}",)))


CASES = (
    _never_corrected(
        "proof-socket",
        "alone/socket",
        "The data says off, an old copy; the truth would come over a socket of the panel's own.",
        "uncorroborated",
    ),
    _never_corrected(
        "proof-at-work",
        "proof/updating_for_ever",
        "The data says off, an old copy; the row says “Updating…” for ever.",
        "not_loaded",
    ),
    _never_corrected(
        "proof-covered",
        "proof/covered",
        "The data says off, an old copy; a sheet painted over the row says On.",
        "layout_changed",
    ),
    _proof.on(
        "proof-frame",
        "The data says off, an old copy; a frame of the panel's own has it asked again.",
        page=Page(traits=("proof/late_frame",)),
        backend=OLD_OFF,
    ),
    _honest("proof-reports-off", "reports", "Off; the panel reports by POST that it was opened."),
    _honest("proof-chat-socket-off", "chat_socket", "Off; a chat's socket is open all the time."),
    _honest("proof-see-through-off", "see_through", "Off; an empty sheet lies over all."),
    _honest("proof-worker-off", "worker", "Off; the panel starts a worker that says nothing."),
)
