// The browser says figures as Python does: both are held to the same examples.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { build } from "esbuild";

const here = new URL(".", import.meta.url).pathname;
const examples = JSON.parse(readFileSync(`${here}../../tests/core/words.json`, "utf8"));
const load = async (file) => {
  const built = await build({
    entryPoints: [`${here}src/${file}`],
    bundle: true,
    write: false,
    format: "esm",
  });
  const code = Buffer.from(built.outputFiles[0].text).toString("base64");
  return import(`data:text/javascript;base64,${code}`);
};
const words = await load("shared/words.ts");
const { labelled } = await load("studio/complaints.ts");
const { figures } = await load("studio/facts.ts");
const progress = await load("import_wizard/progress.ts");
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

test("forms call settings by their labels", () => {
  const labels = new Map([
    ["bins", "Bins"],
    ["calendar", "Calendar"],
  ]);
  const said = (message) => labelled(message, "case_duration", labels);
  assert.equal(said("case_duration: bins must be at least 1 (got 0)"), "Bins must be at least 1 (got 0)");
  const day =
    "case_duration: calendar: working calendar: closures: 'x' is no date: write one such as '2025-01-31'";
  assert.equal(said(day), "More free days: 'x' is no date: write one such as '2025-01-31'");
  assert.equal(said("No column 'x'."), "No column 'x'.");
});

test("a figure of 0 is shown, but nothing left out is not", () => {
  const facts = { score: 80, timeliness: 0, formula: "mean", below: 0, above: 3, fastest: null };
  assert.deepEqual(figures(facts), [
    ["score", 80],
    ["timeliness", 0],
    ["above", 3],
  ]);
});

test("progress is said as far as it is known, and time passes", () => {
  const read = {
    step: "read",
    rows_read: 40000,
    rows_loaded: 0,
    rows_rejected: 0,
    rate: 10400,
    seconds_left: 12,
  };
  assert.deepEqual(progress.said({ ...read, rows_expected: 160000 }, 2), [
    "40\u202f000 of about 160\u202f000 rows read",
    "10\u202f000 rows/s",
    "about 10 s left",
  ]);
  const checked = { ...read, step: "check", rows_loaded: 39999, rows_rejected: 1, seconds_left: 1 };
  assert.deepEqual(progress.said(checked, 2).slice(0, 3), [
    "40\u202f000 rows read",
    "39\u202f999 loaded",
    "1 rejected",
  ]);
  assert.equal(progress.said(checked, 2).length, 4);
  assert.deepEqual(progress.said({}, 0), []);
});
