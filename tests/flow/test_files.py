import copy
import os
import re
import shutil
import tomllib
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from auditor.errors import FlowError
from auditor.flow import (
    Alternative,
    Flow,
    FlowFile,
    Obstacle,
    Sign,
    Site,
    Target,
    flow_folders,
    list_files,
    list_flows,
    list_problems,
    load_flow,
)
from auditor.flow.validate import validate_model

SHIPPED = flow_folders()[-1]
PATH = "should be a path: a / first, and no //, @, backslash, space or control character"
MEND = "Mend the file; `auditor flows check PATH` lists every problem."
FLOW = """\
title = "A flow"
site = "site.toml"
documented_at = "https://example.com/help"
reviewed = 2026-11-22
start = "/new"

[[steps]]
say = "Click Settings"
click = [{ role = "button", name = "@settings", known = "OFF 2026-11" }, { test_id = "a", known = "OFF 2026-11" }]

[[steps]]
say = "Click Privacy"
click = [{ test_id = "b", known = "OFF 2026-11" }, { test_id = "c", known = "OFF 2026-11" }]

[find]
say = "Find the switch"
"""
SITE = """\
title = "A site"
origin = "https://example.com"
documented_at = "https://example.com/help"

[setting]
labels = "@setting"
badges = "@badges"
switch_words = "@switch_words"
domain_note = "@badges"

[setting.help_link]
contains = "123"
known = "OFF 2026-11"

[[setting.decoys]]
name = "@badges"
known = "OFF 2026-11"

[panel]
loading = [{ test_id = "skeleton", known = "OFF 2026-11" }]
loaded = [{ css = "h1", within = { role = "main" }, known = "OFF 2026-11" }]

[witness]
key = "enabled"
known = "OFF 2026-11"
sources = [{ path = "/api", at = [""] }]

[[writes]]
method = "PATCH"
path = "/api"
known = "OFF 2026-11"

[guard]
known = "OFF 2026-11"

[organisation]
shown = [{ test_id = "org", known = "OFF 2026-11" }, { test_id = "o", known = "OFF 2026-11" }]
without_choice = "@badges"
known = "OFF 2026-11"

[[obstacles]]
reason = "signed_out"
say = "Nobody is signed in"
hint = "Sign in."
signs = [
  { path = "/login", shown = { test_id = "email" }, known = "OFF 2026-11" },
  { title = "Sign in", known = "OFF 2026-11" },
]

[[banners]]
say = "Cookie banner"
reject = [{ role = "button", name = "@settings", known = "OFF 2026-11" }, { test_id = "r", known = "OFF 2026-11" }]

[words.setting]
known = "OFF 2026-11"
texts = { en-US = ["Help improve"] }
[words.settings]
known = "OFF 2026-11"
texts = { en-US = ["Settings"] }
[words.badges]
known = "OFF 2026-11"
texts = { en-US = ["New"] }
[words.switch_words]
known = "OFF 2026-11"
texts = { en-US = ["On", "Off"] }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "web.toml").write_text(FLOW, encoding="utf-8")
    (tmp_path / "site.toml").write_text(SITE, encoding="utf-8")
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refused(path: Path) -> FlowError:
    with pytest.raises(FlowError) as caught:
        load_flow(str(path))
    return caught.value


def tables(node: object, place: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the place of every table in a TOML document, free-keyed ones left out."""
    if isinstance(node, list):
        return [
            found for number, each in enumerate(node) for found in tables(each, (*place, number))
        ]
    if not isinstance(node, dict):
        return []
    own = [] if place == ("words",) or place[-1:] == ("texts",) else [place]
    return own + [found for key, each in node.items() for found in tables(each, (*place, key))]


def at(node: Any, place: tuple[str | int, ...]) -> Any:  # noqa: ANN401 - a TOML value
    for key in place:
        node = node[key]
    return node


def loc_of(error: ValidationError) -> list[tuple[tuple[str | int, ...], str]]:
    return [(detail["loc"], detail["type"]) for detail in error.errors()]


