import { h } from "../shared/dom";
import { count } from "../shared/words";
import type { Quality } from "./types";

const SHOWN = 6;

/** How good the data are: the score, that of each dimension, and what was deducted for what. */
export function qualityReport({ score, dimensions, formula, deductions }: Quality): HTMLElement {
  const tiles = Object.entries(dimensions).map(([name, value]) =>
    h("div", {}, h("b", {}, count(value)), h("span", {}, name)),
  );
  const rest = deductions.slice(SHOWN);
  const more = rest.length
    ? h("details", {}, h("summary", {}, `${rest.length} more`), table(rest, "Smaller deductions"))
    : "";
  const none = h("p", { class: "mz-note" }, "Nothing was deducted.");
  return h(
    "div",
    { class: "mz-import-quality" },
    h("p", {}, h("b", {}, `${count(score)} of 100. `), "The mean of five dimensions:"),
    h("div", { class: "mz-import-figures" }, ...tiles),
    deductions.length ? table(deductions.slice(0, SHOWN), "Deductions") : none,
    more,
    h("details", {}, h("summary", {}, "How it is calculated"), h("p", { class: "mz-note" }, formula)),
  );
}

function table(deductions: Quality["deductions"], label: string): HTMLElement {
  const head = ["Dimension", "What was found", "How often", "Points"].map((words) =>
    h("th", { scope: "col" }, words),
  );
  const rows = deductions.map(({ dimension, check, attribute, count: found, total, deduction }) =>
    h(
      "tr",
      {},
      h("td", {}, dimension),
      h("td", {}, attribute ? `${check}: ${attribute}` : check),
      h("td", {}, `${count(found)} of ${count(total)}`),
      h("td", {}, deduction ? `−${count(deduction)}` : "0"),
    ),
  );
  return h("table", { "aria-label": label }, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows));
}
