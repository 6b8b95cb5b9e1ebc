// One bundle a widget: every folder of src that has an index.ts becomes mindzie/widgets/static/<folder>.js.
import { existsSync, readdirSync } from "node:fs";
import { context } from "esbuild";

const here = new URL(".", import.meta.url).pathname;
const widgets = readdirSync(`${here}src`).filter((name) => existsSync(`${here}src/${name}/index.ts`));
const build = await context({
  entryPoints: Object.fromEntries(widgets.map((name) => [name, `${here}src/${name}/index.ts`])),
  outdir: `${here}../../mindzie/widgets/static`,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  loader: { ".css": "text" },
  logLevel: "info",
});

if (process.argv.includes("--watch")) {
  await build.watch();
} else {
  await build.rebuild();
  await build.dispose();
}
