// Plots that move: the last minutes as areas, and days as bars. Drawn as SVG, coloured by the style sheet.

import { drawn, element, fill } from "./elements.js";
import { moment } from "./words.js";

const HEIGHT = 120, TOP = 8, BOTTOM = 16, LEFT = 4;

/** The next number that is easy to read, also in units of 1,024. */
function ceiling(number, base = 1000) {
  if (number <= 0) return 1;
  const unit = base ** Math.max(0, Math.floor(Math.log(number) / Math.log(base)));
  const power = 10 ** Math.floor(Math.log10(number / unit));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((factor) => factor * power * unit).find((bound) => bound >= number);
}

/**
 * A plot of the last `room` values of one or two series, one value a second.
 *
 * `push([value, value])` adds the newest; `say` writes a value.
 */
export function runningPlot({ title, names, say, room = 120, base }) {
  const points = [];
  const readout = element("span.readout");
  const svg = drawn("svg", { role: "img", "aria-label": title, preserveAspectRatio: "none" });
  const node = element("section.card", {}, element("header", {}, element("h3", {}, title), readout), element("div.plot", {}, svg));
  let pointed = null;

  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    pointed = Math.round((event.clientX - box.left - LEFT) / (box.width - LEFT) * (room - 1)) - (room - points.length);
    draw();
  });
  svg.addEventListener("pointerleave", () => { pointed = null; draw(); });

  function draw() {
    const width = svg.clientWidth || 340;
    svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    const top = ceiling(Math.max(...points.flatMap((point) => point.values), 0) * 1.05, base);
    const x = (index) => LEFT + (room - points.length + index) / (room - 1) * (width - LEFT);
    const y = (value) => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
    const parts = [0, 0.5, 1].map((share) => drawn("line", { class: "grid", x1: 0, x2: width, y1: y(top * share), y2: y(top * share) }));
    names.forEach((_, series) => {
      if (points.length < 2) return;
      const kind = series === 0 ? "" : " second";
      const line = points.map((point, index) => `${x(index).toFixed(1)},${y(point.values[series]).toFixed(1)}`).join(" ");
      const first = x(0).toFixed(1), last = x(points.length - 1).toFixed(1), floor = y(0).toFixed(1);
      parts.push(drawn("polygon", { class: `area${kind}`, points: `${first},${floor} ${line} ${last},${floor}` }));
      parts.push(drawn("polyline", { class: `line${kind}`, points: line }));
    });
    const label = (text, at) => drawn("text", { class: "axis", x: 0, y: at }, text);
    parts.push(label(say(top), y(top) + 11), label(`${Math.round(room / 60)} min ago`, HEIGHT - 2));
    const now = drawn("text", { class: "axis", x: width, y: HEIGHT - 2, "text-anchor": "end" }, "now");
    const shown = points[pointed] ?? points.at(-1);
    if (points[pointed]) parts.push(drawn("line", { class: "cursor", x1: x(pointed), x2: x(pointed), y1: TOP, y2: HEIGHT - BOTTOM }));
    svg.replaceChildren(...parts, now);
    if (!shown) return fill(readout, "…");
    fill(readout, points[pointed] ? `${moment(shown.at)}  ` : "", names.map((name, series) => [
      series > 0 ? "  " : "", name && element("span.key", series > 0 ? { class: "key second" } : {}), name && `${name} `, element("b", {}, say(shown.values[series])),
    ]));
  }

  return {
    node,
    push(values, at = Date.now()) {
      points.push({ values, at });
      if (points.length > room) points.shift();
      draw();
    },
  };
}

/** Bars over named places, one or two series side by side. */
export function barPlot({ title, places, series, say }) {
  const readout = element("span.readout"), height = 150;
  const width = Math.max(320, places.length * 14);
  const svg = drawn("svg", { role: "img", "aria-label": title, viewBox: `0 0 ${width} ${height}` });
  const top = ceiling(Math.max(...series.flatMap((one) => one.values), 0));
  const y = (value) => TOP + (1 - value / top) * (height - TOP - BOTTOM);
  const slot = width / Math.max(1, places.length), bar = Math.min(26, slot * 0.8 / series.length);
  for (const share of [0, 0.5, 1]) svg.append(drawn("line", { class: "grid", x1: 0, x2: width, y1: y(top * share), y2: y(top * share) }));
  const tell = (index) => fill(readout, `${places[index]}  `, series.map((one, number) => [
    number > 0 ? "  " : "", element("span.key", number > 0 ? { class: "key second" } : {}), `${one.name} `, element("b", {}, say(one.values[index])),
  ]));
  places.forEach((place, index) => {
    const middle = slot * (index + 0.5);
    series.forEach((one, number) => {
      const x = middle + (number - series.length / 2) * bar, from = y(one.values[index]);
      svg.append(drawn("rect", { class: number > 0 ? "bar second" : "bar", x, width: Math.max(1, bar - 2), y: from, height: y(0) - from, rx: 2 }));
    });
    const area = drawn("rect", { x: slot * index, width: slot, y: 0, height, fill: "transparent" });
    area.addEventListener("pointerenter", () => tell(index));
    svg.append(area);
  });
  const label = (text, x, anchor) => svg.append(drawn("text", { class: "axis", x, y: height - 2, "text-anchor": anchor }, text));
  if (places.length > 0) {
    label(places[0], 0, "start");
    if (places.length > 1) label(places.at(-1), width, "end");
    tell(places.length - 1);
  }
  svg.append(drawn("text", { class: "axis", x: 0, y: y(top) + 11 }, say(top)));
  return element("section.card", {}, element("header", {}, element("h3", {}, title), readout), element("div.plot", {}, svg));
}
