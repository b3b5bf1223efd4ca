// Two ways to drive a browser, each with what the stories need of it and no more.
//
// WebKitGTK and Chromium have a driver that speaks W3C WebDriver over HTTP; Debian's Firefox has none, but speaks
// WebDriver BiDi itself. Both take the same input actions, so everything else is written once, in `page.js`.

/** How long one command may take. */
const LIMIT = 30_000;

/** W3C WebDriver: https://www.w3.org/TR/webdriver2/ */
export class Classic {
  #session;

  /** Opens a browser by a driver that listens at an address. */
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

  /** Goes to an address and waits until it has loaded. */
  go(url) {
    return this.#ask("POST", "/url", { url });
  }

  /** What an expression of JavaScript gives, or what it promises. */
  evaluate(expression) {
    const script = `const done = arguments[0]; Promise.resolve(${expression}).then(done, (e) => done({ thrown: String(e) }))`;
    return this.#ask("POST", "/execute/async", { script, args: [] });
  }

  /** Keys and pointers. */
  perform(actions) {
    return this.#ask("POST", "/actions", { actions });
  }

  /** Makes the page this large; the window is larger by whatever surrounds the page. */
  async resize(width, height) {
    await this.#ask("POST", "/window/rect", { width, height });
    const [w, h] = await this.evaluate("[innerWidth, innerHeight]");
    await this.#ask("POST", "/window/rect", { width: 2 * width - w, height: 2 * height - h });
  }

  /** A picture of the page, as PNG. */
  async screenshot() {
    return Buffer.from(await this.#ask("GET", "/screenshot"), "base64");
  }

  /** Ends the browser. */
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

  /** What the browser's own console said: errors and warnings. */
  messages = [];

  /** Joins a browser that listens at an address. */
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

  /** Goes to an address and waits until it has loaded. */
  go(url) {
    return this.#ask("browsingContext.navigate", { context: this.#context, url, wait: "complete" });
  }

  /** What an expression of JavaScript gives, or what it promises. */
  async evaluate(expression) {
    // As text, because BiDi describes values instead of giving them.
    const answer = await this.#ask("script.evaluate", {
      expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value) ?? "null")`,
      target: { context: this.#context },
      awaitPromise: true,
    });
    if (answer.type === "exception") return { thrown: answer.exceptionDetails.text };
    return JSON.parse(answer.result.value);
  }

  /** Keys and pointers. */
  perform(actions) {
    return this.#ask("input.performActions", { context: this.#context, actions });
  }

  /** Makes the page this large. */
  resize(width, height) {
    return this.#ask("browsingContext.setViewport", { context: this.#context, viewport: { width, height } });
  }

  /** A picture of the page, as PNG. */
  async screenshot() {
    const { data } = await this.#ask("browsingContext.captureScreenshot", { context: this.#context });
    return Buffer.from(data, "base64");
  }

  /** Ends the browser. */
  async close() {
    await this.#ask("browser.close", {});
    this.#socket.close();
  }
}
