// JSON with the places of its parts: where a text is not JSON, and where the value of a pointer (RFC 6901) stands.

/** Reads a text; answers `{tree}`, or `{fault, start, end}` where it stops being JSON. */
export function parse(text) {
  let at = 0;

  const fail = (fault, start = at, end = Math.min(text.length, start + 1)) => { throw { fault, start, end }; };
  const skip = () => { while (at < text.length && " \t\r\n".includes(text[at])) at += 1; };

  const string = () => {
    const start = at;
    at += 1;
    while (text[at] !== '"') {
      if (at >= text.length || text[at] === "\n") fail("This text has no end: a \" is missing.", start, at);
      at += text[at] === "\\" ? 2 : 1;
    }
    at += 1;
    try {
      return JSON.parse(text.slice(start, at));
    } catch {
      return fail("This text has a character that must be written as an escape.", start, at);
    }
  };

  const members = () => {
    const start = at, found = new Map();
    at += 1;
    for (skip(); text[at] !== "}"; skip()) {
      if (found.size > 0) {
        if (text[at] !== ",") fail("A comma or a closing } is missing before this.");
        at += 1;
        skip();
      }
      if (text[at] !== '"') fail("A name in quotation marks belongs here.");
      const nameStart = at, name = string(), nameEnd = at;
      if (found.has(name)) fail(`“${name}” is given twice.`, nameStart, nameEnd);
      skip();
      if (text[at] !== ":") fail("A colon is missing before this.");
      at += 1;
      found.set(name, { ...value(), nameStart });
    }
    at += 1;
    return { start, end: at, members: found };
  };

  const items = () => {
    const start = at, found = [];
    at += 1;
    for (skip(); text[at] !== "]"; skip()) {
      if (found.length > 0) {
        if (text[at] !== ",") fail("A comma or a closing ] is missing before this.");
        at += 1;
      }
      found.push(value());
    }
    at += 1;
    return { start, end: at, items: found };
  };

  const value = () => {
    skip();
    if (at >= text.length) fail("The text ends too early.", Math.max(0, text.length - 1), text.length);
    if (text[at] === "{") return members();
    if (text[at] === "[") return items();
    const start = at;
    if (text[at] === '"') string();
    else {
      const word = text.slice(at).match(/^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/)?.[0];
      if (!word) fail("This is not a value.", at, at + (text.slice(at).match(/^[^\s,:{}[\]"]+/)?.[0].length ?? 1));
      at += word.length;
    }
    return { start, end: at };
  };

  try {
    const tree = value();
    skip();
    if (at < text.length) fail("Nothing may follow the document.", at, text.length);
    return { tree };
  } catch (error) {
    if (error.fault === undefined) throw error;
    return error;
  }
}

/** Where the value of a pointer stands; of what is not there, its nearest surroundings. */
export function find(text, pointer) {
  let { tree: node } = parse(text);
  if (node === undefined) return undefined;
  for (const word of pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))) {
    const next = node.members?.get(word) ?? node.items?.[word];
    if (next === undefined) return { start: node.start, end: node.start + 1 };
    node = next;
  }
  // Of a large value its name and its first character are enough to see.
  const isLarge = text.slice(node.start, node.end).includes("\n");
  return { start: isLarge ? node.nameStart ?? node.start : node.start, end: isLarge ? node.start + 1 : node.end };
}

/** Line and column of a place, from 1. */
export function position(text, at) {
  const before = text.slice(0, at);
  return { line: before.split("\n").length, column: at - before.lastIndexOf("\n") };
}

/** The same document, laid out to be read; a text that is no JSON stays as it is. */
export function tidied(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}
