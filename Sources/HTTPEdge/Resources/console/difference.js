// What differs between two texts, line by line.

import { element } from "./elements.js";

const CELLS = 4_000_000, AROUND = 3;

/** Lines of both as `[kind, line]`: " " in both, "-" in the first only, "+" in the second only. */
export function compare(first, second) {
  const a = first.split("\n"), b = second.split("\n");
  let start = 0, end = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const x = a.slice(start, a.length - end), y = b.slice(start, b.length - end);
  return [...a.slice(0, start).map((line) => [" ", line]), ...middle(x, y), ...a.slice(a.length - end).map((line) => [" ", line])];
}

/** The longest lines in common, by the table of what each pair of ends has. */
function middle(x, y) {
  if (x.length * y.length > CELLS) return [...x.map((line) => ["-", line]), ...y.map((line) => ["+", line])];
  const width = y.length + 1, common = new Uint32Array((x.length + 1) * width);
  for (let i = x.length - 1; i >= 0; i -= 1) {
    for (let j = y.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = x[i] === y[j] ? common[(i + 1) * width + j + 1] + 1 : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  const lines = [];
  let i = 0, j = 0;
  while (i < x.length || j < y.length) {
    if (i < x.length && j < y.length && x[i] === y[j]) { lines.push([" ", x[i]]); i += 1; j += 1; }
    else if (j >= y.length || (i < x.length && common[(i + 1) * width + j] >= common[i * width + j + 1])) lines.push(["-", x[i++]]);
    else lines.push(["+", y[j++]]);
  }
  return lines;
}

/** The difference as lines of text; what is the same is left out but for a few lines around. */
export function difference(first, second) {
  const lines = compare(first, second);
  const isNear = lines.map((_, index) => lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(([kind]) => kind !== " "));
  const node = element("div.difference", { tabindex: 0, role: "region", "aria-label": "Difference" });
  let skipped = 0;
  const gap = () => { if (skipped > 0) node.append(element("div.gap", {}, `${skipped} equal line${skipped === 1 ? "" : "s"}`)); skipped = 0; };
  lines.forEach(([kind, line], index) => {
    if (!isNear[index]) { skipped += 1; return; }
    gap();
    node.append(element("div", { class: kind === "+" ? "more-of" : kind === "-" ? "less-of" : undefined }, `${kind} ${line}`));
  });
  gap();
  return node;
}