# ---------------------------------------------------------------- what is shipped


@pytest.mark.parametrize(
    "path", sorted(SHIPPED.glob("*/*.toml")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_every_shipped_file_is_valid(path: Path) -> None:
    assert list_problems(path) == []


def test_the_shipped_flows_are_listed_by_id() -> None:
    assert list(list_flows()) == ["claude/mobile", "claude/web"]


@pytest.mark.parametrize("name", ["claude/web", "claude/mobile"])
def test_a_shipped_flow_loads_under_its_id(name: str) -> None:
    flow = load_flow(name)
    assert isinstance(flow, Flow)
    assert (flow.id, flow.about.origin) == (name, "https://claude.ai")
    assert [step.say for step in flow.steps][-1].endswith(" Privacy")


def test_a_mobile_flow_has_a_narrow_window() -> None:
    assert (load_flow("claude/mobile").viewport, load_flow("claude/web").viewport) == (
        (390, 844),
        (1280, 800),
    )


def test_the_setting_is_labelled_in_every_language_of_the_site() -> None:
    words = load_flow("claude/web").about.words
    languages = set(words["setting"].texts)
    assert len(languages) == 11
    for name in (
        "settings",
        "privacy",
        "user_menu",
        "decoy",
        "notice_title",
        "domain_note",
        "switch_words",
    ):
        assert set(words[name].texts) == languages, name


def test_labels_are_every_text_once() -> None:
    labels = load_flow("claude/web").about.labels
    assert labels[:2] == ("Help improve our AI models", "Help improve Claude")
    assert len(labels) == len(set(labels))


def test_a_text_without_an_at_sign_stands_for_itself() -> None:
    assert load_flow("claude/web").about.texts("Settings") == ("Settings",)


# ---------------------------------------------------------------- where flows are found


def test_a_copied_flow_elsewhere_finds_the_shipped_site(tmp_path: Path) -> None:
    path = Path(shutil.copy(SHIPPED / "claude" / "web.toml", tmp_path / "mine.toml"))
    flow = load_flow(str(path))
    assert (flow.id, flow.about) == (str(path), load_flow("claude/web").about)
    assert list_problems(path) == []


def test_a_flow_can_name_the_shipped_site_by_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(FLOW.replace("site.toml", "claude/site.toml"), encoding="utf-8")
    assert load_flow(str(path)).about.title == "Claude"


def test_the_site_beside_a_flow_comes_first(folder: Path) -> None:
    assert load_flow(str(folder / "web.toml")).about.title == "A site"


def test_a_person_s_own_flow_comes_before_the_shipped_one(folder: Path) -> None:
    own = flow_folders()[0] / "claude"
    shutil.copytree(folder, own)
    assert list_flows()["claude/web"] == own / "web.toml"
    assert (load_flow("claude/web").title, load_flow("claude/web").id) == ("A flow", "claude/web")


def test_a_person_s_own_flow_is_added_to_the_shipped_ones(folder: Path) -> None:
    shutil.copytree(folder, flow_folders()[0] / "other")
    assert list(list_flows()) == ["claude/mobile", "claude/web", "other/web"]


def test_a_person_s_own_folder_is_inside_their_configuration(home: Path) -> None:
    assert flow_folders()[0].is_relative_to(home)


def test_an_unknown_flow_is_refused_with_the_known_ones() -> None:
    with pytest.raises(FlowError) as caught:
        load_flow("claude/telephone")
    assert (str(caught.value), caught.value.hint, caught.value.problems) == (
        "There is no flow claude/telephone",
        "Known flows: claude/mobile, claude/web. A path to a .toml file works too.",
        ("claude/telephone: no such flow",),
    )


def test_a_path_that_does_not_exist_is_refused() -> None:
    with pytest.raises(FlowError) as caught:
        load_flow("nowhere/x.toml")
    assert (str(caught.value), caught.value.hint, caught.value.problems) == (
        "There is no flow file nowhere/x.toml",
        "Check the path, or name a flow of `auditor flows list`.",
        ("nowhere/x.toml: no such file",),
    )


def test_a_folder_is_no_flow_file(tmp_path: Path) -> None:
    folder = tmp_path / "x.toml"
    folder.mkdir()
    assert refused(folder).problems == (f"{folder}: no such file",)


@pytest.mark.parametrize("name", ["", "claude/site", "../web", "claude", "site.toml"])
def test_what_is_no_flow_is_refused(name: str) -> None:
    with pytest.raises(FlowError, match=r"^There is no flow"):
        load_flow(name)


def test_a_flow_without_its_site_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "web.toml"
    path.write_text(FLOW.replace("site.toml", "elsewhere.toml"), encoding="utf-8")
    assert (
        str(refused(path))
        == f"{path}: site: there is no file elsewhere.toml beside it or among the shipped flows"
    )


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize("place", tables(tomllib.loads(FLOW)), ids=str)
def test_an_unknown_key_anywhere_in_a_flow_is_refused(place: tuple[str | int, ...]) -> None:
    raw = copy.deepcopy(tomllib.loads(FLOW))
    at(raw, place)["typo"] = 1
    with pytest.raises(ValidationError) as caught:
        validate_model(FlowFile, raw)
    assert loc_of(caught.value) == [((*place, "typo"), "unexpected_keyword_argument")]


@pytest.mark.parametrize("place", tables(tomllib.loads(SITE)), ids=str)
def test_an_unknown_key_anywhere_in_a_site_is_refused(place: tuple[str | int, ...]) -> None:
    raw = copy.deepcopy(tomllib.loads(SITE))
    at(raw, place)["typo"] = 1
    with pytest.raises(ValidationError) as caught:
        validate_model(Site, raw)
    assert loc_of(caught.value) == [((*place, "typo"), "unexpected_keyword_argument")]


@pytest.mark.parametrize(
    ("file", "old", "new", "wrong"),
    [
        ("web", 'start = "/new"', 'start = "/new"\ntypo = 1', "typo: unknown key"),
        ("web", "[find]", "[find]\nwait = 3", "find.wait: unknown key"),
        ("web", 'name = "@settings"', 'nmae = "@settings"', "steps[1].click[1].nmae: unknown key"),
        (
            "web",
            'name = "@settings"',
            'within = { css = "a", x = 1 }',
            "steps[1].click[1].within.x: unknown key",
        ),
        ("web", 'title = "A flow"\n', "", "title: is missing"),
        ("web", 'say = "Find the switch"', "", "find.say: is missing"),
        ("web", ', known = "OFF 2026-11"', "", "steps[1].click[1].known: is missing"),
        ("web", 'site = "site.toml"\n', "", "site: is missing"),
        ("web", 'start = "/new"', 'start = "new"', f"start: {PATH}"),
        ("web", 'title = "A flow"', 'title = ""', "title: should have at least 1 character"),
        ("web", 'title = "A flow"', "title = 3", "title: Input should be a valid string"),
        (
            "web",
            'role = "button", name',
            "name",
            "steps[1].click[1]: say exactly one of test_id, role, text, css, pressable",
        ),
        ("web", 'role = "button"', 'css = "a"', "steps[1].click[1]: name goes with role"),
        (
            "web",
            "[{ role",
            '[{ css = "a", role',
            "steps[1].click[1]: say exactly one of test_id, role, text, css, pressable",
        ),
        ("web", "@settings", "@setings", "steps[1].click[1].name: there are no words @setings"),
        (
            "web",
            'role = "button", name',
            'within = { css = "a" }, pressable',
            "steps[1].click[1]: pressable is always within what the step before brought up",
        ),
        (
            "web",
            'role = "button", name',
            "pressable",
            "file: the first step has no step before it, which pressable needs",
        ),
        ("site", "[guard]", "[guard]\ntypo = 1", "guard.typo: unknown key"),
        ("site", 'contains = "123"', "", "setting.help_link.contains: is missing"),
        ("site", 'reason = "signed_out"', "", "obstacles[1].reason: is missing"),
        (
            "site",
            ', "Off"]',
            "]",
            "file: switch_words need two texts in each language: on, then off",
        ),
        (
            "site",
            'path = "/login", shown = { test_id = "email" }, ',
            "",
            "obstacles[1].signs[1]: say at least one of path, title, header, shown, present, asks",
        ),
        (
            "site",
            'path = "/login"',
            'header = "x"',
            "obstacles[1].signs[1]: header and value go together",
        ),
    ],
)
def test_a_mistake_is_told_with_file_place_and_reason(
    folder: Path, file: str, old: str, new: str, wrong: str
) -> None:
    path = folder / f"{file}.toml"
    edit(path, old, new)
    error = refused(folder / "web.toml")
    assert error.problems == (f"{path}: {wrong}",)
    assert (str(error), error.hint) == (f"{path}: {wrong}", MEND)
    assert list_problems(path) == [f"{path}: {wrong}"]


def test_words_that_a_site_names_but_does_not_define_are_told_with_the_site_s_file(
    folder: Path,
) -> None:
    path = folder / "site.toml"
    edit(path, 'without_choice = "@badges"', 'without_choice = "@plans"')
    problem = f"{path}: organisation.without_choice: there are no words @plans"
    assert list_problems(path) == [problem]
    assert refused(folder / "web.toml").problems == (problem,)


@pytest.mark.parametrize(
    "known",
    ["", "2026-11", "OFF", "OFF 2026", "XXX 2026-11", "OFF 2026-11,OBS 2026-11", "off 2026-11"],
)
def test_where_a_thing_is_known_from_has_one_form(folder: Path, known: str) -> None:
    path = folder / "web.toml"
    edit(path, "OFF 2026-11", known)
    (problem,) = refused(path).problems
    assert problem.startswith(f"{path}: steps[1].click[1].known: should match pattern ")


@pytest.mark.parametrize(
    "place",
    [place for place in tables(tomllib.loads(SITE)) if "known" in at(tomllib.loads(SITE), place)],
    ids=str,
)
def test_everything_in_a_site_must_say_where_it_is_known_from(place: tuple[str | int, ...]) -> None:
    raw = copy.deepcopy(tomllib.loads(SITE))
    del at(raw, place)["known"]
    with pytest.raises(ValidationError) as caught:
        validate_model(Site, raw)
    assert loc_of(caught.value) == [((*place, "known"), "missing")]


@pytest.mark.parametrize(
    "origin",
    ["http://claude.ai", "https://claude.ai/", "https://claude.ai/x", "claude.ai", "https://"],
)
def test_an_origin_is_https_without_a_path(origin: str) -> None:
    raw = tomllib.loads(SITE) | {"origin": origin}
    with pytest.raises(ValidationError) as caught:
        validate_model(Site, raw)
    assert loc_of(caught.value) == [(("origin",), "string_pattern_mismatch")]


@pytest.mark.parametrize("reason", ["timeout", "locked", "nonsense"])
def test_an_obstacle_has_one_of_four_reasons(folder: Path, reason: str) -> None:
    path = folder / "site.toml"
    edit(path, '"signed_out"', f'"{reason}"')
    assert list_problems(path) == [
        f"{path}: obstacles[1].reason: Input should be 'challenge', 'signed_out', 'choice_pending'"  # noqa: ISC004
        " or 'not_loaded'"
    ]


@pytest.mark.parametrize("method", ["GET", "DELETE", "patch"])
def test_a_write_has_a_method_that_writes(folder: Path, method: str) -> None:
    path = folder / "site.toml"
    edit(path, '"PATCH"', f'"{method}"')
    assert list_problems(path) == [
        f"{path}: writes[1].method: Input should be 'PATCH', 'PUT' or 'POST'"
    ]


def test_a_mistake_in_the_only_alternative_is_told_once(folder: Path) -> None:
    path = folder / "web.toml"
    edit(
        path,
        '{ test_id = "b", known = "OFF 2026-11" }, { test_id = "c", known',
        '{ test_id = "b", nown',
    )
    assert list_problems(path) == [
        f"{path}: steps[2].click[1].known: is missing",
        f"{path}: steps[2].click[1].nown: unknown key",
    ]


def test_every_problem_of_both_files_is_listed(folder: Path) -> None:
    path, site = folder / "web.toml", folder / "site.toml"
    edit(path, 'start = "/new"', "sleep = 5")
    edit(path, 'title = "A flow"', 'title = ""')
    edit(site, "[guard]", "[guard]\nscript = 'x'")
    problems = [
        f"{path}: title: should have at least 1 character",
        f"{path}: start: is missing",
        f"{path}: sleep: unknown key",
        f"{site}: guard.script: unknown key",
    ]
    assert list_problems(path) == problems
    error = refused(path)
    assert error.problems == tuple(problems)
    assert str(error) == "4 problems:\n" + "\n".join(problems)


def test_broken_toml_is_refused_with_its_line(folder: Path) -> None:
    path = folder / "web.toml"
    edit(path, 'title = "A flow"', "title = ")
    problem = f"{path}: not valid TOML: Invalid value (at line 1, column 9)"
    assert refused(path).problems == (problem,)
    assert list_problems(path) == [problem]


def test_a_site_that_is_broken_toml_is_told_by_its_own_name(folder: Path) -> None:
    (folder / "site.toml").write_text("[", encoding="utf-8")
    (problem,) = refused(folder / "web.toml").problems
    assert problem.startswith(f"{folder / 'site.toml'}: not valid TOML: ")


def test_what_is_no_utf_8_is_refused(folder: Path) -> None:
    path = folder / "web.toml"
    path.write_bytes(b"title = '\xff'")
    assert list_problems(path) == [f"{path}: not UTF-8 text"]


def test_checking_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    assert list_problems(path) == [f"{path}: cannot be read: No such file or directory"]


def test_an_empty_file_lacks_everything_it_must_say(folder: Path) -> None:
    path = folder / "web.toml"
    path.write_text("", encoding="utf-8")
    assert list_problems(path) == [
        f"{path}: {key}: is missing"
        for key in ("title", "site", "documented_at", "reviewed", "start", "steps", "find")
    ]


def test_a_flow_without_steps_is_refused(folder: Path) -> None:
    path = folder / "web.toml"
    text = re.sub(r"\[\[steps]].*?\n\n(?=\[find)", "steps = []\n\n", FLOW, flags=re.DOTALL)
    path.write_text(text, encoding="utf-8")
    assert list_problems(path) == [
        f"{path}: steps: Tuple should have at least 1 item after validation, not 0"
    ]


# ---------------------------------------------------------------- small things


def test_a_flow_cannot_be_changed_afterwards() -> None:
    with pytest.raises(FrozenInstanceError):
        load_flow("claude/web").title = "Other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (Target(test_id="a"), "test id a"),
        (Target(role="tab"), "tab"),
        (Target(role="tab", name="@privacy"), "tab (privacy, in any known language)"),
        (Target(text="Hello"), "text Hello"),
        (Target(css="li", within=Target(role="list")), "css li in list"),
        (Alternative(test_id="a", known="OFF 2026-11"), "test id a"),
    ],
)
def test_a_target_says_itself_in_words(target: Target, said: str) -> None:
    assert str(target) == said


