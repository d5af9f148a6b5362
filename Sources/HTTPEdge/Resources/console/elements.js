// Making elements. Text is always a text node: nothing that comes from the server is ever read as markup.

/** An element from `name.class.class`, its attributes, and its children; `on` holds listeners. */
export function element(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag);
  if (classes.length > 0) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (value === true) {
      node.setAttribute(key, "");
    } else if (value !== false && value !== undefined && value !== null) {
      node.setAttribute(key, value);
    }
  }
  append(node, children);
  return node;
}

/** Adds children: elements, texts, numbers, lists of them; what is absent is left out. */
export function append(node, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child !== undefined && child !== null && child !== false) node.append(child);
  }
}

/** Puts children in the place of what is there. */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
}

/** An element of a drawing. */
export function drawn(name, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export function button(text, press, attributes = {}) {
  const { kind = "", ...rest } = attributes;
  return element(["button", ...kind.split(" ").filter(Boolean)].join("."), { type: "button", ...rest, on: { click: press } }, text);
}

/** A table; a column is `{name, kind?, of: row -> child}`. Rows with an `open` are links. */
export function table(columns, rows, open) {
  const cell = (column, row) => element("td", { class: column.kind, "data-name": column.name }, column.of(row));
  return element("table.folds", {},
    element("thead", {}, element("tr", {}, columns.map((column) => element("th", { class: column.kind, scope: "col" }, column.name)))),
    element("tbody", {}, rows.map((row) => {
      const line = element("tr", open ? { class: "link", on: { click: () => open(row) } } : {});
      append(line, columns.map((column) => cell(column, row)));
      return line;
    })));
}

/** A list of names and values. */
export function facts(pairs) {
  return element("dl.facts", {}, pairs.filter(Boolean).flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}

export function card(title, aside, ...children) {
  return element("section.card", {}, title && element("header", {}, element("h2", {}, title), aside), children);
}

export function field(name, input) {
  return element("label.field", {}, name, input);
}

export function note(text, kind = "") {
  return element("p.note", { class: `note ${kind}`, role: kind === "bad" ? "alert" : "status" }, text);
}

/** A list that grows page by page; `fetch` takes a cursor and answers `{rows, next}`, `draw` shows rows. */
export function pages(fetch, draw, nothing) {
  const body = element("div"), foot = element("div.more", { hidden: true });
  let at, shown = 0;
  const more = button("Show more", () => step());
  foot.append(more);
  async function step() {
    more.disabled = true;
    try {
      // A page may be empty although there are more: the server looks through so many at a time.
      do {
        const { rows, next } = await fetch(at);
        at = next;
        shown += rows.length;
        if (rows.length > 0) body.append(draw(rows));
        if (rows.length > 0) break;
      } while (at !== null);
      if (shown === 0) fill(body, element("p.empty", {}, nothing));
    } catch (error) {
      if (error.name === "AbortError") return;
      fill(foot, note(error.message, "bad"));
      foot.hidden = false;
      return;
    } finally {
      more.disabled = false;
    }
    foot.hidden = at === null;
  }
  const first = step();
  const whole = element("div", {}, body, foot);
  whole.first = first;
  return whole;
}
