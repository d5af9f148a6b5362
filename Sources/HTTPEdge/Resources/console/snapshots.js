// The snapshots of the data directory: taking one, and ending the hold of a restored copy.

import { append, button, element, fill, table } from "./elements.js";
import { call, read } from "./server.js";
import { ask, attempt } from "./dialog.js";
import { ago, bytes, exact, moment } from "./words.js";

export const title = "Snapshots";

export async function open(main, _, signal) {
  const found = element("section.card.flush"), hold = element("div");
  const list = async () => {
    const [{ snapshots }, now] = await Promise.all([read("/v1/snapshots", {}, signal), read("/v1/overview", {}, signal)]);
    fill(found, snapshots.length === 0 ? element("p.empty", {}, "There is no snapshot yet.") : table([
      { name: "File", of: (row) => element("code", {}, row.file) },
      { name: "Taken", of: (row) => row.at === undefined ? element("span.tag.bad", {}, "damaged") : `${moment(row.at)} (${ago(row.at)})` },
      { name: "Holds all to record", kind: "number", of: (row) => exact(row.position) },
      { name: "Size", kind: "number", of: (row) => bytes(row.bytes) },
    ], snapshots));
    fill(hold, now.hold && element("div.card.row.spread", {}, "This is a restored copy on hold: it sends nothing of the organisation's.", button("Release …", release)));
  };
  const release = async () => {
    const text = "Everything the organisation would have sent since the restore goes out now. This cannot be taken back.";
    if (await ask("Release this server?", text, "Release") && await attempt(() => call("POST", "/v1/release"), "Released: it sends again.")) await list();
  };
  const take = button("Take one now", async () => {
    take.disabled = true;
    const taken = await attempt(() => call("POST", "/v1/snapshots"));
    take.disabled = false;
    if (!taken) return;
    await attempt(list, `Taken: ${taken.body.file}, ${bytes(taken.body.bytes)}.`);
  }, { kind: "main" });
  append(main, element("header", {}, element("h1", {}, title), element("div.row", {}, take),
    element("p.about", {}, "A start reads the newest snapshot and the journal after it. They are taken by themselves as the journal grows, while the server goes on.")),
    element("div.stack", {}, hold, found));
  await list();
}