def test_a_sign_may_name_a_header_with_its_value() -> None:
    sign = Sign(header="cf-mitigated", value="challenge", known="OBS 2026-09")
    assert (sign.header, sign.value) == ("cf-mitigated", "challenge")


# ---------------------------------------------------------------- flows of strangers


@pytest.mark.parametrize(
    "start",
    ["*", "//evil.test", "/@evil.test", "@evil.test", "https://evil.test", "/a//b", "/\\\\evil.test",
     "/a b", "/\\u0000", "/\\n", "/\\u202e"],
)  # fmt: skip
@pytest.mark.parametrize("key", ["start", "shortcut"])
def test_where_a_flow_begins_is_a_path(folder: Path, key: str, start: str) -> None:
    edit(folder / "web.toml", 'start = "/new"\n', "" if key == "start" else 'start = "/new"\n')
    edit(folder / "web.toml", "[[steps]]", f'{key} = "{start}"\n[[steps]]')
    assert refused(folder / "web.toml").problems == (f"{folder / 'web.toml'}: {key}: {PATH}",)


@pytest.mark.parametrize("start", ["/logout", "/api/account/delete", "/sign-out?now"])
def test_a_flow_does_not_begin_where_opening_alone_does_something(folder: Path, start: str) -> None:
    edit(folder / "web.toml", 'start = "/new"', f'start = "{start}"')
    (problem,) = refused(folder / "web.toml").problems
    assert "start: cannot name what accepts" in problem


