// How numbers, times and the policy's words are said to people.

const decimal = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat("en");

/** 1,234 as it is; 12,345 and more shortened. */
export function count(number) {
  if (Math.abs(number) < 10_000) return Number.isInteger(number) ? whole.format(number) : decimal.format(number);
  for (const [size, letter] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
    if (Math.abs(number) >= size) return decimal.format(number / size) + " " + letter;
  }
}

export const exact = (number) => whole.format(number);

export function bytes(number) {
  for (const [size, unit] of [[2 ** 40, "TiB"], [2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"]]) {
    if (number >= size) return `${decimal.format(number / size)} ${unit}`;
  }
  return `${whole.format(number)} B`;
}

/** Microseconds. */
export function brief(microseconds) {
  if (microseconds >= 1e6) return `${decimal.format(microseconds / 1e6)} s`;
  if (microseconds >= 1000) return `${decimal.format(microseconds / 1000)} ms`;
  return `${decimal.format(microseconds)} µs`;
}

/** A span in the two largest units that say it. */
export function span(milliseconds) {
  const units = [[86_400_000, "d"], [3_600_000, "h"], [60_000, "min"], [1000, "s"]];
  let rest = Math.max(0, milliseconds);
  if (rest < 1000) return "under 1 s";
  const said = [];
  for (const [size, unit] of units) {
    const amount = Math.floor(rest / size);
    if (amount === 0 && said.length === 0) continue;
    if (amount > 0) said.push(`${amount} ${unit}`);
    rest -= amount * size;
    if (said.length === 2) break;
  }
  return said.join(" ");
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const date = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "short", day: "numeric" });

/** A time: without its day when that is today. */
export function moment(at) {
  const then = new Date(at), now = new Date();
  return then.toDateString() === now.toDateString() ? clock.format(then) : `${date.format(then)} ${clock.format(then)}`;
}

export function ago(at, now = Date.now()) {
  const passed = now - at;
  return Math.abs(passed) < 1500 ? "now" : passed > 0 ? `${span(passed)} ago` : `in ${span(-passed)}`;
}

export const steps = {
  idempotency_key: "Not asked before",
  shape_and_profanity: "Content is fine",
  address: "Address is valid",
  banned_or_opted_out: "Not banned, not opted out",
  preference: "Recipient agreed to this kind",
  holdout_and_experiment: "Holdout and experiments",
  content_dedup: "Same content not sent lately",
  quiet_hours_and_window: "Quiet hours and time window",
  frequency_caps: "Frequency caps",
  priority: "Nothing more important at once",
  channel: "Channel is usable",
};

export const outcomes = {
  passed: "passed", held: "held here", suppressed: "stopped here", downgraded: "moved to another channel",
  bypassed: "not asked: this class passes caps", not_reached: "not reached", not_repeated: "not asked again after a hold",
};

export const reasons = {
  duplicate_request: "the same request was answered before",
  duplicate_content: "the recipient got the same content lately",
  invalid_payload: "the content is not valid",
  profanity: "the text has words that may not be sent",
  invalid_address: "the address is not valid",
  no_channel_address: "the recipient has no address on this channel",
  banned: "the recipient is banned",
  opted_out: "the recipient opted out",
  no_consent: "the recipient has not agreed to this",
  holdout: "the recipient is in the holdout group, which gets nothing",
  not_in_rollout: "the recipient is not in the experiment",
  quiet_hours: "it is quiet hours for the recipient",
  outside_window: "it is not time for it yet",
  campaign_not_started: "it has not begun yet",
  campaign_ended: "the campaign has ended",
  expired: "its time was over",
  expired_in_hold: "its time ran out while it was held",
  frequency_cap: "a frequency cap is full",
  lost_priority: "something more important took its place",
  channel_disabled: "the channel is switched off",
  provider_rejected: "the provider refused it",
  provider_rate_limited: "the provider asked to slow down",
  device_revoked: "the device is gone",
  cancelled: "it was taken back",
  superseded: "something newer replaced it",
  held_after_restore: "this copy is on hold after a restore",
};

export const verdicts = { send: "Sent", hold: "Held", suppress: "Not sent" };

/** A rule's numbers in a sentence. */
export function numbers(values = {}) {
  const said = [];
  if (values.count !== undefined && values.limit !== undefined) said.push(`${exact(values.count)} of ${exact(values.limit)} used`);
  else if (values.count !== undefined) said.push(`counted ${exact(values.count)}`);
  if (values.bucket !== undefined) said.push(`bucket ${exact(values.bucket)}${values.limit !== undefined && values.count === undefined ? `; the group has those below ${exact(values.limit)}` : ""}`);
  if (typeof values.window === "number") said.push(`within ${span(values.window)}`);
  else if (values.window?.rolling !== undefined) said.push(`in any ${span(values.window.rolling)}`);
  else if (values.window?.calendar !== undefined) said.push(`in a calendar ${values.window.calendar}`);
  if (values.zone === "fallback") said.push(`zone not known, ${values.defaultZone} taken`);
  else if (values.zone !== undefined) said.push(values.zone);
  if (values.until !== undefined) said.push(`until ${moment(values.until)}`);
  return said.join(" · ");
}
