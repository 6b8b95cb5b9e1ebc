// The browser says figures as Python does: both are held to the same examples.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { build } from "esbuild";

const here = new URL(".", import.meta.url).pathname;
const examples = JSON.parse(readFileSync(`${here}../../tests/core/words.json`, "utf8"));
const built = await build({
  entryPoints: [`${here}src/shared/words.ts`],
  bundle: true,
  write: false,
  format: "esm",
});
const code = Buffer.from(built.outputFiles[0].text).toString("base64");
const words = await import(`data:text/javascript;base64,${code}`);
const say = {
  count: words.count,
  short: words.shortCount,
  duration: words.duration,
  working: ([seconds, unit]) => words.duration(seconds, unit),
  share: words.share,
  date: words.date,
  counted: (pair) => words.counted(...pair),
};

for (const [kind, pairs] of Object.entries(examples)) {
  test(kind, () => {
    for (const [value, said] of pairs) assert.equal(say[kind](value), said);
  });
}
