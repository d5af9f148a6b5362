// Which mailboxes there are, what was said in one, and who belongs to it.

import { append, card, element, facts, fill, note, pages, table } from "./elements.js";
import { path, read } from "./server.js";
import { ago, bytes, count, exact, moment } from "./words.js";

export const title = "Mailboxes";

const kinds = ["user", "driver", "device", "direct", "group", "channel"];

export function open(main, [address], signal) {
  return address === undefined ? list(main, signal) : one(main, address, signal);
}

const link = (address) => element("a", { href: `#${path("mailboxes", address)}` }, address);

function list(main, signal) {
  const kind = element("select", { "aria-label": "Kind" }, element("option", { value: "" }, "All kinds"), kinds.map((name) => element("option", { value: name }, name)));
  const text = element("input.search", { type: "search", placeholder: "Address, or the beginning of one: driver:42", "aria-label": "Search" });
  const found = element("section.card.flush");
  let waits;
  const search = () => {
    clearTimeout(waits);
    const [, named, id] = text.value.trim().match(/^(?:([a-z]+):)?(.*)$/);
    const query = { kind: named ?? kind.value, prefix: id, limit: 50 };
    if (named !== undefined && !kinds.includes(named)) return fill(found, element("p.empty", {}, `There is no kind “${named}”. Kinds are ${kinds.join(", ")}.`));
    if (!/^[A-Za-z0-9._~-]*$/.test(id)) return fill(found, element("p.empty", {}, "An address has letters, digits and . _ - ~ only."));
    fill(found, pages(
      async (after) => { const page = await read("/v1/mailboxes", { ...query, after }, signal); return { rows: page.mailboxes, next: page.next }; },
      (rows) => table([
        { name: "Address", of: (row) => [link(row.address), row.title && element("div.quiet", {}, row.title)] },
        { name: "Messages", kind: "number", of: (row) => exact(row.head) },
        { name: "In memory", kind: "number", of: (row) => exact(row.inMemory) },
        { name: "Members", kind: "number", of: (row) => exact(row.members) },
        { name: "Made", kind: "when", of: (row) => moment(row.createdAt) },
      ], rows, (row) => { location.hash = `#${path("mailboxes", row.address)}`; }),
      "No mailbox begins like this."));
  };
  const soon = () => { clearTimeout(waits); waits = setTimeout(search, 200); };
  text.addEventListener("input", soon);
  text.addEventListener("keydown", (event) => { if (event.key === "Enter") search(); });
  kind.addEventListener("change", search);
  append(main, element("header", {}, element("h1", {}, title)), element("div.stack", {}, element("div.row", {}, text, kind), found));
  search();
}

async function one(main, address, signal) {
  const about = element("div"), members = element("section.card.flush"), said = element("section.card.flush");
  append(main, element("header", {}, element("h1.mono", {}, address), element("div.row", {}, element("a", { href: "#/mailboxes" }, "All mailboxes"))),
    element("div.stack", {}, about, said, members));
  let facts_;
  try {
    facts_ = await read(path("v1", "mailboxes", address), { limit: 50 }, signal);
  } catch (error) {
    if (error.status !== 404) throw error;
    return fill(about, note("There is no mailbox with this address.", "warn"));
  }
  fill(about, card(facts_.title ?? "Mailbox", element("span.tag", {}, facts_.public ? "public" : address.split(":")[0]), summary(facts_)));
  fill(said, element("header", {}, element("h2", {}, "Messages, newest first")), pages(
    async (before) => {
      const page = await read("/messages", { mailbox: address, before, limit: 30 }, signal);
      return { rows: page.messages.reverse(), next: page.next };
    },
    (rows) => element("div", {}, rows.map(message)),
    "Nothing was said here yet."));
  fill(members, element("header", {}, element("h2", {}, "Members"), element("span.quiet", {}, exact(facts_.members))), pages(
    async (after) => {
      const page = after === undefined ? facts_ : await read(path("v1", "mailboxes", address), { after, limit: 50 }, signal);
      return { rows: page.membership, next: page.next };
    },
    (rows) => table([
      { name: "Member", of: (row) => [link(row.address), " ", row.admin && element("span.tag", {}, "admin")] },
      { name: "Received to", kind: "number", of: (row) => exact(row.delivered) },
      { name: "Read to", kind: "number", of: (row) => exact(row.read) },
    ], rows),
    "Nobody belongs to it; its own subject reads it."));
}

function summary(mailbox) {
  return facts([
    ["Newest message", mailbox.head === 0 ? "none" : `number ${exact(mailbox.head)}`],
    ["Where they are", [`${count(mailbox.inMemory)} in memory (${bytes(mailbox.bytesInMemory)}), ${count(mailbox.onDisk)} on disk`,
      mailbox.deleted > 0 && `, ${count(mailbox.deleted)} deleted`]],
    mailbox.owner && ["Owner", link(mailbox.owner)],
    ["Made", `${moment(mailbox.createdAt)} (${ago(mailbox.createdAt)})`],
    ["Epoch", element("code", {}, mailbox.epoch)],
    mailbox.address.startsWith("driver:") && ["Policy", element("a", { href: `#${path("decisions", mailbox.address)}` }, "Why this driver was told something, or not")],
  ]);
}

/** A message: its text where it has one, and all of it on request. */
function message(message) {
  const text = message.body?.text;
  const whole = JSON.stringify(message, null, 2);
  return element("article.message", {},
    element("header", {}, element("span.mono", {}, `#${message.seq}`), message.from ? link(message.from) : "the organisation",
      element("time", { datetime: new Date(message.at).toISOString() }, moment(message.at)),
      Object.keys(message.tags ?? {}).map((tag) => element("span.tag", {}, tag))),
    element("div.said", {}, typeof text === "string" ? text : element("code", {}, JSON.stringify(message.body))),
    element("details", {}, element("summary", {}, "All of it"), element("pre", {}, whole)));
}