@pytest.mark.parametrize("said", ["Go to https://evil.test", "a\\nb", "\\u001b[2J", "x" * 301])
@pytest.mark.parametrize("file", ["web", "site"])
def test_what_a_flow_says_is_one_plain_line(folder: Path, file: str, said: str) -> None:
    edit(folder / f"{file}.toml", 'title = "', f'title = "{said}')
    (problem,) = refused(folder / "web.toml").problems
    assert problem.startswith(f"{folder / file}.toml: title: should ")


@pytest.mark.parametrize("name", ["../site.toml", "/etc/passwd", "a/../site.toml", "C:/site.toml"])
def test_a_site_lies_beside_its_flow(folder: Path, name: str) -> None:
    edit(folder / "web.toml", 'site = "site.toml"', f'site = "{name}"')
    (problem,) = refused(folder / "web.toml").problems
    assert problem.endswith(
        ": site: should be a .toml file beside the flow, or below it, or a shipped one"
    )


def test_a_window_is_bounded(folder: Path) -> None:
    edit(folder / "web.toml", 'start = "/new"', 'start = "/new"\nviewport = [5000, 900]')
    (problem,) = refused(folder / "web.toml").problems
    assert problem.endswith("viewport[1]: Input should be less than or equal to 4000")


@pytest.mark.parametrize("address", ["*", "https://*", "https://evil.test/*", "*/api/*"])
def test_only_what_a_bot_check_needs_is_let_through(folder: Path, address: str) -> None:
    edit(folder / "site.toml", "[guard]", f'[guard]\nlet_through = ["{address}"]')
    (problem,) = refused(folder / "web.toml").problems
    assert "guard.let_through[1]: only what a bot check needs passes" in problem


