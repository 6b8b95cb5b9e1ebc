import { h } from "../shared/dom";
import { count, duration, share } from "../shared/words";
import { bars, type Mark } from "./charts";
import type { Desk } from "./desk";
import type { Durations } from "./types";

/** The histogram of case durations; a click on a bar keeps its cases. */
export function histogram(data: Durations, desk: Desk | null, small = false): HTMLElement {
  const { edges, counts } = data;
  if (!counts.length) return h("p", { class: "mz-note" }, "No cases, so no durations: switch a filter off.");
  const step = (edges[1] ?? 1) - (edges[0] ?? 0);
  const low = edges[0] ?? 0;
  const end = low + step * counts.length;
  const place = (seconds: number) => (seconds - low) / (end - low);
  const columns = counts.map((value, at) => {
    const last = at === counts.length - 1;
    const [from, to] = [edges[at] ?? 0, edges[at + 1] ?? 0];
    const label = last && data.open ? `${duration(from)} or longer` : `${duration(from)} to ${duration(to)}`;
    const keep = () => desk?.addFilter("case_duration", range(from, last ? null : to));
    return { value, label, ...(desk ? { pick: keep } : {}) };
  });
  const marks: Mark[] = [];
  if (data.median !== null) marks.push({ at: place(data.median), label: `median ${duration(data.median)}` });
  if (!small && data.mean !== null)
    marks.push({ at: place(data.mean), label: `mean ${duration(data.mean)}` });
  const axis: [string, string, string] = [
    duration(low),
    duration(low + (end - low) / 2),
    data.open ? `${duration(end)} +` : duration(end),
  ];
  const said = (value: number) => `${count(value)} cases`;
  return bars("Cases by duration", columns, { axis, marks, small, say: said });
}

function range(from: number, to: number | null): Record<string, unknown> {
  // A bar holds its lower end; whole seconds are what a reader can check.
  const made: Record<string, unknown> = { min: `PT${Math.floor(from)}S` };
  if (to !== null) made.max = `PT${Math.ceil(to)}S`;
  return made;
}

/** The tab: the histogram and its figures. */
export class DurationsTab {
  readonly element = h("div", { class: "mz-pane mz-durations" });

  constructor(private readonly desk: Desk) {}

  async load(): Promise<void> {
    const data = await this.desk.ask<Durations>({ do: "durations" });
    const figures = [
      ["Median", data.median],
      ["Mean", data.mean],
      ["90 % of cases within", data.p90],
      ["Shortest", data.min],
      ["Longest", data.max],
    ] as const;
    const tiles = figures.map(([label, value]) =>
      h(
        "div",
        { class: "mz-tile" },
        h("div", { class: "mz-tile-label" }, label),
        h("div", { class: "mz-tile-figure" }, duration(value)),
      ),
    );
    const cases = data.counts.reduce((sum, value) => sum + value, 0);
    const over = data.open
      ? ` The last bar holds the longest ${share((data.counts.at(-1) ?? 0) / (cases || 1))}.`
      : "";
    this.element.replaceChildren(
      h("div", { class: "mz-tiles" }, ...tiles),
      h("h3", {}, "How long cases take"),
      histogram(data, this.desk),
      h(
        "p",
        { class: "mz-note" },
        `From the first event's start to the last one's end.${over} Click a bar to keep its cases.`,
      ),
    );
  }
}
