import pytest

from auditor.errors import AuditorError, Exit, FlowError, HumanNeeded, SetupError, UsageError


def _tree(root: type[AuditorError]) -> set[type[AuditorError]]:
    return {root}.union(*(_tree(kind) for kind in root.__subclasses__()))


def test_the_exit_codes_are_those_of_the_readme() -> None:
    assert {code.name: int(code) for code in Exit} == {
        "OK": 0,
        "BUG": 1,
        "USAGE": 2,
        "FLOW": 3,
        "HUMAN": 4,
        "SITE": 5,
        "SETUP": 6,
        "EXPOSED": 10,
        "INTERRUPTED": 130,
    }


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (UsageError, Exit.USAGE),
        (FlowError, Exit.FLOW),
        (HumanNeeded, Exit.HUMAN),
        (SetupError, Exit.SETUP),
    ],
)
def test_each_error_owns_its_exit_code(kind: type[AuditorError], code: Exit) -> None:
    assert kind.exit_code is code


def test_no_error_raised_on_purpose_ends_with_the_code_of_a_bug() -> None:
    assert [
        kind for kind in _tree(AuditorError) - {AuditorError} if kind.exit_code is Exit.BUG
    ] == []


def test_an_error_carries_its_message_and_what_to_do_next() -> None:
    error = SetupError("There is no disk space", "Delete something.")
    assert (str(error), error.hint) == ("There is no disk space", "Delete something.")


def test_an_error_needs_no_hint() -> None:
    assert UsageError("No").hint is None


def test_a_flow_error_carries_every_problem() -> None:
    error = FlowError("2 problems", "Mend the file.", ("a: b: c", "a: d: e"))
    assert (str(error), error.hint, error.problems) == (
        "2 problems",
        "Mend the file.",
        ("a: b: c", "a: d: e"),
    )
