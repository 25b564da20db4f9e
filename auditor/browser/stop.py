"""How a reading ends early."""

from auditor.finding import Reason


class Stop(Exception):  # noqa: N818 - not an error: the reading ends here, with a reason
    """Raised when a reading cannot go on; becomes a finding, never a traceback."""

    def __init__(self, reason: Reason, detail: str, hint: str | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.hint = hint
