// A page that shows a rolling update with the package alone.

import init, { Kubestep } from "../kubestep.js";

const element = (id) => document.getElementById(id);

function list(id, texts) {
  const items = texts.map((text) => Object.assign(document.createElement("li"), { textContent: text }));
  element(id).replaceChildren(...items);
}

await init();
const cluster = new Kubestep();
cluster.run("create deployment web --image=nginx:1.27.4 --replicas=3");
cluster.settle();
cluster.run("set image deployment/web nginx=nginx:1.27.5");

cluster.onChange(() => {
  const pods = cluster.snapshot().objects.filter((object) => object.kind === "Pod");
  list("pods", pods.map((pod) => `${pod.metadata.name}: ${pod.status.phase}`));
  list("why", cluster.decisions().map((decision) => decision.sentence));
});
element("step").onclick = () => {
  element("headline").textContent = cluster.step()?.headline ?? "Nothing is left to do.";
};
element("back").onclick = () => {
  element("headline").textContent = cluster.back() ? "One step back." : "This is the beginning.";
};
element("step").disabled = element("back").disabled = false;
