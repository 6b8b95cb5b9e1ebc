import { bars, type Mark } from "../chart/charts";
import { h } from "../shared/dom";
import { counted, duration, NOTHING } from "../shared/words";
import { button } from "./controls";
import type { Desk } from "./desk";
import type { Durations } from "./types";

/** The histogram of case durations; a click on a bar keeps its cases. */
export function histogram(data: Durations, desk: Desk | null, small = false): HTMLElement {
  const { edges, counts } = data;
  if (!counts.length) return h("p", { class: "mz-note" }, "No cases, so no durations: switch a filter off.");
  const [low, high] = [edges[0] ?? 0, edges.at(-1) ?? 1];
  const place = (seconds: number) => (seconds - low) / (high - low || 1);
  const columns = counts.map((value, at) => {
    const label = `${duration(edges[at])} to ${duration(edges[at + 1])}`;
    return {
      value,
      label,
      ...(desk ? { pick: () => desk.act({ do: "drill", view: "durations", row: at }) } : {}),
    };
  });
  const marks: Mark[] = [];
  const mark = (at: number | null, name: string) => {
    if (at !== null) marks.push({ at: place(at), label: `${name} ${duration(at)}` });
  };
  mark(data.median, "median");
  if (!small) mark(data.mean, "mean");
  const axis: [string, string, string] = [duration(low), duration((low + high) / 2), duration(high)];
  const drawn = bars("Cases by duration", columns, {
    axis,
    marks,
    small,
    say: (value) => counted(value, "case"),
  });
  if (small && data.above)
    drawn.append(
      h("div", { class: "mz-note" }, `Not drawn: ${counted(data.above, "case")} above ${duration(high)}`),
    );
  return drawn;
}

/** The tab: the histogram and its figures. */
export class DurationsTab {
  readonly element = h("div", { class: "mz-pane mz-durations" });
  private turn = 0;

  constructor(private readonly desk: Desk) {}

  /** A newer question makes the older one idle: only the newest is answered for. */
  async load(): Promise<void> {
    this.turn += 1;
    const turn = this.turn;
    try {
      const data = await this.desk.ask<Durations>({ do: "durations" });
      if (turn === this.turn) this.draw(data);
    } catch (error) {
      if (turn === this.turn) throw error;
    }
  }

  private draw(data: Durations): void {
    const figures = [
      ["Median", data.median],
      ["Mean", data.mean],
      ["Shortest", data.min],
      ["Longest", data.max],
    ] as const;
    const tiles = figures.map(([label, value]) =>
      h(
        "div",
        { class: "mz-tile" },
        h("div", { class: "mz-tile-label" }, label),
        h("div", { class: "mz-tile-figure" }, value === null ? NOTHING : duration(value)),
      ),
    );
    const end = data.edges.at(-1) ?? 0;
    const above = data.above ?? 0;
    const longer = button(`${counted(above, "case")} took longer than ${duration(end)}: keep them`, () =>
      this.desk.addFilter("case_duration", { min: `PT${Math.ceil(end)}S` }),
    );
    this.element.replaceChildren(
      h("div", { class: "mz-tiles" }, ...tiles),
      h("h3", {}, "How long cases take"),
      histogram(data, this.desk),
      h(
        "p",
        { class: "mz-note" },
        "From the first event's start to the last one's end. Click a bar to keep its cases.",
      ),
      ...(above ? [h("div", {}, longer)] : []),
    );
  }
}
