// Whether the page may run scripts. CSS knows it, whoever switched them off: a policy, the browser's
// settings, the site.
() => {
  const areScriptsOff = () => matchMedia("(scripting: none)").matches;

  return { areScriptsOff };
}
