// The sign-in screen (OBS). No password exists. Where the mock has accounts, its one code is said on the page.
import { sendLink, verifyCode } from "mock/api";
import { h, mark, options } from "mock/dom";

const complaint = () => h("p", { class: "signin-error", role: "alert", hidden: true });

// Runs one step; what the server says against it is shown, and the person may try again.
function submit(alert, step) {
  return async (event) => {
    event.preventDefault();
    const button = event.target.querySelector("[data-testid=continue]");
    alert.hidden = true;
    button.disabled = true;
    await step().catch((error) => { alert.textContent = error.message; alert.hidden = false; });
    button.disabled = false;
  };
}

// From the sign-in page to the app; from a screen drawn in place to what was asked for.
function enter() {
  if (location.pathname.endsWith("/login")) location.replace(`${options.prefix}/new`);
  else location.reload();
}

function codeStep(email) {
  const alert = complaint();
  const code = h("input", { class: "field", "data-testid": "code", autocomplete: "one-time-code", inputmode: "numeric", required: true, placeholder: "Enter verification code", "aria-label": "Verification code" });
  const said = options.code ? `A mock sends no mail. The code for ${email} is ${options.code}.` : `A mock sends no mail, so no code will reach ${email}.`;
  const verify = async () => { if (options.code) { await verifyCode(email, code.value); enter(); } };
  const form = h(
    "form",
    { class: "signin-form", onsubmit: submit(alert, verify) },
    h("p", { class: "alone-text" }, said),
    code,
    alert,
    h("button", { class: "button primary wide", "data-testid": "continue" }, "Verify email address"),
  );
  return { form, first: code };
}

function addressStep(next) {
  const alert = complaint();
  const email = h("input", { class: "field", type: "email", "data-testid": "email", autocomplete: "email", required: true, placeholder: "Enter your email", "aria-label": "Email" });
  const ask = async () => { if (options.code) await sendLink(email.value); next(email.value); };
  const elsewhere = () => { alert.textContent = "This mock knows sign-in by email only."; alert.hidden = false; };
  return h(
    "form",
    { class: "signin-form", onsubmit: submit(alert, ask) },
    h("button", { type: "button", class: "button wide", "data-testid": "login-with-google", onclick: elsewhere }, "Continue with Google"),
    h("button", { type: "button", class: "button wide", "data-testid": "login-with-apple", onclick: elsewhere }, "Continue with Apple"),
    h("div", { class: "or" }, "or"),
    email,
    alert,
    h("button", { class: "button primary wide", "data-testid": "continue" }, "Continue with email"),
  );
}

export function drawSignIn() {
  const screen = h("main", { class: "alone narrow" }, mark(), h("h1", {}, "Sign in"));
  const address = addressStep((email) => {
    const { form, first } = codeStep(email);
    address.replaceWith(form);
    first.focus();
  });
  screen.append(address);
  document.getElementById("app").replaceChildren(screen);
}
