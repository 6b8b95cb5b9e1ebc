// What the panel decides by itself, and the handshake with JupyterLab.
import assert from "node:assert/strict";
import test from "node:test";
import { build } from "esbuild";

const here = new URL(".", import.meta.url).pathname;
const built = async (file, format) => {
  const { outputFiles } = await build({
    entryPoints: [`${here}src/${file}`],
    bundle: true,
    write: false,
    format,
    loader: { ".css": "text" },
  });
  return outputFiles[0].text;
};
const load = async (file) =>
  import(`data:text/javascript;base64,${Buffer.from(await built(file, "esm")).toString("base64")}`);
const { pick } = await load("sharing.ts");
const { found } = await load("rows.ts");

test("of what the page shares, the version in use is taken, else the newest", async () => {
  const one = (value, loaded) => ({ loaded, get: async () => () => value });
  const scope = {
    a: { "2.9.0": one("old"), "2.10.0": one("new") },
    b: { "1.0.0": one("used", true), "2.0.0": one("not") },
  };
  assert.equal(await pick(scope, "a"), "new");
  assert.equal(await pick(scope, "b"), "used");
  await assert.rejects(pick(scope, "c"), /shares no c/);
});

test("a search takes all of its words, wherever they are", () => {
  const row = (name, project, says) => ({ id: name, name, project, says, actions: [] });
  const rows = [
    row("Late orders", "Order desk", "version 2"),
    row("Rework", "Purchasing", "looks into orders"),
  ];
  const names = (search) => found(rows, search).map((one) => one.name);
  assert.deepEqual(names(""), ["Late orders", "Rework"]);
  assert.deepEqual(names("ORDERS"), ["Late orders", "Rework"]);
  assert.deepEqual(names("orders purch"), ["Rework"]);
  assert.deepEqual(names("nothing"), []);
});

test("the container gives JupyterLab one plugin, and its own name alone", async () => {
  globalThis.window = globalThis;
  new Function(await built("container.ts", "iife"))();
  const container = globalThis._JUPYTERLAB["@mindzie/lab"];
  const names = [
    "@lumino/widgets",
    "@jupyterlab/application",
    "@jupyterlab/apputils",
    "@jupyterlab/services",
  ];
  const tokens = {
    ILayoutRestorer: Symbol("restorer"),
    ICommandPalette: Symbol("palette"),
    ILauncher: Symbol("launcher"),
  };
  const shares = (names) =>
    container.init(
      Object.fromEntries(names.map((name) => [name, { "1.0.0": { get: async () => () => tokens } }])),
    );
  shares(names);
  const made = (await container.get("./extension"))();
  assert.ok(Object.hasOwn(made, "__esModule"));
  assert.equal(made.default.id, "@mindzie/lab:plugin");
  assert.deepEqual(made.default.optional, [tokens.ILayoutRestorer, tokens.ICommandPalette]);
  await assert.rejects(container.get("./else"), /has no/);
  shares([...names, "@jupyterlab/launcher"]);
  const launched = (await container.get("./extension"))();
  assert.deepEqual(launched.default.optional.at(-1), tokens.ILauncher);
});
