// Two protocols to drive a browser, limited to what the stories need.
//
// WebKitGTK and Chromium have drivers for W3C WebDriver over HTTP; Debian's Firefox has none, but supports
// WebDriver BiDi directly. Both use the same input actions, so everything else is shared in `page.js`.

/** Time limit of a command. */
const LIMIT = 30_000;

/** W3C WebDriver: https://www.w3.org/TR/webdriver2/ */
export class Classic {
  #session;

  /** Opens a browser with the driver at an address. */
  static async open(address, capabilities) {
    const classic = new Classic();
    classic.#session = `${address}/session`;
    const { sessionId } = await classic.#ask("POST", "", { capabilities: { alwaysMatch: capabilities } });
    classic.#session += `/${sessionId}`;
    return classic;
  }

  async #ask(method, path, body) {
    const answer = await fetch(this.#session + path, {
      method,
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(LIMIT),
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }

  /** Opens an address and waits until it is loaded. */
  go(url) {
    return this.#ask("POST", "/url", { url });
  }

  /** The value of a JavaScript expression, or of the promise it returns. */
  evaluate(expression) {
    const script = `const done = arguments[0]; Promise.resolve(${expression}).then(done, (e) => done({ thrown: String(e) }))`;
    return this.#ask("POST", "/execute/async", { script, args: [] });
  }

  /** Performs key and pointer actions. */
  perform(actions) {
    return this.#ask("POST", "/actions", { actions });
  }

  /** Sets the size of the page; the window is larger by its decorations. */
  async resize(width, height) {
    await this.#ask("POST", "/window/rect", { width, height });
    const [w, h] = await this.evaluate("[innerWidth, innerHeight]");
    await this.#ask("POST", "/window/rect", { width: 2 * width - w, height: 2 * height - h });
  }

  /** A screenshot of the page as PNG. */
  async screenshot() {
    return Buffer.from(await this.#ask("GET", "/screenshot"), "base64");
  }

  /** Closes the browser. */
  close() {
    return this.#ask("DELETE", "");
  }
}

/** WebDriver BiDi: https://www.w3.org/TR/webdriver-bidi/ */
export class Bidi {
  #socket;
  #context;
  #waiting = new Map();
  #number = 0;

  /** Errors and warnings on the browser's console. */
  messages = [];

  /** Connects to the browser at an address. */
  static async open(address) {
    const bidi = new Bidi();
    const socket = new WebSocket(`${address}/session`);
    bidi.#socket = socket;
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = ({ error, message }) => reject(error ?? new Error(message));
    });
    socket.onmessage = ({ data }) => bidi.#hear(JSON.parse(data));
    await bidi.#ask("session.new", { capabilities: {} });
    await bidi.#ask("session.subscribe", { events: ["log.entryAdded"] });
    const { contexts } = await bidi.#ask("browsingContext.getTree", {});
    bidi.#context = contexts[0].context;
    return bidi;
  }

  #hear({ id, method, params, result, error, message }) {
    if (method === "log.entryAdded" && ["error", "warn"].includes(params.level)) {
      this.messages.push(`${params.type} ${params.level}: ${params.text}`);
    }
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    if (error) waiting.reject(new Error(`${waiting.method}: ${error}: ${message}`));
    else waiting.resolve(result);
  }

  #ask(method, params) {
    const id = ++this.#number;
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`${method}: no answer in ${LIMIT} ms`)), LIMIT);
      const settle = (how) => (value) => {
        clearTimeout(limit);
        how(value);
      };
      this.#waiting.set(id, { method, resolve: settle(resolve), reject: settle(reject) });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  /** Opens an address and waits until it is loaded. */
  go(url) {
    return this.#ask("browsingContext.navigate", { context: this.#context, url, wait: "complete" });
  }

  /** The value of a JavaScript expression, or of the promise it returns. */
  async evaluate(expression) {
    // As text, because BiDi returns descriptions of values.
    const answer = await this.#ask("script.evaluate", {
      expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value) ?? "null")`,
      target: { context: this.#context },
      awaitPromise: true,
    });
    if (answer.type === "exception") return { thrown: answer.exceptionDetails.text };
    return JSON.parse(answer.result.value);
  }

  /** Performs key and pointer actions. */
  perform(actions) {
    return this.#ask("input.performActions", { context: this.#context, actions });
  }

  /** Sets the size of the page. */
  resize(width, height) {
    return this.#ask("browsingContext.setViewport", { context: this.#context, viewport: { width, height } });
  }

  /** A screenshot of the page as PNG. */
  async screenshot() {
    const { data } = await this.#ask("browsingContext.captureScreenshot", { context: this.#context });
    return Buffer.from(data, "base64");
  }

  /** Closes the browser. */
  async close() {
    await this.#ask("browser.close", {});
    this.#socket.close();
  }
}
