// Draws /openapi.yml as a page. It reads the part of YAML that our description is written in: block maps and lists,
// flow lists of scalars, quoted and plain scalars, and literal blocks.

/** Reads a YAML text. */
export function parseYAML(text) {
  const lines = text.split("\n")
    .map((line) => ({ indent: line.search(/\S/), text: line.trim(), raw: line }));
  let at = 0;

  const skip = () => {
    while (at < lines.length && (lines[at].indent < 0 || lines[at].text.startsWith("#"))) at += 1;
    return at < lines.length ? lines[at] : undefined;
  };

  const scalar = (word) => {
    if (word.startsWith('"')) return JSON.parse(word);
    if (word === "{}") return {};
    if (word.startsWith("[")) return word.slice(1, -1).split(",").map((part) => part.trim()).filter(Boolean).map(scalar);
    if (word === "true" || word === "false") return word === "true";
    if (word === "null" || word === "") return null;
    return /^-?\d+(\.\d+)?$/.test(word) ? Number(word) : word;
  };

  const literal = (parent) => {
    const start = at;
    while (at < lines.length && (lines[at].indent < 0 || lines[at].indent > parent)) at += 1;
    const block = lines.slice(start, at);
    const margin = Math.min(...block.filter((line) => line.indent >= 0).map((line) => line.indent));
    return block.map((line) => line.raw.slice(margin)).join("\n").trimEnd();
  };

  // The value behind a colon or a dash; `indent` is that of the line it stands in.
  const value = (word, indent) => {
    if (word === "|") return literal(indent);
    if (word !== "") return scalar(word);
    const next = skip();
    if (next === undefined) return null;
    if (next.indent > indent) return block(next.indent);
    return next.indent === indent && next.text.startsWith("- ") ? block(indent) : null;
  };

  const block = (indent) => (lines[at].text.startsWith("-") ? list(indent) : map(indent));

  const list = (indent) => {
    const items = [];
    for (let line = skip(); line !== undefined && line.indent === indent && /^-( |$)/.test(line.text); line = skip()) {
      const rest = line.text.slice(1).trim();
      if (/^[^"[{][^:"]*:( |$)/.test(rest)) {
        // A map that begins behind the dash.
        const inner = indent + line.text.length - rest.length;
        lines[at] = { indent: inner, text: rest, raw: " ".repeat(inner) + rest };
        items.push(map(inner));
      } else {
        at += 1;
        items.push(value(rest, indent));
      }
    }
    return items;
  };

  const map = (indent) => {
    const members = {};
    for (let line = skip(); line !== undefined && line.indent === indent && !line.text.startsWith("- "); line = skip()) {
      const [, quoted, plain, rest] = line.text.match(/^(?:"([^"]*)"|([^:]+)):(?: (.*))?$/) ?? [];
      if (quoted === undefined && plain === undefined) throw new Error(`not a map: ${line.text}`);
      at += 1;
      members[quoted ?? plain] = value((rest ?? "").trim(), indent);
    }
    return members;
  };

  const first = skip();
  return first === undefined ? null : block(first.indent);
}

/** An element with attributes and children; text is never read as HTML. */
function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return node;
}

/** Paragraphs with `code` and **strong** words. */
function prose(text = "") {
  return text.trim().split(/\n\s*\n/).filter(Boolean).map((paragraph) =>
    element("p", {}, paragraph.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
      if (part.startsWith("`")) return element("code", {}, part.slice(1, -1));
      return part.startsWith("**") ? element("strong", {}, part.slice(2, -2)) : part;
    })));
}

/** Draws a whole description into `target`. */
function draw(api, target) {
  const follow = (node) => {
    if (!node?.$ref) return node;
    return node.$ref.slice(2).split("/").reduce((found, name) => found?.[name.replaceAll("~1", "/")], api);
  };
  const named = (schema) => {
    if (!schema?.$ref) return element("pre", {}, JSON.stringify(schema, null, 2));
    const name = schema.$ref.split("/").at(-1);
    return element("a", { href: `#${name}` }, name);
  };
  const content = (part) => Object.entries(part?.content ?? {}).map(([type, media]) =>
    element("span", {}, element("code", {}, type), " ", named(media.schema)));

  const call = (path, method, operation) => {
    const parameters = (operation.parameters ?? []).map(follow);
    return element("details", { id: operation.operationId },
      element("summary", {}, element("span", { class: "method" }, method.toUpperCase()), element("code", {}, path),
        ` – ${operation.summary}`),
      ...prose(operation.description),
      parameters.length === 0 ? undefined : element("table", {}, ...parameters.map((parameter) =>
        element("tr", {}, element("td", {}, element("code", {}, parameter.name)),
          element("td", {}, parameter.in + (parameter.required ? ", required" : "")),
          element("td", {}, parameter.description ?? "", " ", named(parameter.schema))))),
      operation.requestBody ? element("p", {}, "Body: ", ...content(operation.requestBody)) : undefined,
      element("table", {}, ...Object.entries(operation.responses).map(([status, response]) =>
        element("tr", {}, element("th", {}, status), element("td", {}, follow(response).description, " ",
          ...content(follow(response)))))));
  };

  const calls = Object.entries(api.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })));
  target.replaceChildren(
    ...prose(api.info.description),
    ...api.tags.flatMap((tag) => [
      element("h2", { id: `tag-${tag.name}` }, tag.name),
      ...prose(tag.description),
      ...calls.filter(({ operation }) => operation.tags.includes(tag.name))
        .map(({ path, method, operation }) => call(path, method, operation)),
    ]),
    element("h2", {}, "schemas"),
    ...Object.entries(api.components.schemas).map(([name, schema]) =>
      element("details", { id: name }, element("summary", {}, element("code", {}, name)),
        ...prose(schema.description), element("pre", {}, JSON.stringify(schema, null, 2)))),
  );
  const open = () => {
    const chosen = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (chosen instanceof HTMLDetailsElement) chosen.open = true;
    chosen?.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();
}

if (typeof document !== "undefined") {
  const target = document.querySelector("main");
  try {
    draw(parseYAML(await (await fetch("/openapi.yml")).text()), target);
  } catch (error) {
    target.textContent = `The description could not be drawn: ${error.message}`;
  }
}
