// Who is connected now, and closing one of them.

import { append, button, element, fill, pages, table } from "./elements.js";
import { call, path, read } from "./server.js";
import { ask, attempt } from "./dialog.js";
import { ago, bytes, exact, moment } from "./words.js";

export const title = "Sessions";

export function open(main, _, signal) {
  const subject = element("input.search", { type: "search", placeholder: "Whose, as user:7 or driver:42; empty for all", "aria-label": "Whose" });
  const found = element("section.card.flush");
  const list = () => fill(found, pages(
    async (after) => {
      const page = await read("/v1/sessions", { subject: subject.value.trim(), after, limit: 100 }, signal);
      return { rows: page.sessions, next: page.next };
    },
    (rows) => table([
      { name: "Whose", of: (row) => row.subject ? element("a", { href: `#${path("mailboxes", row.subject)}` }, row.subject) : element("span.quiet", {}, "not signed in yet") },
      { name: "Since", kind: "when", of: (row) => element("span", { title: moment(row.since) }, ago(row.since)) },
      { name: "From", of: (row) => element("span.mono", {}, row.from ?? "") },
      { name: "Speaks", of: (row) => `${row.encoding}${row.deflated ? ", compressed" : ""}` },
      { name: "Follows", kind: "number", of: (row) => exact(row.subscriptions) },
      { name: "Waiting", kind: "number", of: (row) => row.lagging ? [element("span.tag.warn", {}, "behind"), ` ${bytes(row.outboxBytes)}`] : bytes(row.outboxBytes) },
      { name: "", kind: "acts", of: (row) => button("Close", (event) => close(row, event.target.closest("tr")), { kind: "small danger" }) },
    ], rows),
    "Nobody is connected."));
  subject.addEventListener("search", list);
  subject.addEventListener("keydown", (event) => { if (event.key === "Enter") list(); });
  append(main, element("header", {}, element("h1", {}, title), element("div.row", {}, button("Look again", list))),
    element("div.stack", {}, element("div.row", {}, subject), found));
  list();
}

async function close(session, row) {
  const text = `The connection of ${session.subject ?? "somebody who has not signed in"} from ${session.from ?? "an unknown address"} ends with the code 3503. Client libraries do not come back after it by themselves.`;
  if (!await ask("Close this session?", text, "Close it")) return;
  if (await attempt(() => call("DELETE", path("v1", "sessions", session.id)), "The session is closed.")) row.remove();
}
