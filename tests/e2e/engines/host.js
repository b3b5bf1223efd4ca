// A host for the site that injects a script which collects errors in the page.
//
// WebKitGTK's driver does not report the console, so the page itself collects what it can observe: calls of
// `console`, uncaught errors and rejections, and failed loads. Messages of the browser itself are not covered.

import { createServer } from "node:http";

const LISTENER = `<script>{
  const wrong = [];
  Object.defineProperty(window, "wentWrong", { value: wrong });
  for (const level of ["error", "warn"]) {
    const say = console[level];
    console[level] = (...words) => { wrong.push("console." + level + ": " + words.join(" ")); say.apply(console, words); };
  }
  addEventListener("error", (event) => {
    const { target, message } = event;
    wrong.push(target === window ? "uncaught: " + message : "did not load: " + (target.src || target.href));
  }, true);
  addEventListener("unhandledrejection", ({ reason }) => wrong.push("unhandled: " + reason));
  addEventListener("securitypolicyviolation", ({ blockedURI }) => wrong.push("refused: " + blockedURI));
}</script>`;

/** Proxies another host. Returns its address, its error responses, and a function that stops it. */
export async function host(site) {
  const failed = [];
  const server = createServer(async (request, response) => {
    try {
      const answer = await fetch(site + request.url, { method: request.method });
      if (answer.status >= 400) failed.push(`answer ${answer.status}: ${request.url}`);
      const type = answer.headers.get("content-type") ?? "application/octet-stream";
      let body = Buffer.from(await answer.arrayBuffer());
      if (type.startsWith("text/html")) body = body.toString().replace("<head>", (head) => head + LISTENER);
      response.writeHead(answer.status, { "content-type": type, "cache-control": "no-cache" }).end(body);
    } catch (error) {
      failed.push(`no answer: ${request.url}: ${error.cause ?? error}`);
      response.writeHead(502).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, failed, end: () => server.close() };
}
