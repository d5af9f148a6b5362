// A text editor with line numbers, that shows the place of a fault.

import { element, fill } from "./elements.js";
import { position } from "./jsontext.js";

/** An editor; `changed` is called with the text after each change, `save` at Ctrl+S. */
export function editor(label, changed, save) {
  const numbers = element("div.numbers", { "aria-hidden": "true" });
  const marks = element("div.marks", { "aria-hidden": "true" });
  const area = element("textarea", { "aria-label": label, spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off" });
  const node = element("div.editor", {}, numbers, element("div.field", {}, marks, area));
  let marked;

  const follow = () => {
    marks.scrollTop = numbers.scrollTop = area.scrollTop;
    marks.scrollLeft = area.scrollLeft;
  };
  const draw = () => {
    const text = area.value, fault = marked && position(text, marked.start).line;
    // A last line that is empty has its height, too, and room below for the scroll bar.
    const lines = text.split("\n").map((_, index) => index + 1 === fault ? element("b", {}, `${index + 1}\n`) : `${index + 1}\n`);
    fill(numbers, lines, "\n\n");
    fill(marks, marked ? [text.slice(0, marked.start), element("mark", {}, text.slice(marked.start, marked.end)), text.slice(marked.end)] : text, "\n\n");
    follow();
  };
  area.addEventListener("scroll", follow);
  area.addEventListener("input", () => { marked = undefined; draw(); changed(area.value); });
  area.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      save();
    } else if (event.key === "Enter" && !event.isComposing) {
      // A new line begins where the one before it does, and deeper behind an opening bracket.
      const before = area.value.slice(0, area.selectionStart), line = before.slice(before.lastIndexOf("\n") + 1);
      event.preventDefault();
      document.execCommand("insertText", false, `\n${line.match(/^ */)[0]}${/[{[]\s*$/.test(line) ? "  " : ""}`);
    }
  });

  return {
    node,
    get text() { return area.value; },
    set text(text) { area.value = text; marked = undefined; draw(); area.scrollTop = 0; changed(text); },
    /** Marks a part of the text, or nothing; `show` scrolls there. */
    mark(part, show = false) {
      marked = part && part.end > part.start ? part : undefined;
      draw();
      if (!marked || !show) return;
      const { line, column } = position(area.value, marked.start);
      area.scrollTop = Math.max(0, (line - 6) * 20);
      area.scrollLeft = column > 60 ? (column - 20) * 8 : 0;
      area.focus({ preventScroll: true });
      area.setSelectionRange(marked.start, marked.start);
    },
  };
}
