// The browser says figures as Python does: both are held to the same examples.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { build } from "esbuild";

const here = new URL(".", import.meta.url).pathname;
const examples = JSON.parse(readFileSync(`${here}../../tests/pictures/words.json`, "utf8"));
const built = await build({
  entryPoints: [`${here}src/shared/words.ts`],
  bundle: true,
  write: false,
  format: "esm",
});
const code = Buffer.from(built.outputFiles[0].text).toString("base64");
const words = await import(`data:text/javascript;base64,${code}`);
const say = { duration: words.duration, short: words.shortCount, share: words.share };
// Group separators are the reader's.
const plain = (text) => text.replaceAll(/[\u202f,](?=\d{3})/g, "");

for (const [kind, pairs] of Object.entries(examples)) {
  test(kind, () => {
    for (const [value, said] of pairs) assert.equal(plain(say[kind](value)), plain(said));
  });
}
