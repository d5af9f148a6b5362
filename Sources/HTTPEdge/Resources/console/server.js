// Calls to the server. The key lives in this tab's session storage and goes to this server alone.

const KEY = "switchboard.key";

/** What the server, or the way to it, said instead of an answer. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
    this.name = "Refusal";
    this.status = status;
    this.code = problem.code;
    this.pointer = problem.pointer;
  }
}

export const hasKey = () => sessionStorage.getItem(KEY) !== null;

export function keepKey(key) {
  if (key === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, key);
}

let whenRefused = () => {};

/** Sets what is done when the key is not valid any more. */
export function onRefusedKey(act) { whenRefused = act; }

/** One call; answers `{status, etag, body}`, or throws a Refusal. */
export async function call(method, path, { query, body, text, headers = {}, key, signal } = {}) {
  const target = new URL(path, location.origin);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") target.searchParams.set(name, value);
  }
  const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const sent = { Authorization: `Bearer ${key ?? sessionStorage.getItem(KEY) ?? ""}`, ...headers };
  if (content !== undefined) sent["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(target, { method, headers: sent, body: content, signal, cache: "no-store", credentials: "omit", redirect: "error" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0, { code: "unreachable", detail: "The server cannot be reached." });
  }
  const answer = await response.text();
  if (response.ok) {
    const etag = response.headers.get("ETag");
    return { status: response.status, etag, text: answer, body: answer === "" ? null : JSON.parse(answer) };
  }
  let problem = {};
  try { problem = JSON.parse(answer); } catch { /* Something between here and the server spoke. */ }
  const refusal = new Refusal(response.status, problem);
  if (response.status === 401 && key === undefined) whenRefused(refusal);
  throw refusal;
}

export const read = async (path, query, signal) => (await call("GET", path, { query, signal })).body;

/** A path with its segments encoded. */
export const path = (...segments) => `/${segments.map((segment) => encodeURIComponent(segment)).join("/")}`;

/** Does something now and every so often, as long as the view is there and the page is looked at. */
export function every(milliseconds, signal, act) {
  let timer;
  const turn = async () => {
    if (signal.aborted) return;
    if (!document.hidden) await act();
    if (!signal.aborted) timer = setTimeout(turn, milliseconds);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  return turn();
}
