// Documents of configuration: written, checked, saved, compared with what was before.

import { append, button, element, fill, note } from "./elements.js";
import { call, path } from "./server.js";
import { ask, tell } from "./dialog.js";
import { editor } from "./editor.js";
import { difference } from "./difference.js";
import { find, parse, position, tidied } from "./jsontext.js";

export const title = "Configuration";

const documents = {
  policies: "Frequency caps, quiet hours, holdout: what may be said to a driver, and when.",
  "available-chats": "Which chats a driver has, in the order of display.",
  "chat-tags": "Which chat shows a message, by its tag.",
  "chat-meta": "Titles, icons and kinds of chats.",
  scenarios: "Conversations: questions, answers, and what follows.",
  senders: "Outside services: addresses, time-outs, retries, circuits.",
};

/** Versions that are offered; older ones can be read by the call itself. */
const VERSIONS = 30;

// Texts that were changed and not saved, by document, for as long as the page is open.
const drafts = new Map();

export async function open(main, [name = "policies"], signal) {
  const body = element("div");
  const tabs = element("div.tabs", { role: "tablist" }, Object.keys(documents).map((each) => button(each, () => { location.hash = `#/configuration/${each}`; },
    { role: "tab", "aria-selected": String(each === name) })));
  append(main, element("header", {}, element("h1", {}, title), element("p.about", {}, documents[name] ?? "")), tabs, body);
  let saved;
  try {
    saved = await fetchDocument(name, undefined, signal);
  } catch (error) {
    if (error.status !== 404) throw error;
    return fill(body, note("This server has no such document.", "warn"));
  }
  await new Bench(name, body, saved, signal).show();
}

async function fetchDocument(name, version, signal) {
  const answer = await call("GET", path("v1", "config", name), { query: { version }, signal });
  // What was written in one line is laid out; what has lines of its own is left as it is.
  const text = answer.text.trim().includes("\n") ? answer.text : tidied(answer.text);
  return { version: Number(answer.etag.replaceAll('"', "")), text };
}

/** One document on the bench: the text, what is wrong with it, and its versions. */
class Bench {
  constructor(name, body, saved, signal) {
    this.name = name;
    this.body = body;
    this.saved = saved;
    this.signal = signal;
    this.said = element("div", { "aria-live": "polite" });
    this.state = element("span.quiet");
    this.save = button("Save", () => this.put(), { kind: "main" });
    this.undo = button("Undo changes", () => this.revert());
    this.tidy = button("Tidy", () => { this.editor.text = tidied(this.editor.text); });
    this.editor = editor(`The document ${name}`, () => this.changed(), () => this.put());
    this.work = element("div");
    this.versions = element("div.versions");
  }

  async show() {
    fill(this.body, element("div.bench", {},
      element("section.card.flush", {}, element("header", {}, this.state, element("div.row", {}, this.tidy, this.undo, this.save)),
        this.work, element("div.more", {}, this.said)),
      element("section.card", {}, element("header", {}, element("h2", {}, "Versions")), this.versions)));
    fill(this.work, this.editor.node);
    this.editor.text = drafts.get(this.name) ?? this.saved.text;
    this.listVersions();
  }

  get isChanged() { return this.editor.text !== this.saved.text; }

  changed() {
    const text = this.editor.text, fault = parse(text);
    if (this.isChanged) drafts.set(this.name, text);
    else drafts.delete(this.name);
    this.undo.disabled = !this.isChanged;
    this.save.disabled = !this.isChanged || fault.fault !== undefined;
    const version = this.saved.version === 0 ? "Never written: this is what holds without a document" : `Version ${this.saved.version}`;
    this.state.textContent = this.isChanged ? `${version}, changed here` : `${version}, in effect`;
    if (fault.fault === undefined) {
      this.editor.mark(undefined);
      return fill(this.said, element("span.quiet", {}, this.isChanged ? "This is JSON. Saving has the server check the rest." : "Nothing is changed."));
    }
    this.editor.mark(fault);
    const { line, column } = position(text, fault.start);
    fill(this.said, element("span.bad", {}, `Line ${line}, column ${column}: ${fault.fault}`));
  }

  async put() {
    if (this.save.disabled) return;
    const text = this.editor.text, replaced = this.saved.version;
    this.save.disabled = true;
    try {
      const headers = replaced === 0 ? { "If-None-Match": "*" } : { "If-Match": `"${replaced}"` };
      const answer = await call("PUT", path("v1", "config", this.name), { text, headers });
      this.saved = { version: answer.body.version, text };
      drafts.delete(this.name);
      this.changed();
      this.listVersions();
      tell(`Saved as version ${this.saved.version}; it is in effect.`);
    } catch (error) {
      this.save.disabled = false;
      if (error.status === 412) return this.conflict();
      if (error.pointer !== undefined) return this.point(error);
      fill(this.said, note(error.message, "bad"));
    }
  }

  /** The server's fault, at its place in the text. */
  point(error) {
    const text = this.editor.text, part = find(text, error.pointer);
    this.editor.mark(part, true);
    const { line } = part ? position(text, part.start) : { line: "?" };
    fill(this.said, note(`Not saved; the old document stays in effect. Line ${line}: ${error.message}`, "bad"));
  }

  async conflict() {
    const newer = await fetchDocument(this.name, undefined, this.signal);
    fill(this.said, note(`Not saved: somebody saved version ${newer.version} meanwhile. Your text is still here.`, "bad"), element("div.row", {},
      button("Show the difference", () => this.compare(newer, "Theirs and yours")),
      button("Replace theirs with mine", () => { this.saved = newer; this.put(); }, { kind: "danger" }),
      button("Take theirs", () => { this.saved = newer; this.editor.text = newer.text; this.listVersions(); })));
  }

  async revert() {
    if (!await ask("Undo your changes?", "The text goes back to the version in effect.", "Undo")) return;
    this.editor.text = this.saved.text;
  }

  listVersions() {
    const last = this.saved.version, first = Math.max(1, last - VERSIONS + 1);
    if (last === 0) return fill(this.versions, element("p.quiet", {}, "None yet."));
    const numbers = Array.from({ length: last - first + 1 }, (_, index) => last - index);
    fill(this.versions, numbers.map((number) => button(number === last ? `${number}, in effect` : String(number), async (event) => {
      for (const other of this.versions.children) other.setAttribute("aria-pressed", String(other === event.currentTarget));
      const pressed = event.currentTarget;
      try {
        this.compare(await fetchDocument(this.name, number, this.signal), `From version ${number} to the text here`);
      } catch (error) {
        pressed.setAttribute("aria-pressed", "false");
        tell(error.message, "bad");
      }
    }, { "aria-pressed": "false" })));
  }

  /** Shows what differs in the editor's place, until it is closed. */
  compare(other, heading) {
    const back = () => {
      fill(this.work, this.editor.node);
      for (const each of this.versions.children) each.setAttribute("aria-pressed", "false");
    };
    // Both are laid out alike, so that what differs is what they say.
    const [theirs, mine] = [tidied(other.text), tidied(this.editor.text)];
    const shown = theirs === mine ? element("p.empty", {}, "They say the same.") : difference(theirs, mine);
    fill(this.work, element("div.row.spread.more", {}, element("h3", {}, heading), element("div.row", {},
      button("Put this version into the editor", () => { back(); this.editor.text = other.text; }, { kind: "small" }),
      button("Back to the text", back, { kind: "small main" }))), shown);
  }
}
