// The door: asks for a key, tries it, and says plainly when it is wrong.

import { element, field, fill, note } from "./elements.js";
import { call, keepKey } from "./server.js";

const said = {
  0: "The server cannot be reached.",
  401: "This key is not right: the server does not know it.",
  403: "This key is right, but may not look at the server: it needs the scope operator.",
  503: "The server is starting. Try again in a moment.",
};

export function signIn(brand, why, whenIn) {
  const key = element("input", { id: "key", type: "password", autocomplete: "off", spellcheck: "false", required: true });
  const enter = element("button.main", { type: "submit" }, "Sign in");
  const told = element("div", {}, why && note(why, "warn"));
  const form = element("form", { on: { submit: async (event) => {
    event.preventDefault();
    enter.disabled = true;
    const given = key.value.trim();
    try {
      if (!/^[\x21-\x7e]+$/.test(given)) throw { status: 401 };
      await call("GET", "/v1/overview", { key: given });
      keepKey(given);
      return whenIn();
    } catch (error) {
      fill(told, note(said[error.status] ?? error.message, "bad"));
      key.select();
    } finally {
      enter.disabled = false;
    }
  } } }, brand, element("p.quiet", {}, "The operator's key opens this page. It is kept in this tab only, until you sign out or close it."),
    field("Operator’s key", key), told, enter);
  document.title = "Switchboard";
  document.body.replaceChildren(element("div.door", {}, form));
  key.focus();
}
