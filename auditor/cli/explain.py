"""`auditor explain`: whether a plan has the setting, and what on and off mean."""

from auditor.cli.options import Json, Language, PlanName
from auditor.cli.prompts import print_text
from auditor.flow import load_flow, load_shipped_facts
from auditor.guide.explain import explain_setting
from auditor.report.explain import list_lines, render_explanation


def explain(plan: PlanName = None, *, json: Json = False, lang: Language = None) -> None:
    """Explain what the setting means, with sources."""
    words = load_flow("claude/web").about.words
    explained = explain_setting(load_shipped_facts("claude"), words, plan=plan, language=lang)
    if json:
        print(render_explanation(explained), end="")
        return
    for before, line in list_lines(explained):
        print_text(line, before=before)