def test_only_what_came_with_the_tool_is_shipped(folder: Path) -> None:
    assert all(load_flow(name).is_shipped for name in ("claude/web", "claude/mobile"))
    assert not load_flow(str(folder / "web.toml")).is_shipped
    shutil.copy(SHIPPED / "claude/web.toml", folder / "copy.toml")
    shutil.copy(SHIPPED / "claude/site.toml", folder / "site.toml")
    assert not load_flow(str(folder / "copy.toml")).is_shipped


@pytest.mark.parametrize("old", ['title = "Sign in"', 'path = "/login"'])
def test_a_glob_is_bounded(folder: Path, old: str) -> None:
    edit(folder / "site.toml", old, old.replace('= "', '= "*a*a*a*a*'))
    (problem,) = refused(folder / "web.toml").problems
    assert problem.endswith("should have at most 4 * and 300 characters")


# accept, agree, continue, delete, pay, confirm; each as buttons say it
BINDING = {
    "en": "Accept|I agree|Continue|Delete all chats|Pay now|Confirm|Log out|Sign out",
    "sign out": "Abmelden|Se déconnecter|Cerrar sesión|Sair|Esci|Keluar|ログアウト|로그아웃|लॉग आउट",
    "de": "Akzeptieren|Annehmen|Zustimmen|Ich stimme zu|Weiter|Löschen|Bezahlen|Bestätigen",
    "fr": "Accepter|J'accepte|D'accord|Continuer|Poursuivre|Supprimer|Effacer|Payer|Confirmer",
    "es": "Aceptar|Acepto|Estoy de acuerdo|Continuar|Seguir|Eliminar|Borrar|Pagar|Confirmar",
    "pt": "Aceitar|Concordo|Continuar|Prosseguir|Excluir|Apagar|Pagar|Confirmar",
    "it": "Accetta|Acconsento|Continua|Prosegui|Elimina|Cancella|Paga|Conferma",
    "id": "Terima|Setuju|Menyetujui|Lanjutkan|Hapus|Menghapus|Bayar|Konfirmasi",
    "ja": "同意する|承諾|承認する|受け入れる|続ける|続行|次へ進む|削除|消去|支払う|購入|確認",
    "ko": "동의합니다|수락|허용|계속|삭제|결제|지불|확인",
    "hi": "स्वीकार करें|सहमत हूँ|जारी रखें|हटाएं|मिटाएँ|भुगतान करें|पुष्टि करें",
}


