// Questions before what cannot be undone, short news in a corner, and the list of keys.

import { button, element, note } from "./elements.js";

/** Asks; answers whether it is to be done. */
export function ask(title, text, doIt, isDanger = true) {
  return new Promise((resolve) => {
    const close = (answer) => () => { dialog.close(); resolve(answer); };
    const dialog = element("dialog", { "aria-label": title, on: { cancel: () => resolve(false), close: () => dialog.remove() } },
      element("form", { method: "dialog" }, element("h2", {}, title), element("p", {}, text),
        element("div.row", {}, button("Cancel", close(false)), button(doIt, close(true), { kind: isDanger ? "danger" : "main" }))));
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("button").focus();
  });
}

const toasts = element("div.toasts", { "aria-live": "polite" });

/** Says something for a few seconds. */
export function tell(text, kind = "good") {
  if (!toasts.isConnected) document.body.append(toasts);
  const toast = note(text, kind);
  toasts.append(toast);
  setTimeout(() => toast.remove(), kind === "bad" ? 9000 : 4000);
}

/** Does something, and says what went wrong. */
export async function attempt(act, done) {
  try {
    const result = await act();
    if (done) tell(done);
    return result;
  } catch (error) {
    if (error.name !== "AbortError") tell(error.message, "bad");
    return undefined;
  }
}

/** The keys that the page knows. */
export function showKeys(keys) {
  const dialog = element("dialog", { "aria-label": "Keys", on: { close: () => dialog.remove() } },
    element("form", { method: "dialog" }, element("h2", {}, "Keys"),
      element("dl.facts", {}, keys.flatMap(([key, does]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, does)])),
      element("div.row", {}, button("Close", () => dialog.close(), { kind: "main" }))));
  document.body.append(dialog);
  dialog.showModal();
}
