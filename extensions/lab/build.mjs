// The prebuilt extension, as JupyterLab finds it: mindzie/lab/labextension.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const here = new URL(".", import.meta.url).pathname;
const out = `${here}../../mindzie/lab/labextension`;
const about = JSON.parse(await readFile(`${here}package.json`, "utf8"));
const schemas = `${out}/schemas/${about.name}`;
const built = await build({
  entryPoints: [`${here}src/container.ts`],
  bundle: true,
  write: false,
  format: "iife",
  target: "es2022",
  minify: true,
  charset: "utf8",
  loader: { ".css": "text" },
  logLevel: "info",
});
const code = built.outputFiles[0].contents;
// browsers keep it for ever: another content has another name
const name = `remoteEntry.${createHash("sha256").update(code).digest("hex").slice(0, 20)}.js`;
const { name: own, version, description, license, jupyterlab } = about;
const found = { load: `static/${name}`, extension: "./extension" };
const told = { name: own, version, description, license, jupyterlab: { ...jupyterlab, _build: found } };

await rm(out, { recursive: true, force: true });
await mkdir(`${out}/static`, { recursive: true });
await mkdir(schemas, { recursive: true });
await writeFile(`${out}/static/${name}`, code);
await writeFile(`${out}/package.json`, `${JSON.stringify(told, null, 2)}\n`);
await copyFile(`${here}package.json`, `${schemas}/package.json.orig`);
await copyFile(`${here}schema/plugin.json`, `${schemas}/plugin.json`);
