// User actions on the page with real keys and a real pointer, independent of the browser's driver.

/** Time limit for something to appear. */
const LIMIT = 20_000;

/** Special keys: https://www.w3.org/TR/webdriver2/#keyboard-actions */
const KEYS = {
  Control: "\uE009",
  Shift: "\uE008",
  Escape: "\uE00C",
  Enter: "\uE007",
  Backspace: "\uE003",
  End: "\uE010",
  Home: "\uE011",
  ArrowLeft: "\uE012",
  ArrowUp: "\uE013",
  ArrowRight: "\uE014",
  ArrowDown: "\uE015",
};

/** Waits until a function returns a truthy value, and returns it. */
export async function eventually(what, holds) {
  for (const end = Date.now() + LIMIT; Date.now() < end; ) {
    const value = await holds();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error(`not within ${LIMIT} ms: ${what}`);
}

export class Page {
  #driver;

  constructor(driver) {
    this.#driver = driver;
  }

  /** Runs a function in the page; arguments and result must be JSON values. */
  async evaluate(run, ...args) {
    const value = await this.#driver.evaluate(`(${run})(...${JSON.stringify(args)})`);
    if (value?.thrown) throw new Error(`in the page: ${value.thrown}`);
    return value;
  }

  /** Opens an address and waits for the cluster and the editor, which are loaded after the first paint. */
  async open(url) {
    await this.#driver.go(url);
    await this.until("the cluster and the editor are there", () =>
      Boolean(document.querySelector("#pane-queues") && document.querySelector(".cm-editor")),
    );
  }

  /** Waits until a function in the page returns a truthy value, and returns it. */
  until(what, holds, ...args) {
    return eventually(what, () => this.evaluate(holds, ...args));
  }

  /** Presses keys in sequence; `Control+Enter` is one. */
  async press(...keys) {
    for (const key of keys) {
      const parts = key.split("+").map((part) => KEYS[part] ?? part);
      const down = parts.map((value) => ({ type: "keyDown", value }));
      const up = parts.toReversed().map((value) => ({ type: "keyUp", value }));
      await this.#driver.perform([{ type: "key", id: "keyboard", actions: [...down, ...up] }]);
    }
  }

  /** Types a text. */
  type(text) {
    return this.press(...text);
  }

  /** Clicks the button with a name. */
  async click(name) {
    const [x, y] = await this.until(`there is a button ${name}`, centreOfButton, name);
    const actions = [
      { type: "pointerMove", x, y },
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ];
    await this.#driver.perform([{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }]);
  }

  /** The name of the focused element. */
  focused() {
    return this.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent);
  }
}

/** The centre of the button with a name; runs in the page. */
function centreOfButton(name) {
  for (const button of document.querySelectorAll("button")) {
    const { left, top, width, height } = button.getBoundingClientRect();
    const called = button.getAttribute("aria-label") ?? button.innerText;
    if (width > 0 && called.trim() === name) return [left + width / 2, top + height / 2].map(Math.round);
  }
  return null;
}
