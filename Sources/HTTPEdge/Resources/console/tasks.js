// Durable tasks: delayed and retried work; and the circuits to outside services.

import { append, button, card, element, fill, note, pages, table } from "./elements.js";
import { call, every, path, read } from "./server.js";
import { ask, attempt } from "./dialog.js";
import { ago, brief, bytes, exact, moment } from "./words.js";

export const title = "Tasks";

export function open(main, _, signal) {
  const kinds = element("section.card.flush"), found = element("section.card.flush"), circuits = element("div");
  const kind = element("select", { "aria-label": "Kind" }, element("option", { value: "" }, "All kinds"));
  const list = () => {
    fill(found, element("header", {}, element("h2", {}, "Tasks, next first"), kind), pages(
      async (after) => {
        const page = await read("/v1/tasks", { kind: kind.value, after, limit: 50 }, signal);
        if (after === undefined) summary(kinds, page.kinds, kind);
        return { rows: page.tasks, next: page.next };
      },
      (rows) => table([
        { name: "Task", of: (row) => [element("code", {}, row.id), element("div.quiet", {}, row.kind)] },
        { name: "Due", kind: "when", of: (row) => element("span", { title: moment(row.due) }, ago(row.due)) },
        { name: "Tried", kind: "number", of: (row) => exact(row.attempts) },
        { name: "State", of: (row) => state(row) },
        { name: "Content", of: (row) => content(row) },
        { name: "", kind: "acts", of: (row) => element("span.row", {}, button("Run now", () => run(row, list), { kind: "small" }),
          button("Drop", () => drop(row, list), { kind: "small danger" })) },
      ], rows),
      "No task waits."));
  };
  kind.addEventListener("change", list);
  append(main, element("header", {}, element("h1", {}, "Tasks and circuits"), element("div.row", {}, button("Look again", list))),
    element("div.stack", {}, circuits, kinds, found));
  list();
  return every(2000, signal, () => senders(circuits, signal));
}

function summary(place, kinds, kind) {
  const chosen = kind.value;
  fill(kind, element("option", { value: "" }, "All kinds"), kinds.map((one) => element("option", { value: one.kind }, one.kind)));
  kind.value = chosen;
  fill(place, element("header", {}, element("h2", {}, "By kind")), kinds.length === 0 ? element("p.empty", {}, "No task of any kind waits.") : table([
    { name: "Kind", of: (row) => element("code", {}, row.kind) },
    { name: "Waiting", kind: "number", of: (row) => exact(row.waiting) },
    { name: "Due now", kind: "number", of: (row) => exact(row.due) },
    { name: "Worked on", kind: "number", of: (row) => exact(row.leased) },
    { name: "Most attempts", kind: "number", of: (row) => exact(row.attemptsMax) },
    { name: "Next", kind: "when", of: (row) => row.nextDue === undefined ? "" : ago(row.nextDue) },
  ], kinds));
}

function state(task) {
  if (task.leasedUntil !== undefined && task.leasedUntil > Date.now()) return element("span.tag.good", {}, "worked on");
  if (task.due <= Date.now()) return element("span.tag.warn", {}, "due");
  return element("span.tag", {}, task.attempts > 0 ? "waits to be retried" : "waits");
}

function content(task) {
  if (task.payload === undefined) return element("span.quiet", {}, bytes(task.payloadBytes));
  return element("details", {}, element("summary", {}, bytes(task.payloadBytes)), element("pre", {}, task.payload));
}

async function run(task, list) {
  if (await attempt(() => call("POST", path("v1", "tasks", task.id, "run")), "It is due now.")) list();
}

async function drop(task, list) {
  const text = `${task.kind}, ${task.id}: what it would have done is not done, and nothing brings it back.`;
  if (!await ask("Drop this task?", text, "Drop it")) return;
  if (await attempt(() => call("DELETE", path("v1", "tasks", task.id)), "The task is dropped.")) list();
}

const circuitWords = { closed: ["good", "working"], open: ["bad", "cut off"], half_open: ["warn", "being tried"] };

/** Senders and their circuits, where this server has them. */
async function senders(place, signal) {
  let answer;
  try {
    answer = await read("/v1/senders", {}, signal);
  } catch (error) {
    if (error.name === "AbortError") return;
    return fill(place, card("Circuits", null, note(error.status === 404 ? "This server has no senders to outside services." : error.message, error.status === 404 ? "" : "bad")));
  }
  const shown = answer.senders.length === 0 ? note("No sender is configured.") : table([
    { name: "Sender", of: (row) => [element("code", {}, row.name), element("div.quiet", {}, [row.kind, row.url].filter(Boolean).join(" · "))] },
    { name: "Circuit", of: circuit },
    { name: "In flight", kind: "number", of: (row) => `${exact(row.inFlight)} of ${exact(row.inFlightMax)}` },
    { name: "Outcomes", of: (row) => Object.entries(row.counts ?? {}).map(([name, number]) => `${name} ${exact(number)}`).join(", ") },
    { name: "Time, median and worst of 100", kind: "number", of: (row) => row.p50 === undefined ? "" : `${brief(row.p50 * 1000)} / ${brief((row.p99 ?? row.p50) * 1000)}` },
    { name: "Last failure", of: (row) => row.lastFailure ? [row.lastFailure.text, element("div.quiet", {}, ago(row.lastFailure.at))] : "" },
  ], answer.senders);
  fill(place, element("section.card.flush", {}, element("header", {}, element("h2", {}, "Circuits")), shown));
}

function circuit(sender) {
  if (sender.pausedUntil !== undefined) return element("span.tag.warn", {}, `paused, goes on ${ago(sender.pausedUntil)}`);
  const [kind, words] = circuitWords[sender.circuit] ?? ["", sender.circuit];
  return [element("span", { class: `tag ${kind}` }, words), sender.openUntil !== undefined && element("div.quiet", {}, `tried again ${ago(sender.openUntil)}`)];
}
