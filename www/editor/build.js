// Bundles the editor into one module, with the notice required by its packages' licences:
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
  entryPoints: ["editor.js"],
  outfile: join(folder, "editor.js"),
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

/** The packages in the bundle. */
function packagesIn(inputs) {
  const names = inputs.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  return [...new Set(names.filter(Boolean))].sort();
}

/** A line of the notice. All packages so far have the same licence, which is included once. */
function line(name) {
  const read = (file) => readFileSync(join(here, "node_modules", name, file), "utf8");
  const { version, license } = JSON.parse(read("package.json"));
  if (license !== "MIT") throw new Error(`${name} has the licence ${license}: extend the notice`);
  const copyright = /^Copyright .*$/m.exec(read("LICENSE"))[0];
  return `| ${name} | ${version} | ${license} | ${copyright.replaceAll("|", "\\|")} |`;
}

const licence = readFileSync(join(here, "node_modules/crelt/LICENSE"), "utf8");
const permission = licence.slice(licence.indexOf("Permission is hereby granted")).trim();

writeFileSync(
  join(folder, "README.md"),
  `# Bundled code

\`editor.js\` is made from \`www/editor\` by \`cargo xtask editor\`: do not edit it here. Apart from the
project's own few functions it contains these packages.

| Package | Version | Licence | Copyright |
|---|---|---|---|
${packagesIn(Object.keys(metafile.inputs)).map(line).join("\n")}

## The MIT licence

${permission}
`,
);