@pytest.mark.parametrize("name", [name for each in BINDING.values() for name in each.split("|")])
@pytest.mark.parametrize("way", ["text", "css", "test_id"])
def test_a_step_cannot_name_a_binding_button(folder: Path, way: str, name: str) -> None:
    edit(folder / "web.toml", 'test_id = "b"', f'{way} = "{name}"')
    (problem,) = refused(folder / "web.toml").problems
    assert "steps[2].click[1]: a step cannot name a button that accepts" in problem


def test_a_step_cannot_name_one_by_words_of_its_site(folder: Path) -> None:
    edit(folder / "site.toml", '["Settings"]', '["Settings", "Accept"]')
    step, banner = refused(folder / "web.toml").problems
    assert "steps[1].click[1]: a step cannot name a button" in step
    assert "banners[1].reject[1]: a banner cannot be answered" in banner


def test_a_binding_step_is_told_beside_every_other_problem(folder: Path) -> None:
    edit(folder / "web.toml", 'test_id = "b"', 'text = "Accept"')
    edit(folder / "web.toml", "@settings", "@setings")
    problems = refused(folder / "web.toml").problems
    assert [problem.partition(": ")[2][:16] for problem in problems] == [
        "steps[1].click[1",
        "steps[2].click[1",
    ]


BANNER = 'reject = [{ role = "button", name = "@settings"'


