"""Scripts for the page: small files of JavaScript, joined when they are first needed.

Each file is one function. It takes by name what it uses of the files before it, and gives an object
of functions; nothing is left behind on the page. `asked` is what Python passes along.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def read_script(path: str) -> str:
    """Return one file of JavaScript, named from `auditor/browser`, without blanks around it."""
    return files("auditor.browser").joinpath(*path.split("/")).read_text(encoding="utf-8").strip()


@cache
def join_scripts(paths: tuple[str, ...], run: str) -> str:
    """Return one function that is given an element or several, and `asked`, and calls `run`.

    `run` is the name of a function that one of the files gives.
    """
    parts = "\n".join(f"give(\n{read_script(path)}\n);" for path in paths)
    return f"(target, asked) => {{\n{_GIVE}\n{parts}\nreturn given.{run}(target);\n}}"


# What it throws tells at the first run what a linter of single files cannot see: a name used that
# no file before gives, or one given twice. Without a prototype, because the scripts run in the
# page's own world, where a library may have put any name on `Object.prototype`.
_GIVE = """\
const given = { __proto__: null, asked };
const names = new Proxy(given, {
  get: (all, name) => {
    if (!(name in all)) throw new Error(`no script before gives ${String(name)}`);
    return all[name];
  },
});
const give = (part) => {
  for (const [name, value] of Object.entries(part(names))) {
    if (name in given) throw new Error(`two scripts give ${name}`);
    given[name] = value;
  }
};"""
