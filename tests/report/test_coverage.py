"""What reports say of OFF is what the facts say."""

from auditor.flow import load_shipped_facts
from auditor.report.coverage import list_coverage


def test_every_fact_about_off_is_told_with_its_source_and_what_is_covered_first() -> None:
    facts = load_shipped_facts("claude").facts.values()
    rows = list_coverage()
    assert [kind for kind, *_ in rows] == sorted(kind for kind, *_ in rows)
    assert {say for _, say, _, _ in rows} == {
        fact.say for fact in facts if fact.topic in {"off", "left_out"}
    }
    assert rows[0] == (
        "covered",
        "OFF covers new and resumed chats and coding sessions.",
        "https://www.anthropic.com/news/updates-to-our-consumer-terms",
        "2026-11-22",
    )