@pytest.mark.parametrize("named", ['text = "Accept all"', 'css = "#agree"', 'test_id = "pay-now"'])
def test_a_banner_cannot_be_answered_with_a_binding_button(folder: Path, named: str) -> None:
    edit(folder / "site.toml", BANNER, f"reject = [{{ {named}")
    problem = (
        f"{folder / 'site.toml'}: banners[1].reject[1]: a banner cannot be answered with a button"
        " that accepts, agrees, continues, deletes, pays or signs out"
    )
    assert refused(folder / "web.toml").problems == (problem,)
    assert list_problems(folder / "site.toml") == [problem]


@pytest.mark.parametrize("name", ["Continue without accepting", "Weiter ohne Zustimmung"])
def test_a_banner_may_be_answered_with_what_the_tool_knows_to_refuse(
    folder: Path, name: str
) -> None:
    edit(folder / "site.toml", BANNER, f'reject = [{{ text = "{name}"')
    assert load_flow(str(folder / "web.toml"))


def test_a_copy_of_the_shipped_site_may_answer_its_banners(folder: Path) -> None:
    shutil.copy(SHIPPED / "claude/web.toml", folder / "copy.toml")
    shutil.copy(SHIPPED / "claude/site.toml", folder / "site.toml")
    assert load_flow(str(folder / "copy.toml")).about.banners


