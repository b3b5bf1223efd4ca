// Bundles the editor and its formatter into a module each, with the notice required by its packages' licences:
// `node build.js [FOLDER]`, by default ../vendor.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * Lets style-mod, which mounts CodeMirror's styles, use a constructed stylesheet in the document as it does in shadow
 * roots. A `style` element would need `unsafe-inline` or a nonce in the page's Content-Security-Policy.
 */
const constructedStyles = {
  name: "constructed-styles",
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]style-mod[\\/]src[\\/]style-mod\.js$/ }, ({ path }) => {
      const condition = "!root.head && root.adoptedStyleSheets";
      const parts = readFileSync(path, "utf8").split(condition);
      if (parts.length !== 2) throw new Error(`style-mod no longer contains \`${condition}\``);
      return { contents: parts.join("root.adoptedStyleSheets") };
    }),
};

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = process.argv[2] ?? join(here, "../vendor");

const { metafile } = await build({
  entryPoints: ["editor.js", "format.js"],
  outdir: folder,
  // The same bytes wherever the checkout is.
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  legalComments: "none",
  metafile: true,
  plugins: [constructedStyles],
  logLevel: "warning",
  banner: { js: "// Made from www/editor by `cargo xtask editor`. Licences: README.md beside this file." },
});

/** The licences of the packages, each by a package that has it. */
const LICENCES = { MIT: "crelt", ISC: "yaml" };

/** The text of a licence after the copyright. */
function permission(licence) {
  const text = readFileSync(join(here, "node_modules", LICENCES[licence], "LICENSE"), "utf8");
  return text.slice(text.indexOf("Permission ")).trim();
}

/** The packages in the bundles. */
function packagesIn(inputs) {
  const names = inputs.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  return [...new Set(names.filter(Boolean))].sort();
}

/** A line of the notice. Each licence is included once. */
function line(name) {
  const read = (file) => readFileSync(join(here, "node_modules", name, file), "utf8");
  const { version, license } = JSON.parse(read("package.json"));
  if (!(license in LICENCES)) throw new Error(`${name} has the licence ${license}: extend the notice`);
  const copyright = /^Copyright .*$/m.exec(read("LICENSE"))[0];
  return `| ${name} | ${version} | ${license} | ${copyright.replaceAll("|", "\\|")} |`;
}

writeFileSync(
  join(folder, "README.md"),
  `# Bundled code

\`editor.js\` and \`format.js\` are made from \`www/editor\` by \`cargo xtask editor\`: do not edit them here. Apart
from the project's own few functions they contain these packages.

| Package | Version | Licence | Copyright |
|---|---|---|---|
${packagesIn(Object.keys(metafile.inputs)).map(line).join("\n")}

${Object.keys(LICENCES).map((licence) => `## The ${licence} licence\n\n${permission(licence)}\n`).join("\n")}`,
);
