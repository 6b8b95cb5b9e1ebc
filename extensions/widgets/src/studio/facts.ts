import { h } from "../shared/dom";
import { count, duration } from "../shared/words";
import { type Cell, title } from "../table/cells";

/** The figures of a result that stand above it. */
export interface Facts {
  facts?: Record<string, Cell>;
  /** Units of the facts that are durations. */
  durations?: Record<string, string>;
}

const MOST = 8;
/** How much is not shown, which is told only where there is something. */
const LEFT_OUT = ["below", "above", "undated", "columns_left_out"];

/** The figures that are shown; 0 is one. */
export function figures(facts: Facts["facts"]): [name: string, value: number][] {
  const numbers = Object.entries(facts ?? {}).filter(
    (fact): fact is [string, number] => typeof fact[1] === "number",
  );
  return numbers.filter(([name, value]) => value !== 0 || !LEFT_OUT.includes(name)).slice(0, MOST);
}

/** A tile for each. */
export function facts(result: Facts): HTMLElement {
  const tiles = figures(result.facts).map(([name, value]) => {
    const unit = result.durations?.[name];
    return h(
      "div",
      { class: "mz-tile" },
      h("div", { class: "mz-tile-label" }, title({ name, type: "number", unit: "" })),
      h("div", { class: "mz-tile-figure" }, unit ? duration(value, unit) : count(value)),
    );
  });
  return h("div", { class: "mz-tiles" }, ...tiles);
}
