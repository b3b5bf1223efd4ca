// A rolling update, step by step: `node rollout.js`.

import init, { Kubestep } from "kubestep";

await init();
const cluster = new Kubestep();
cluster.run("create deployment web --image=nginx:1.27.4 --replicas=3");
cluster.settle();
cluster.run("set image deployment/web nginx=nginx:1.27.5");
for (let step = cluster.step(); step; step = cluster.step()) {
  if (step.quiet) continue;
  console.log(step.headline);
  for (const decision of cluster.decisions()) console.log(`    ${decision.sentence}`);
}
for (const gauge of cluster.gauges()) {
  console.log(`${gauge.object}: ${gauge.formula}: ${gauge.lowest} to ${gauge.highest}, bound ${gauge.bound}`);
}
cluster.free();
