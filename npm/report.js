// The text that `kubestep` prints.

const VERDICTS = {
  holds: "held",
  "at-limit": "held",
  pending: "not reached yet",
  "broken-by-fault": "broken by a fault",
  "broken-by-controller": "broken by a controller",
};

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** The steps, by action. */
export function story(parts, { quiet, why, "every-step": every }) {
  const lines = [];
  for (const part of parts) {
    lines.push(part.title, ...part.lines.map((line) => `  ${line}`));
    for (const step of quiet ? [] : part.steps) {
      if (step.actor === "user" || (step.quiet && !every)) continue;
      lines.push(`  ${seconds(step.at).padStart(9)}  ${step.actor.padEnd(24)} ${step.headline}`);
      if (step.error) lines.push(`${" ".repeat(38)}error: ${step.error}`);
      for (const made of why ? step.decisions : []) lines.push(`${" ".repeat(38)}${made.sentence} (${made.source})`);
    }
    if (!part.settled) lines.push("  The limit of steps was reached: the cluster may be in an endless loop.");
    lines.push("");
  }
  return `${lines.join("\n")}\n`;
}

/** How it ended. */
export function summary({ rollouts, gauges, milliseconds }) {
  const lines = rollouts.map((one) => {
    const state = one.complete ? "complete" : one.failed ? "failed" : "not complete";
    return `${one.object}: ${state}${one.complete ? "" : `: ${one.text}`}`;
  });
  // A ReplicaSet's gauges are about its controller rather than about the rollout.
  for (const one of gauges.filter(({ object }) => !object.startsWith("ReplicaSet "))) {
    const range = one.lowest === null ? `${one.value}` : `${one.lowest} to ${one.highest}`;
    const broken = one.broken > 0 ? `, broken after ${one.broken} steps` : "";
    lines.push(`${one.object}: ${one.formula}: ${range}, bound ${one.bound}: ${VERDICTS[one.verdict]}${broken}`);
  }
  lines.push(`${seconds(milliseconds)} on the cluster's clock`);
  return `${lines.join("\n")}\n`;
}
