// Why a driver was told something, or was not: each decision as the steps it went through.

import { append, button, element, fill, pages } from "./elements.js";
import { path, read } from "./server.js";
import { tryItem, tryRules } from "./tryout.js";
import { moment, numbers, outcomes, reasons, steps, verdicts } from "./words.js";

export const title = "Decisions";

const kinds = { send: "good", hold: "warn", suppress: "bad" };
const tabs = { explain: "Explain", item: "Try an item", rules: "Try other rules" };

export function open(main, [first, ...rest], signal) {
  const tab = first in tabs ? first : "explain";
  const body = element("div");
  append(main, element("header", {}, element("h1", {}, title)),
    element("div.tabs", { role: "tablist" }, Object.entries(tabs).map(([id, name]) => button(name, () => { location.hash = `#/decisions/${id}`; },
      { role: "tab", "aria-selected": String(id === tab) }))), body);
  if (tab === "item") return tryItem(body, signal);
  if (tab === "rules") return tryRules(body, signal);
  return explain(body, tab === first ? rest.join("/") : [first, ...rest].filter(Boolean).join("/"), signal);
}

function explain(body, asked, signal) {
  const text = element("input.search", { type: "search", value: asked, placeholder: "driver:42, a message’s id driver:42/7, or an item’s id", "aria-label": "Whom or what" });
  const only = element("select", { "aria-label": "Which" }, element("option", { value: "" }, "All decisions"),
    Object.entries(verdicts).map(([id, name]) => element("option", { value: id }, name)));
  const found = element("div");
  const show = () => {
    const wanted = text.value.trim();
    if (wanted === "") return fill(found, element("p.empty.card", {}, "Whose messages, or which one? Everything that was decided about them is shown here, with the rule and its numbers."));
    const isSubject = /^driver:[^/]+$/.test(wanted);
    // A driver's decisions come at once, those on an item page by page.
    let rest;
    const fetch = async (after) => {
      if (rest === undefined || !isSubject) {
        const answer = await read("/v1/explain", isSubject ? { subject: wanted } : { message: wanted, after, limit: 50 }, signal);
        const fitting = answer.decisions.filter((decision) => only.value === "" || decision.verdict === only.value);
        if (!isSubject) return { rows: fitting, next: answer.next };
        rest = fitting.reverse();
      }
      const rows = rest.splice(0, 20);
      return { rows, next: rest.length > 0 ? "more" : null };
    };
    fill(found, pages(fetch, (rows) => element("div.stack", {}, rows.map(decisionCard)), "Nothing was decided."));
  };
  const go = () => {
    const target = `#/decisions/${encodeURIComponent(text.value.trim())}`;
    if (location.hash === target) show();
    else location.hash = target;
  };
  text.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
  only.addEventListener("change", show);
  append(body, element("div.stack", {}, element("div.row", {}, text, only, button("Explain", go, { kind: "main" })), found));
  show();
}

/** One decision: what came of it in a sentence, then its steps. */
export function decisionCard(decision) {
  const why = [decision.reason && (reasons[decision.reason] ?? decision.reason), decision.rule && `rule ${decision.rule}`, numbers(decision.numbers)].filter(Boolean);
  const isStop = decision.verdict !== "send";
  return element(`section.card.decision.${decision.verdict}`, {},
    element("header", {},
      element("div.row", {}, element("span", { class: `tag ${kinds[decision.verdict]}` }, verdicts[decision.verdict] ?? decision.verdict),
        element("a", { href: `#${path("mailboxes", decision.subject)}` }, decision.subject), decision.channel && element("span.quiet", {}, `by ${decision.channel}`)),
      element("span.quiet", {}, moment(decision.at))),
    element("p.why", {}, why.length === 0 ? "Every step let it pass." : `${isStop ? "Because " : ""}${why.join(" — ")}`),
    decision.releaseAt !== undefined && element("p.quiet", {}, `Decided again ${moment(decision.releaseAt)}.`),
    element("details", isStop ? { open: true } : {}, element("summary", {}, `Steps, under version ${decision.rulesVersion} of the rules`), timeline(decision)),
    element("p.quiet", {}, decision.item && ["Item ", element("code", {}, decision.item)], decision.message && [" · message ", element("code", {}, decision.message)]));
}

function timeline(decision) {
  return element("ol.steps", {}, decision.steps.map((step) => element("li", { class: step.outcome },
    element("span", {}, steps[step.step] ?? step.step),
    element("span.quiet", {}, [outcomes[step.outcome] ?? step.outcome, step.rule && `rule ${step.rule}`, numbers(step.numbers)].filter(Boolean).join(" · ")))));
}