@pytest.mark.parametrize("levels", [21, 100, 1_000, 10_000])
def test_what_is_nested_deep_is_refused(folder: Path, levels: int) -> None:
    deep = '{ css = "a", within = ' * levels + '{ css = "b" }' + " }" * levels
    edit(folder / "web.toml", 'test_id = "b"', f'test_id = "b", within = {deep}')
    (problem,) = refused(folder / "web.toml").problems
    assert problem.endswith(("nested too deep", "too deep, or a number out of range"))
    assert list_problems(folder / "web.toml") == [problem]


def test_a_shallow_place_is_not_refused(folder: Path) -> None:
    inside = 'within = { css = "a", within = { css = "b" } }'
    edit(folder / "web.toml", 'test_id = "b"', f'test_id = "b", {inside}')
    assert load_flow(str(folder / "web.toml"))


# ---------------------------------------------------------------- folders


def test_every_file_of_a_folder_is_checked(folder: Path) -> None:
    inside = folder / "more" / "other"
    inside.mkdir(parents=True)
    (inside / "bad.toml").write_text("x = ")
    (folder / "notes.txt").write_text("no flow")
    assert list_files(folder) == [
        folder / "site.toml",
        folder / "web.toml",
        inside / "bad.toml",
    ]
    assert list_files(folder / "web.toml") == [folder / "web.toml"]


def test_a_folder_of_no_flows_is_no_valid_one(tmp_path: Path) -> None:
    with pytest.raises(FlowError, match=r"there is no \.toml file in this folder"):
        list_files(tmp_path)


def test_a_folder_of_very_many_files_is_refused(tmp_path: Path) -> None:
    for number in range(201):
        (tmp_path / f"{number}.toml").touch()
    with pytest.raises(FlowError, match=r"more than 200 \.toml files"):
        list_files(tmp_path)


def test_a_link_to_another_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / "loop").symlink_to(tmp_path)
    assert list_files(folder) == [folder / "site.toml", folder / "web.toml"]


def test_a_large_file_is_refused(folder: Path) -> None:
    edit(folder / "site.toml", "[guard]", f"# {'x' * 256 * 1024}\n[guard]")
    assert refused(folder / "web.toml").problems == (
        f"{folder / 'site.toml'}: is larger than 256 kB",
    )


def test_thousands_of_steps_are_refused(folder: Path) -> None:
    step = '[[steps]]\nsay = "x"\nclick = [{ css = "a", known = "OFF 2026-11" }]\n'
    edit(folder / "web.toml", "[find]", step * 2_000 + "[find]")
    (problem,) = refused(folder / "web.toml").problems
    assert "steps: Tuple should have at most 20 items" in problem


@pytest.mark.parametrize("name", ["web.toml", "site.toml"])
def test_a_link_out_of_its_folder_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (folder / name).rename(elsewhere / name)
    (elsewhere / name).rename(tmp_path / "elsewhere" / "kept.toml")
    (folder / name).symlink_to(elsewhere.parent.parent / "outside.toml")
    (elsewhere.parent.parent / "outside.toml").write_bytes((elsewhere / "kept.toml").read_bytes())
    assert refused(folder / "web.toml").problems == (
        f"{folder / name}: is a link to a file outside its folder",
    )


def test_a_pipe_is_not_read(folder: Path) -> None:
    (folder / "web.toml").unlink()
    os.mkfifo(folder / "web.toml")
    assert list_problems(folder / "web.toml") == [f"{folder / 'web.toml'}: is a pipe or a device"]


@pytest.mark.parametrize("name", ["accept", "not_now", "continue", "close"])
def test_the_buttons_of_a_notice_have_their_words_in_every_language(name: str) -> None:
    words = load_flow("claude/web").about.words
    assert list(words[name].texts) == list(words["setting"].texts)


def test_only_what_asks_for_the_choice_has_buttons_that_store_it() -> None:
    obstacle = {
        "reason": "not_loaded",
        "say": "Broken",
        "signs": ({"path": "/broken", "known": "INF 2026-11"},),
        "choice": ({"name": "Accept", "known": "INF 2026-11"},),
    }
    with pytest.raises(ValueError, match="choice goes with the reason choice_pending"):
        validate_model(Obstacle, obstacle)
