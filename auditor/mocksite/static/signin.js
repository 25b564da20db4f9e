// The sign-in screen (OBS). No password exists; nothing leaves the page.
import { h, mark } from "./dom.js";

function codeStep(email) {
  return h(
    "form",
    { class: "signin-form", onsubmit: (event) => event.preventDefault() },
    h("p", { class: "alone-text" }, `A mock sends no mail, so no code will reach ${email}.`),
    h("input", { class: "field", "data-testid": "code", autocomplete: "one-time-code", inputmode: "numeric", placeholder: "Enter verification code", "aria-label": "Verification code" }),
    h("button", { class: "button primary wide", "data-testid": "continue" }, "Verify email address"),
  );
}

function addressStep(next) {
  const email = h("input", { class: "field", type: "email", "data-testid": "email", autocomplete: "email", required: true, placeholder: "Enter your email", "aria-label": "Email" });
  return h(
    "form",
    { class: "signin-form", onsubmit: (event) => { event.preventDefault(); next(email.value); } },
    h("button", { type: "button", class: "button wide", "data-testid": "login-with-google" }, "Continue with Google"),
    h("button", { type: "button", class: "button wide", "data-testid": "login-with-apple" }, "Continue with Apple"),
    h("div", { class: "or" }, "or"),
    email,
    h("button", { class: "button primary wide", "data-testid": "continue" }, "Continue with email"),
  );
}

export function drawSignIn() {
  const screen = h("main", { class: "alone narrow" }, mark(), h("h1", {}, "Sign in"));
  const form = addressStep((email) => form.replaceWith(codeStep(email)));
  screen.append(form);
  document.getElementById("app").replaceChildren(screen);
}
