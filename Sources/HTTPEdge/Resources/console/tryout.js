// Trying without sending: what an item would come to now, and what other rules would have decided.

import { append, button, card, element, facts, field, fill, note } from "./elements.js";
import { call } from "./server.js";
import { decisionCard } from "./decisions.js";
import { parse } from "./jsontext.js";
import { exact, reasons, verdicts } from "./words.js";

const words = (text) => text.split(/[\s,]+/).filter(Boolean);
const tally = (counts) => Object.entries(counts).sort((left, right) => right[1] - left[1]).map(([word, number]) => [verdicts[word] ?? reasons[word] ?? word, exact(number)]);

/** Runs a request of a form, and shows what comes of it. */
async function asked(place, press, act) {
  press.disabled = true;
  fill(place, element("p.quiet", {}, "Asking …"));
  try {
    fill(place, await act());
  } catch (error) {
    fill(place, note(error.message, "bad"));
  } finally {
    press.disabled = false;
  }
}

export function tryItem(body, signal) {
  const whom = element("select", {}, element("option", { value: "drivers" }, "These drivers"), element("option", { value: "predicate" }, "All who fit a predicate"), element("option", { value: "channel" }, "Subscribers of a channel"));
  const to = element("input", { placeholder: "42, 43" });
  const tags = element("input", { value: "news" });
  const sort = element("select", {}, ["service", "marketing", "transactional", "critical"].map((name) => element("option", {}, name)));
  const text = element("textarea", { rows: 2, placeholder: "What would be said" });
  const found = element("div.stack");
  whom.addEventListener("change", () => { to.placeholder = { drivers: "42, 43", predicate: '{"eq":["city","moscow"]}', channel: "city-moscow" }[whom.value]; });
  const press = button("Try it", () => asked(found, press, async () => {
    const item = { tags: words(tags.value), class: sort.value, text: text.value, to: { [whom.value]: target(whom.value, to.value) } };
    const { body: answer } = await call("POST", "/v1/feeds/simulate", { body: item, signal });
    return [
      card("What it would come to", element("span.quiet", {}, "nothing was sent"), facts([["Recipients", exact(answer.planned)], ["Asked", exact(answer.asked)], ...tally(answer.verdicts), ...tally(answer.reasons)])),
      answer.sample.map(decisionCard),
    ];
  }), { kind: "main" });
  append(body, element("div.stack", {}, element("section.card.stack", {}, element("div.fields", {}, field("To", whom), field("Which", to), field("Tags", tags), field("Class", sort)),
    field("Text", text), element("div.row", {}, press, element("span.quiet", {}, "The policy is asked as it would be for a real item. Nothing is sent."))), found));
}

function target(kind, text) {
  if (kind === "drivers") return words(text).map((id) => id.replace(/^driver:/, ""));
  if (kind === "channel") return text.trim().replace(/^channel:/, "");
  const fault = parse(text).fault;
  if (fault) throw new Error(`The predicate is not JSON. ${fault}`);
  return JSON.parse(text);
}

/** A local time as an input writes it. */
function local(time) {
  const shifted = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

export function tryRules(body, signal) {
  const from = element("input", { type: "datetime-local", value: local(Date.now() - 86_400_000) });
  const to = element("input", { type: "datetime-local", value: local(Date.now() + 60_000) });
  const subject = element("input", { placeholder: "all drivers, or driver:42" });
  const version = element("input", { type: "number", min: 0, placeholder: "a version of policies" });
  const rules = element("textarea.mono", { rows: 6, spellcheck: "false", placeholder: '{"caps":[…]}' });
  const found = element("div.stack");
  const press = button("Decide again", () => asked(found, press, async () => {
    const request = { from: new Date(from.value).getTime(), to: new Date(to.value).getTime() };
    if (subject.value.trim() !== "") request.subject = subject.value.trim();
    if (rules.value.trim() === "") {
      if (version.value === "") throw new Error("Name a version of the document policies, or write one.");
      request.version = Number(version.value);
    } else {
      const fault = parse(rules.value).fault;
      if (fault) throw new Error(`The rules are not JSON. ${fault}`);
      request.policies = JSON.parse(rules.value);
    }
    const { body: answer } = await call("POST", "/v1/policies/replay", { body: request, signal });
    return [
      element("div.plots", {},
        card("Together", element("span.quiet", {}, "nothing was sent"), facts([["Drivers", exact(answer.recipients)], ["Decisions", exact(answer.decided)], ["Another outcome", exact(answer.changed)]])),
        card("As it was", null, facts(tally(answer.before))), card("Under these rules", null, facts(tally(answer.after)))),
      answer.sample.map((change) => element("div.plots", {}, decisionCard(change.before), decisionCard(change.after))),
    ];
  }), { kind: "main" });
  append(body, element("div.stack", {}, element("section.card.stack", {}, element("div.fields", {}, field("From", from), field("To", to), field("Whose", subject), field("Version of the rules", version)),
    field("Or a document that is not in effect", rules), element("div.row", {}, press, element("span.quiet", {}, "What was decided in this time is decided once more. Nothing is sent."))), found));
}
