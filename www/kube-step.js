// <kube-step lesson="canary">A canary, step by step</kube-step>: a live Kubernetes cluster in an article.
//
// Shows a poster, and loads the cluster when it is pressed. docs/embed.md describes the attributes. It has no
// dependencies, and needs neither inline styles nor inline scripts in the page around it.

/** The site that this file belongs to. */
const SITE = new URL("./", import.meta.url);

const SVG = "http://www.w3.org/2000/svg";

const TEXTS = {
  en: { title: "Kubernetes, step by step", start: "Start the cluster", wrong: "kube-step: this is not a session of kubestep: " },
  zh: { title: "逐步观察 Kubernetes", start: "启动集群", wrong: "kube-step：这不是 kubestep 的会话：" },
};

const STYLE = new CSSStyleSheet();
STYLE.replaceSync(`
  :host {
    display: block;
    color-scheme: light dark;
    --surface: light-dark(#f6f7f9, #171c25);
    --text: light-dark(#1a2230, #e2e7ef);
    --line: light-dark(#8a94a4, #667285);
    --accent: light-dark(#1d5bc9, #82b1ff);
    --pod: light-dark(#0a7355, #35c79b);
    --old: light-dark(#566072, #98a4b5);
  }
  :host([theme="light"]) { color-scheme: light; }
  :host([theme="dark"]) { color-scheme: dark; }
  :host([hidden]) { display: none; }
  button, iframe {
    box-sizing: border-box;
    display: block;
    width: 100%;
    border: 1px solid var(--line);
    border-radius: 6px;
    background: var(--surface);
  }
  button {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 0.75rem;
    padding: 1rem;
    color: var(--text);
    font: 500 1rem / 1.4 system-ui, sans-serif;
    text-align: center;
    cursor: pointer;
  }
  button:hover { border-color: var(--accent); }
  button:focus-visible, iframe:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  svg { width: min(20rem, 80%); max-height: 40%; }
  .start { color: var(--accent); font-weight: 600; }
  ::slotted(img) { max-width: 100%; max-height: 16rem; }
  p { margin: 0; color: var(--text); font: 1rem / 1.4 system-ui, sans-serif; }
`);

/** A rollout halfway: pods of the old and of the new revision below their ReplicaSets. */
function drawing() {
  const add = (parent, name, attributes) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return parent.appendChild(element);
  };
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 240 96");
  svg.setAttribute("aria-hidden", "true");
  const line = { fill: "none", stroke: "var(--line)", "stroke-width": "1.5" };
  add(svg, "path", { ...line, d: "M120 22v10M60 44V32h120v12M24 78V66h72v12M144 78V66h72v12M60 60v18M180 60v18" });
  add(svg, "rect", { ...line, x: "84", y: "4", width: "72", height: "18", rx: "4" });
  for (const [x, color] of [[24, "var(--old)"], [144, "var(--pod)"]]) {
    add(svg, "rect", { ...line, stroke: color, x: String(x), y: "44", width: "72", height: "16", rx: "4" });
    const pods = [0, 1, 2].map((pod) => ({ cx: String(x + 36 * pod), cy: "85", r: "7" }));
    for (const [pod, place] of pods.entries()) {
      const exists = color === "var(--pod)" ? pod < 2 : pod > 0;
      add(svg, "circle", exists ? { ...place, fill: color } : { ...line, ...place, "stroke-dasharray": "3 3" });
    }
  }
  return svg;
}

class KubeStep extends HTMLElement {
  static observedAttributes = ["lesson", "step", "session", "src", "theme", "lang", "panes", "readonly", "height", "label"];

  #size = new CSSStyleSheet();
  #frame;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [STYLE, this.#size];
  }

  connectedCallback() {
    this.#draw();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#draw();
  }

  /** Loads the cluster, as pressing the poster does. */
  start() {
    if (!this.#frame) {
      this.#frame = document.createElement("iframe");
      this.#draw();
    }
    this.#frame.focus();
  }

  /** The address of the frame. */
  get address() {
    const [site, given] = this.#source();
    const query = new URLSearchParams({ embed: "1", lang: this.#language() });
    for (const name of ["theme", "panes"]) {
      if (this.hasAttribute(name)) query.set(name, this.getAttribute(name));
    }
    if (this.hasAttribute("readonly")) query.set("readonly", "1");
    const address = new URL(site);
    address.search = query;
    address.hash = given;
    return address;
  }

  /** The site and the fragment: those of `src`, or this site's with a session or a lesson. */
  #source() {
    if (this.hasAttribute("src")) {
      const address = new URL(this.getAttribute("src"), document.baseURI);
      if (!/^https?:$/.test(address.protocol)) throw new TypeError(this.getAttribute("src"));
      return [new URL(address.pathname, address.origin), address.hash];
    }
    if (this.hasAttribute("session")) return [SITE, this.getAttribute("session")];
    const [lesson, step] = [this.getAttribute("lesson"), this.getAttribute("step")];
    if (!lesson) return [SITE, ""];
    return [SITE, `lesson=${lesson}${step ? `&step=${step}` : ""}`];
  }

  #language() {
    const around = this.closest("[lang]")?.getAttribute("lang");
    return around || navigator.language;
  }

  #label() {
    const own = [...this.childNodes].filter((node) => !(node instanceof Element && node.slot)).map((node) => node.textContent);
    return this.getAttribute("label") || own.join("").trim() || this.#texts().title;
  }

  #texts() {
    return /^zh\b/i.test(this.#language()) ? TEXTS.zh : TEXTS.en;
  }

  #draw() {
    const height = Math.max(Number.parseInt(this.getAttribute("height"), 10) || 480, 160);
    this.#size.replaceSync(`button, iframe { height: ${height}px; }`);
    let address;
    try {
      address = this.address;
    } catch {
      const wrong = document.createElement("p");
      wrong.textContent = this.#texts().wrong + this.getAttribute("src");
      return this.shadowRoot.replaceChildren(wrong);
    }
    if (!this.#frame) return this.shadowRoot.replaceChildren(this.#poster());
    if (this.#frame.src !== address.href) {
      // Another origin gets no access to anything of this page, nor to its own storage.
      if (address.origin !== location.origin) {
        this.#frame.sandbox = "allow-scripts allow-popups allow-popups-to-escape-sandbox";
      }
      this.#frame.referrerPolicy = "no-referrer";
      this.#frame.src = address.href;
    }
    this.#frame.title = this.#label();
    if (!this.#frame.isConnected) this.shadowRoot.replaceChildren(this.#frame);
  }

  #poster() {
    const button = document.createElement("button");
    button.type = "button";
    const poster = document.createElement("slot");
    poster.name = "poster";
    poster.append(drawing());
    const title = document.createElement("span");
    title.textContent = this.#label();
    const start = document.createElement("span");
    start.className = "start";
    start.textContent = `▶ ${this.#texts().start}`;
    button.append(poster, title, start);
    button.addEventListener("click", () => this.start());
    return button;
  }
}

if (!customElements.get("kube-step")) customElements.define("kube-step", KubeStep);
