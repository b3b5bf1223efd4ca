// Completion, and what fields mean, as the page tells them (`src/page/view/assist.rs`) once that part of it is loaded.

import { autocompletion, closeCompletion, completionKeymap, completionStatus } from "@codemirror/autocomplete";
import { Prec } from "@codemirror/state";
import { activateHover, closeHoverTooltips, hasHoverTooltips, hoverTooltip, keymap } from "@codemirror/view";

/** The page's knowledge of manifests, if it is loaded. */
const known = () => globalThis.kubestep?.assist;

/** Columns count characters, offsets in lines UTF-16 units. */
const columnOf = (line, offset) => [...line.text.slice(0, offset - line.from)].length;
const offsetOf = (line, column) => line.from + [...line.text].slice(0, column).join("").length;

/** What can be typed at the cursor. */
function complete({ state, pos, explicit }) {
  const line = state.doc.lineAt(pos);
  const found = known()?.complete(state.doc.toString(), line.number - 1, columnOf(line, pos));
  if (!found) return null;
  const from = offsetOf(line, found.from);
  const word = state.sliceDoc(from, pos);
  // Without a word, only values are offered unasked; and Enter ends the line after a word that is complete.
  const isKey = found.options.some(({ detail }) => detail);
  if (!explicit && (word ? found.options.some(({ label }) => label === word) : isKey)) return null;
  const options = found.options.map(({ label, detail, text, insert, required }, place) => ({
    label,
    detail,
    info: text || undefined,
    apply: insert,
    type: detail ? "property" : "enum",
    // In the page's order, which is not that of the alphabet.
    boost: (required ? 50 : 0) - Math.min(place, 49),
  }));
  return { from, options };
}

/** An element with a text. */
function element(name, className, text) {
  const made = Object.assign(document.createElement(name), { className });
  made.textContent = text;
  return made;
}

/** What the field at a position means. */
function meaning(view, pos) {
  const line = view.state.doc.lineAt(pos);
  const found = known()?.meaning(view.state.doc.toString(), line.number - 1, columnOf(line, pos));
  if (!found) return null;
  const create = () => {
    const dom = element("div", "cm-meaning", "");
    dom.append(element("code", "cm-meaning-path", found.path), element("span", "cm-meaning-type", found.detail));
    for (const text of found.texts) dom.append(element("p", "", text));
    return { dom };
  };
  return { pos: offsetOf(line, found.from), end: offsetOf(line, found.to), above: true, create };
}

/** Where an explanation was closed: it stays away until the pointer has been elsewhere. */
let closed = null;

const hover = hoverTooltip(
  (view, pos) => {
    const found = meaning(view, pos);
    if (found && found.pos === closed) return null;
    closed = null;
    return found;
  },
  { hideOnChange: true },
);

/** Shows what the field at the cursor means; at its value, too. */
function explain(view) {
  const { head } = view.state.selection.main;
  const line = view.state.doc.lineAt(head);
  const key = line.from + /^[\s-]*/.exec(line.text)[0].length;
  const at = [head, key].find((pos) => meaning(view, pos));
  if (at === undefined) return false;
  closed = null;
  activateHover(view, at, 1, { until: ({ docChanged, selection }) => docChanged || Boolean(selection) });
  return true;
}

function close(view) {
  if (!hasHoverTooltips(view.state)) return false;
  closed = view.state.field(hover.active)[0]?.pos ?? null;
  view.dispatch({ effects: closeHoverTooltips });
  return true;
}

/** Closes the list of completions. A list that is only about to open does not take the key. */
function closeList(view) {
  const isOpen = completionStatus(view.state) === "active";
  return closeCompletion(view) && isOpen;
}

/** Formats the text. */
function format() {
  known()?.format();
  return Boolean(known());
}

/** Completion, explanations, and formatting. */
export const assistance = [
  autocompletion({
    override: [complete],
    icons: false,
    defaultKeymap: false,
    activateOnCompletion: ({ apply }) => /[\s]$/.test(apply ?? ""),
  }),
  Prec.highest(
    keymap.of([...completionKeymap.filter(({ key }) => key !== "Escape"), { key: "Escape", run: closeList }]),
  ),
  hover,
  keymap.of([
    { key: "F1", run: explain },
    { key: "Escape", run: close },
    { key: "Shift-Alt-f", run: format },
  ]),
];
