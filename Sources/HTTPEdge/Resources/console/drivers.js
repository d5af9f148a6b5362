// Product figures of the drivers' messages, day by day.

import { append, card, element, facts, field, fill, note, table } from "./elements.js";
import { read } from "./server.js";
import { barPlot } from "./plot.js";
import { count, exact } from "./words.js";

export const title = "Drivers";

const DAY = 86_400_000;
const text = (time) => new Date(time).toISOString().slice(0, 10);
const sum = (counts) => Object.values(counts ?? {}).reduce((total, value) => total + value, 0);
const net = (word) => (word?.given ?? 0) - (word?.takenBack ?? 0);

export async function open(main, _, signal) {
  const from = element("input", { type: "date", value: text(Date.now() - 13 * DAY) });
  const to = element("input", { type: "date", value: text(Date.now()) });
  const tag = element("input", { type: "text", placeholder: "all tags" });
  const shown = element("div.stack");
  const show = async () => {
    let answer;
    try {
      // The last day belongs to what is asked for; the server's end does not.
      const end = text(Date.parse(to.value) + DAY);
      answer = await read("/v1/stats/drivers", { from: from.value, to: end, tag: tag.value.trim() }, signal);
    } catch (error) {
      if (error.name === "AbortError") return;
      return fill(shown, note(error.message, "bad"));
    }
    fill(shown, element("div.plots", {}, totals(answer.total), now(answer)), plots(answer.days ?? []), said(answer.total), tags(answer.total.tags));
  };
  for (const input of [from, to, tag]) input.addEventListener("change", show);
  append(main, element("header", {}, element("h1", {}, title)), element("div.stack", {},
    element("div.card.fields", {}, field("From", from), field("To", to), field("Tag", tag)), shown));
  await show();
}

function totals(total) {
  const gone = total.removedUnseen;
  return card("In these days", null, facts([
    ["Came to the door", exact(total.offered)],
    ["Let in", exact(total.came)],
    ["Kept out", exact(total.suppressed)],
    ["Delivered", exact(total.delivered)],
    ["Read", exact(total.read)],
    ["Answered", exact(total.replied)],
    ["Gone unseen", `${exact(sum(gone))}: ${exact(gone.cancelled)} taken back, ${exact(gone.expired)} out of time, ${exact(gone.deleted)} deleted`],
  ]));
}

function now({ total, waiting }) {
  const reads = total.readsPerReader;
  return card("Readers", null, facts([
    ["Waiting to be read", exact(waiting.unread)],
    ["Held until their time", exact(waiting.held)],
    reads && ["Drivers who read, day by day", exact(total.readerDays)],
    reads && ["Read by one of them in a day", `${reads.mean} on average, ${reads.p50} for half, ${reads.p99} for 99 %, ${reads.max} at most`],
  ]));
}

/** What came and was read, and then each other number of a day that is not always nothing. */
function plots(days) {
  if (days.length === 0) return note("Nothing happened in these days.");
  const places = days.map((day) => day.day);
  const series = (name, value) => ({ name, values: days.map(value) });
  const plot = (title, ...all) => all.some((one) => one.values.some((value) => value > 0)) && barPlot({ title, places, series: all, say: count });
  return element("div.plots", {},
    plot("Came and read", series("Came", (day) => day.came), series("Read", (day) => day.read)),
    plot("Drivers who read", series("Readers", (day) => day.readers ?? 0)),
    plot("Likes and dislikes", series("Likes", (day) => net(day.words.likes)), series("Dislikes", (day) => net(day.words.dislikes))),
    plot("Kept out and gone unseen", series("Kept out", (day) => day.suppressed), series("Gone unseen", (day) => sum(day.removedUnseen))));
}

const figure = (name, of) => ({ name, kind: "number", of: (row) => exact(of(row)) });

/** What drivers answered and voted, the most frequent first. */
function said({ words }) {
  const rows = [...words.votes.map((word) => ({ kind: "Vote", ...word })), ...words.answers.map((word) => ({ kind: "Answer", ...word }))];
  for (const [kind, word] of [["Like", words.likes], ["Dislike", words.dislikes]]) if (word.given > 0) rows.push({ kind, text: "", ...word });
  return rows.length > 0 && card("What drivers said", null, table([
    { name: "Kind", of: (row) => row.kind },
    { name: "Word", of: (row) => row.text ?? "all others" },
    figure("Given", (row) => row.given), figure("Taken back", (row) => row.takenBack), figure("Stand", net),
  ], rows));
}

function tags(byTag) {
  const rows = Object.entries(byTag ?? {}).map(([tag, counts]) => ({ tag, ...counts })).sort((left, right) => right.came - left.came);
  return rows.length > 0 && card("By tag", null, table([
    { name: "Tag", of: (row) => row.tag || "none" },
    figure("Came", (row) => row.came), figure("Read", (row) => row.read), figure("Answered", (row) => row.replied),
    figure("Kept out", (row) => row.suppressed), figure("Gone unseen", (row) => sum(row.removedUnseen)),
  ], rows.slice(0, 50)));
}
