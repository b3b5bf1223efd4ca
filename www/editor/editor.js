// The manifest editor: CodeMirror, configured for YAML, behind a few functions.
//
// The page only uses `createEditor`. The build script beside this file bundles it into www/vendor/editor.js,
// which the page loads after its first paint.

import { defaultKeymap, history, historyKeymap, isolateHistory } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  HighlightStyle,
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, Compartment, EditorState, Prec, StateEffect, StateField, Text } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { assistance } from "./assist.js";

/**
 * @typedef {object} Diagnostic
 * @property {number} line      from 1
 * @property {number} column    from 1, in characters
 * @property {number} [endColumn]  the column after the last marked character, in the same line;
 *                              without it the word at the place is marked, or the rest of the line
 * @property {string} message
 * @property {"error"|"warning"|"info"|"hint"} severity
 */

/** Marks changes made by `setDoc`, which are not passed to `onChange`. */
const fromOutside = Annotation.define();

/** Highlights a line; 0 means none. */
const light = StateEffect.define();

/** The highlighted line. */
const lit = StateField.define({
  create: () => Decoration.none,
  update(marks, made) {
    const effect = made.effects.find((effect) => effect.is(light));
    if (!effect) return marks.map(made.changes);
    const { doc } = made.state;
    if (effect.value < 1 || effect.value > doc.lines) return Decoration.none;
    return Decoration.set([Decoration.line({ class: "cm-lit" }).range(doc.line(effect.value).from)]);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** A colour set by the page, with a default. */
const colour = (name, light, dark) => `var(--editor-${name}, light-dark(${light}, ${dark}))`;

const highlighting = HighlightStyle.define([
  { tag: tags.propertyName, color: colour("key", "#0550ae", "#79c0ff") },
  { tag: tags.definition(tags.propertyName), color: colour("key", "#0550ae", "#79c0ff") },
  { tag: tags.content, color: colour("value", "#1f2328", "#e6edf3") },
  { tag: [tags.string, tags.special(tags.string)], color: colour("string", "#0a3069", "#a5d6ff") },
  { tag: tags.lineComment, color: colour("comment", "#59636e", "#9198a1"), fontStyle: "italic" },
  { tag: [tags.keyword, tags.meta, tags.typeName], color: colour("keyword", "#cf222e", "#ff7b72") },
  { tag: tags.labelName, color: colour("label", "#8250df", "#d2a8ff") },
  { tag: [tags.separator, tags.punctuation], color: colour("punctuation", "#59636e", "#9198a1") },
]);

const theme = EditorView.theme({
  "&": {
    height: "100%",
    color: colour("text", "#1f2328", "#e6edf3"),
    backgroundColor: colour("background", "#ffffff", "#0d1117"),
  },
  ".cm-scroller": { fontFamily: "var(--editor-font, ui-monospace, monospace)", lineHeight: "1.5" },
  ".cm-content": { caretColor: colour("caret", "#1f2328", "#e6edf3") },
  ".cm-cursor": { borderLeftColor: colour("caret", "#1f2328", "#e6edf3") },
  ".cm-gutters": {
    color: colour("gutter-text", "#59636e", "#9198a1"),
    backgroundColor: colour("gutter", "#f6f8fa", "#151b23"),
    border: "none",
  },
  ".cm-line.cm-lit": {
    backgroundColor: colour("lit", "#0969da33", "#388bfd40"),
    boxShadow: `inset 3px 0 ${colour("caret", "#1f2328", "#e6edf3")}`,
  },
  ".cm-activeLine, .cm-activeLineGutter": {
    backgroundColor: colour("active-line", "#0969da14", "#388bfd1a"),
  },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { backgroundColor: colour("selection", "#0969da33", "#388bfd55") },
  ".cm-tooltip, .cm-panels": {
    color: colour("text", "#1f2328", "#e6edf3"),
    backgroundColor: colour("gutter", "#f6f8fa", "#151b23"),
  },
  ".cm-tooltip": { border: `1px solid ${colour("border", "#d1d9e0", "#3d444d")}`, borderRadius: "6px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    color: "inherit",
    backgroundColor: colour("selection", "#0969da33", "#388bfd55"),
  },
  ".cm-completionDetail": { opacity: "0.8", fontStyle: "normal" },
  ".cm-completionMatchedText": { fontWeight: "600", textDecoration: "none" },
  ".cm-tooltip.cm-completionInfo": { maxWidth: "min(26em, 80vw)", padding: "6px 10px", lineHeight: "1.4" },
  ".cm-meaning": { maxWidth: "min(34em, 80vw)", padding: "8px 12px", lineHeight: "1.45" },
  ".cm-meaning-path": { fontWeight: "600", overflowWrap: "anywhere" },
  ".cm-meaning-type": { marginInlineStart: "0.75em", opacity: "0.8" },
  ".cm-meaning p": { margin: "4px 0 0" },
});

/**
 * Maximum nesting of brackets, list items on one line, or indentation. Lezer's trees are traversed recursively:
 * a thousand levels overflow the stack, while real manifests have about twenty.
 */
const DEEPEST = 200;

/** Whether a text is nested too deep for the highlighter. Brackets in strings count as well, at the cost of colours only. */
function isTooDeep(doc) {
  let depth = 0;
  for (const part of doc.iterLines()) {
    // Two columns per level of a block, indented or on one line: `- - - item`.
    if (/^(?:[?:-](?=\s)|\s)*/.exec(part)[0].length > 2 * DEEPEST) return true;
    for (const bracket of part.match(/[[\]{}]/g) ?? []) {
      depth = Math.max(depth + ("[{".includes(bracket) ? 1 : -1), 0);
      if (depth > DEEPEST) return true;
    }
  }
  return false;
}

/** Leaves the editor, if there is nothing in it to close. */
function leave() {
  const next = document.getElementById("apply");
  next?.focus();
  return Boolean(next);
}

/** The position of a line and column, clamped to the document. */
function position(doc, line, column) {
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  // Columns count characters, the document counts UTF-16 units.
  const before = [...at.text].slice(0, Math.max(column - 1, 0)).join("");
  return at.from + before.length;
}

/** A diagnostic in CodeMirror's format. */
function marked(state, { line, column, endColumn, message, severity }) {
  const from = position(state.doc, line, column);
  const end = state.doc.lineAt(from).to;
  const to = endColumn ? position(state.doc, line, endColumn) : (state.wordAt(from)?.to ?? end);
  return { from, to: Math.max(from, to), message, severity };
}

/**
 * Creates an editor inside `parent`.
 *
 * Tab is left to the browser, so that it never traps the focus.
 *
 * @param {HTMLElement} parent
 * @param {object} options
 * @param {string} [options.doc]  the first text
 * @param {string} [options.label]  the accessible name
 * @param {(text: string) => void} [options.onChange]  told each text that the user makes
 * @param {() => void} [options.onApply]  called on Ctrl+Enter or Cmd+Enter
 * @param {(line: number) => void} [options.onCursor]  told the line of the cursor as it moves, 0 when the
 *                              keyboard goes elsewhere
 */
export function createEditor(parent, options = {}) {
  const { doc = "", label = "Manifests", onChange, onApply, onCursor } = options;
  const dark = new Compartment();
  const language = new Compartment();
  const languageOf = (doc) => (isTooDeep(doc) ? [] : yaml());
  // In the same transaction as the text, so that the parser never sees a text that is too deep.
  const guard = EditorState.transactionExtender.of((made) => {
    if (!made.docChanged) return null;
    const isOff = language.get(made.startState)?.length === 0;
    return isTooDeep(made.newDoc) === isOff ? null : { effects: language.reconfigure(isOff ? yaml() : []) };
  });
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const apply = () => {
    onApply?.();
    return true;
  };
  let cursor = 0;
  const changed = (update) => {
    const theirs = update.transactions.some((made) => made.annotation(fromOutside));
    if (update.docChanged && !theirs) onChange?.(update.state.doc.toString());
    const { doc, selection } = update.state;
    const at = update.view.hasFocus ? doc.lineAt(selection.main.head).number : 0;
    if (at !== cursor) onCursor?.((cursor = at));
  };
  const view = new EditorView({
    parent,
    doc,
    extensions: [
      Prec.highest(keymap.of([{ key: "Mod-Enter", run: apply }])),
      assistance,
      keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...lintKeymap, ...foldKeymap]),
      keymap.of([{ key: "Escape", run: leave }]),
      [lineNumbers(), lintGutter(), foldGutter(), highlightActiveLineGutter(), highlightActiveLine()],
      [highlightSpecialChars(), highlightSelectionMatches(), bracketMatching()],
      [history(), indentOnInput(), search({ top: true })],
      [language.of(languageOf(Text.of(doc.split("\n")))), guard],
      drawSelection(still ? { cursorBlinkRate: 0 } : {}),
      EditorState.tabSize.of(2),
      // With a name, and focusable in every browser, since it scrolls.
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      EditorView.updateListener.of(changed),
      [theme, syntaxHighlighting(highlighting), lit],
      dark.of(EditorView.darkTheme.of(false)),
    ],
  });
  const handle = {
    /** The whole text. */
    getDoc: () => view.state.doc.toString(),

    /** Replaces the whole text in one undoable step; `onChange` is not called. */
    setDoc(text) {
      if (text === view.state.doc.toString()) return;
      const changes = { from: 0, to: view.state.doc.length, insert: text };
      view.dispatch({ changes, annotations: fromOutside.of(true) });
    },

    /** Marks exactly these positions. @param {Diagnostic[]} diagnostics */
    setDiagnostics(diagnostics) {
      const marks = diagnostics.map((diagnostic) => marked(view.state, diagnostic));
      view.dispatch(setDiagnostics(view.state, marks));
    },

    /** Moves the cursor to a position and scrolls it into view. */
    reveal(line, column) {
      const anchor = position(view.state.doc, line, column);
      const effects = EditorView.scrollIntoView(anchor, { y: "center" });
      view.dispatch({ selection: { anchor }, effects });
    },

    /** Highlights a line and scrolls it into view; 0 means none. */
    light(line) {
      const { doc } = view.state;
      const effects = [light.of(line)];
      if (line >= 1 && line <= doc.lines) effects.push(EditorView.scrollIntoView(doc.line(line).from));
      view.dispatch({ effects });
    },

    /** Focuses the editor. */
    focus: () => view.focus(),

    /** Sets which of its own colours CodeMirror uses. @param {"light"|"dark"} name */
    setTheme(name) {
      view.dom.style.colorScheme = name;
      view.dispatch({ effects: dark.reconfigure(EditorView.darkTheme.of(name === "dark")) });
    },

    /** The text, and how it is formatted; `undefined` if it cannot be parsed. @returns {Promise<[string, string?]>} */
    async formatted() {
      const before = view.state.doc.toString();
      // Resolved here, so that the bundler leaves it apart.
      const { format } = await import(new URL("format.js", import.meta.url).href);
      return [before, format(before)];
    },

    /** Replaces the whole text as if the user did, unless it has changed meanwhile. */
    replace(before, after) {
      if (before === after || before !== view.state.doc.toString()) return;
      const changes = { from: 0, to: before.length, insert: after };
      // A step of its own for Undo.
      view.dispatch({ changes, annotations: isolateHistory.of("full") });
    },

    /** Removes the editor. */
    destroy() {
      view.destroy();
      if (globalThis.kubestep?.editor === handle) delete globalThis.kubestep.editor;
    },
  };
  // For the parts of the page that are loaded later.
  if (globalThis.kubestep) globalThis.kubestep.editor = handle;
  return handle;
}
