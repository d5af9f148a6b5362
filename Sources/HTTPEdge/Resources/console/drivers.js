// Product figures of the drivers' messages, day by day.

import { append, card, element, facts, field, fill, note } from "./elements.js";
import { read } from "./server.js";
import { barPlot } from "./plot.js";
import { count, exact } from "./words.js";

export const title = "Drivers";

const DAY = 86_400_000;
const names = {
  came: "Came", delivered: "Delivered", read: "Read", suppressed: "Not sent", held: "Held", expired: "Expired", removedUnseen: "Removed unseen",
  likes: "Likes", dislikes: "Dislikes", votes: "Votes", replies: "Replies", drivers: "Drivers", readers: "Readers", waiting: "Waiting",
};
const name = (key) => names[key] ?? key.replace(/([A-Z])/g, " $1").replace(/^./, (letter) => letter.toUpperCase());
const text = (time) => new Date(time).toISOString().slice(0, 10);

export async function open(main, _, signal) {
  const from = element("input", { type: "date", value: text(Date.now() - 13 * DAY) });
  const to = element("input", { type: "date", value: text(Date.now()) });
  const tag = element("input", { type: "text", placeholder: "all tags" });
  const shown = element("div.stack");
  const show = async () => {
    let answer;
    try {
      answer = await read("/v1/stats/drivers", { from: from.value, to: to.value, tag: tag.value.trim() }, signal);
    } catch (error) {
      if (error.name === "AbortError") return;
      return fill(shown, note(error.status === 404 ? "This server does not count drivers' messages by day." : error.message, error.status === 404 ? "" : "bad"));
    }
    fill(shown, figures(answer.total, "Together"), figures(answer.waiting, "Waiting now"), plots(answer.days ?? []));
  };
  for (const input of [from, to, tag]) input.addEventListener("change", show);
  append(main, element("header", {}, element("h1", {}, title)), element("div.stack", {},
    element("div.card.fields", {}, field("From", from), field("To", to), field("Tag", tag)), shown));
  await show();
}

/** Numbers as counters; what is deeper than a number is listed. */
function figures(values, heading) {
  const flat = Object.entries(values ?? {}).filter(([, value]) => typeof value === "number");
  if (flat.length === 0) return undefined;
  return card(heading, null, facts(flat.map(([key, value]) => [name(key), exact(value)])));
}

/** One plot for what came and was read, and one for each other number. */
function plots(days) {
  if (days.length === 0) return note("Nothing happened in these days.");
  const places = days.map((day) => day.day);
  const keys = Object.keys(days[0]).filter((key) => typeof days[0][key] === "number");
  const series = (key) => ({ name: name(key), values: days.map((day) => day[key] ?? 0) });
  const isPair = keys.includes("came") && keys.includes("read");
  const rest = keys.filter((key) => !(isPair && (key === "came" || key === "read")) && days.some((day) => day[key] > 0));
  return element("div.plots", {},
    isPair && barPlot({ title: "Came and read", places, series: [series("came"), series("read")], say: count }),
    rest.map((key) => barPlot({ title: name(key), places, series: [series(key)], say: count })));
}
