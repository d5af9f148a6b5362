// The server as it is now: counters, and the last two minutes of what moves.

import { append, card, element, facts, fill, note } from "./elements.js";
import { every, read } from "./server.js";
import { runningPlot } from "./plot.js";
import { ago, brief, bytes, count, exact, moment, reasons, span, verdicts } from "./words.js";

export const title = "Overview";

const tiles = [
  ["publishes", "Published", (now) => count(now.publishes), () => "since the start"],
  ["deliveries", "Deliveries", (now) => count(now.deliveries), () => "to live sessions"],
  ["sessions", "Sessions", (now) => count(now.sessions), (now) => `${count(now.connections)} connections`],
  ["mailboxes", "Mailboxes", (now) => count(now.mailboxes), (now) => `${count(now.documents)} documents`],
  ["messages", "Recent messages", (now) => count(now.messages), (now) => `memory ${bytes(now.messageBytes)}`],
  ["tasks", "Tasks waiting", (now) => count(now.tasks), () => "delayed or retried"],
];

/** The bound under which a share of what a histogram counted lies, between two looks at it. */
export function quantile(before, after, share) {
  const known = new Map(before.buckets.map((bucket) => [bucket.upTo, bucket.count]));
  const fresh = after.buckets.map((bucket) => ({ upTo: bucket.upTo, count: bucket.count - (known.get(bucket.upTo) ?? 0) }));
  const total = fresh.reduce((sum, bucket) => sum + bucket.count, 0);
  let seen = 0;
  for (const bucket of fresh) {
    seen += bucket.count;
    if (total > 0 && seen >= share * total) return bucket.upTo;
  }
  return 0;
}

export async function open(main, _, signal) {
  const values = tiles.map(() => element("div.value", {}, "–")), hints = tiles.map(() => element("div.hint"));
  const published = runningPlot({ title: "Published per second", names: [""], say: count });
  const delivered = runningPlot({ title: "Delivered per second", names: [""], say: count });
  const memory = runningPlot({ title: "Memory of the process", names: [""], say: bytes, base: 1024 });
  const connected = runningPlot({ title: "Connections", names: [""], say: count });
  const synced = runningPlot({ title: "Disk sync", names: ["99 %", "half"], say: brief });
  const late = runningPlot({ title: "Event loops late by at most", names: [""], say: brief });
  const about = element("div"), decided = element("div"), trouble = element("div");
  append(main, element("header", {}, element("h1", {}, title), element("div.row", {}, element("span.quiet", {}, "once a second"))), element("div.stack", {}, trouble,
    element("div.tiles", {}, tiles.map(([id, name], index) => element("section.card.tile", { "data-counter": id }, element("h3", {}, name), values[index], hints[index]))),
    element("div.plots", {}, [published, delivered, connected, memory, synced, late].map((plot) => plot.node)),
    element("div.plots", {}, card("Storage", null, about), card("Policy decisions", null, decided))));

  let before;
  await every(1000, signal, async () => {
    let now;
    try {
      now = await read("/v1/overview", {}, signal);
    } catch (error) {
      if (error.name === "AbortError") return;
      before = undefined;
      return fill(trouble, note(error.message, "bad"));
    }
    fill(trouble);
    tiles.forEach(([, , value, hint], index) => {
      values[index].textContent = value(now);
      hints[index].textContent = hint(now);
    });
    // A server that was started anew counts from nothing.
    const seconds = before && now.at > before.at && now.publishes >= before.publishes ? (now.at - before.at) / 1000 : 0;
    const rate = (name) => seconds > 0 ? Math.round((now[name] - before[name]) / seconds * 10) / 10 : 0;
    published.push([rate("publishes")], now.at);
    delivered.push([rate("deliveries")], now.at);
    memory.push([now.memory], now.at);
    connected.push([now.connections], now.at);
    if (seconds > 0) {
      synced.push([quantile(before.fsync, now.fsync, 0.99), quantile(before.fsync, now.fsync, 0.5)], now.at);
      late.push([quantile(before.lateness, now.lateness, 1)], now.at);
    }
    fill(about, storage(now));
    fill(decided, decisions(now.decisions));
    before = now;
  });
}

function storage(now) {
  const snapshot = now.snapshot;
  return facts([
    ["Newest snapshot", snapshot ? `${snapshot.at ? ago(snapshot.at, now.at) : "damaged"}, ${bytes(snapshot.bytes)}` : "none yet"],
    ["Journal on disk to", `record ${exact(now.journal.position)}`],
    ["Written since the start", bytes(now.journal.bytes)],
    ["Disk sync since the start", `half within ${brief(now.fsync.p50)}, 99 % within ${brief(now.fsync.p99)}`],
    ["Event loops", `${now.loops}, late by at most ${brief(now.lateness.max)}`],
    ["Fell behind and caught up", `${count(now.lags)} times`],
    ["HTTP requests", count(now.requests)],
    ["Running since", `${moment(now.at - now.uptime * 1000)} (${span(now.uptime * 1000)})`],
  ]);
}

/** By verdict and reason, the most frequent first. */
function decisions(samples) {
  const some = samples.filter((sample) => sample.count > 0).sort((left, right) => right.count - left.count);
  if (some.length === 0) return element("p.quiet", {}, "Nothing is counted yet. Single decisions are under ", element("a", { href: "#/decisions" }, "Decisions"), ".");
  return facts(some.slice(0, 12).map(({ labels, count }) => [
    [verdicts[labels.verdict] ?? labels.verdict, `by ${labels.channel}`, labels.reason !== "none" && (reasons[labels.reason] ?? labels.reason)].filter(Boolean).join(", "),
    exact(count),
  ]));
}
