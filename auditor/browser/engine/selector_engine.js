// A selector engine of Playwright's. It runs in a world of its own beside the page's: it sees the
// same elements, and nothing of what the page's scripts have defined or redefined.
//
// A selector names a function, the files that give it, and what it is asked. It finds what the
// function returns, or an element that is in no document and holds the answer as JSON.
(() => {
  const FILES = { __proto__: null }; // filled in by isolated_world.py
  const memory = new Map(); // lasts as long as the document

  // What it throws tells at the first call what a linter of single files cannot see: a name used
  // that no file before gives, or one given twice.
  const join = (files, asked) => {
    const given = { __proto__: null, asked, memory };
    const names = new Proxy(given, {
      get: (all, name) => {
        if (!(name in all)) throw new Error(`no script before gives ${String(name)}`);
        return all[name];
      },
    });
    for (const file of files) {
      for (const [name, value] of Object.entries(FILES[file](names))) {
        if (name in given) throw new Error(`two scripts give ${name}`);
        given[name] = value;
      }
    }
    return given;
  };

  // Playwright reads an element's text by way of what it stands in. Half of a pair of characters
  // is none that Python could write out again.
  const tell = (answer) => {
    const wellFormed = (_, value) => (typeof value === "string" ? value.toWellFormed() : value);
    const told = document.createElement("pre");
    told.textContent = JSON.stringify(answer ?? null, wellFormed);
    document.createElement("div").append(told);
    return [told];
  };

  const find = (root, answer) => {
    if (Array.isArray(answer)) return answer;
    if (answer === true) return [root];
    return answer ? [answer] : [];
  };

  return {
    queryAll: (root, selector) => {
      const { run, files, asked, finds } = JSON.parse(selector);
      const answer = join(files, asked)[run](root);
      return finds ? find(root, answer) : tell(answer);
    },
  };
})()
