// The frame: signing in, navigation, keys, and one view at a time.

import { button, drawn, element, fill, note } from "./elements.js";
import { hasKey, keepKey, onRefusedKey, read, every, call } from "./server.js";
import { ask, attempt, showKeys, tell } from "./dialog.js";
import { span } from "./words.js";
import { signIn } from "./signin.js";
import * as overview from "./overview.js";
import * as mailboxes from "./mailboxes.js";
import * as sessions from "./sessions.js";
import * as decisions from "./decisions.js";
import * as configuration from "./configuration.js";
import * as tasks from "./tasks.js";
import * as snapshots from "./snapshots.js";
import * as drivers from "./drivers.js";

const views = { overview, mailboxes, sessions, decisions, configuration, tasks, snapshots, drivers };
const names = Object.keys(views);
const root = document.documentElement;

/** The mark of this program: one line that goes to another. */
export function brand() {
  const mark = drawn("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" },
    drawn("rect", { width: 16, height: 16, rx: 4, fill: "#2f6fed" }),
    drawn("path", { d: "M4 5h3l2 6h3M9 5h3", stroke: "white", "stroke-width": 1.6, fill: "none", "stroke-linecap": "round" }));
  return element("div.brand", {}, mark, "Switchboard");
}

function setTheme(theme) {
  if (theme === null) root.removeAttribute("data-theme");
  else root.dataset.theme = theme;
}

/** From what is shown to its opposite; it is remembered for this browser. */
function turnTheme() {
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = isDark ? "light" : "dark";
  localStorage.setItem("switchboard.theme", theme);
  setTheme(theme);
}

let leaving = new AbortController();

function signedOut(why) {
  leaving.abort();
  keepKey(null);
  signIn(brand(), why, start);
}

async function release() {
  const text = "Everything the organisation would have sent since the restore goes out now. This cannot be taken back.";
  if (!await ask("Release this server?", text, "Release")) return;
  if (await attempt(() => call("POST", "/v1/release"), "Released: it sends again.")) watch();
}

let watch = () => {};

function start() {
  const signs = new AbortController();
  const dot = element("span.dot"), state = element("span", {}, "…"), version = element("span.quiet.wide");
  const banner = element("div.banner", { hidden: true });
  const links = names.map((name, index) => element("a", { href: `#/${name}` }, views[name].title, element("kbd", { "aria-hidden": "true" }, index + 1)));
  const main = element("main", { id: "main", tabindex: -1 });
  const side = element("div.side", {}, brand(), element("nav", { "aria-label": "Views" }, links),
    element("div.foot", {}, element("div.state", { role: "status" }, dot, state), version,
      element("div.row", {}, button("Theme", turnTheme, { kind: "small", title: "Light or dark (t)" }),
        button("Sign out", () => { signs.abort(); signedOut(); }, { kind: "small" }))));
  document.body.replaceChildren(element("div.frame", {}, banner, side, main));

  watch = async () => {
    let kind = "good", text = "Serving";
    try {
      const now = await read("/v1/overview", {}, signs.signal);
      if (now.hold) [kind, text] = ["warn", "On hold"];
      version.replaceChildren(`${now.version}, up ${span(now.uptime * 1000)}`);
      banner.hidden = !now.hold;
      if (now.hold && banner.childElementCount === 0) {
        fill(banner, "This is a restored copy on hold: it sends nothing of the organisation's.", button("Release …", release, { kind: "small" }));
      }
    } catch (error) {
      if (error.name === "AbortError" || error.status === 401) return;
      [kind, text] = error.status === 403 ? ["warn", "Key without the scope operator"] : ["bad", error.message];
    }
    dot.className = `dot ${kind}`;
    dot.parentElement.className = `state ${kind}`;
    state.textContent = text;
  };
  onRefusedKey(() => { signs.abort(); signedOut("The key is not valid any more."); });
  every(5000, signs.signal, watch);
  const show = () => open(main, links);
  window.addEventListener("hashchange", show, { signal: signs.signal });
  window.addEventListener("keydown", (event) => pressed(event, main), { signal: signs.signal });
  show();
}

/** Opens the view that the address names, and leaves the one before. */
function open(main, links) {
  leaving.abort();
  leaving = new AbortController();
  const [name, ...rest] = location.hash.slice(2).split("/").map(decodeURIComponent);
  const view = views[name] ?? overview;
  links.forEach((link, index) => {
    if (views[names[index]] !== view) return link.removeAttribute("aria-current");
    link.setAttribute("aria-current", "page");
    link.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  document.title = `${view.title} · Switchboard`;
  main.replaceChildren();
  window.scrollTo(0, 0);
  Promise.resolve(view.open(main, rest, leaving.signal)).catch((error) => {
    if (error.name !== "AbortError" && error.status !== 401) main.append(note(error.message, "bad"));
  });
}

const keys = [
  ["1 – 8", "open a view"], ["/", "search"], ["t", "light or dark"], ["Ctrl S", "save, in the editor"], ["Esc", "close a question"], ["?", "these keys"],
];

function pressed(event, main) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, textarea, select")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const number = Number(event.key);
  if (number >= 1 && number <= names.length) location.hash = `#/${names[number - 1]}`;
  else if (event.key === "t") turnTheme();
  else if (event.key === "?") showKeys(keys);
  else if (event.key === "/") main.querySelector("input")?.focus();
  else return;
  event.preventDefault();
}

window.addEventListener("unhandledrejection", (event) => {
  if (event.reason?.name === "AbortError" || event.reason?.status === 401) return event.preventDefault();
  tell(event.reason?.message ?? "Something went wrong.", "bad");
});
setTheme(localStorage.getItem("switchboard.theme"));
if (hasKey()) start();
else signIn(brand(), undefined, start);
