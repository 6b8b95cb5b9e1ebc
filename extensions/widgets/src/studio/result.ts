import { type Drawn, drawing } from "../chart/drawing";
import { h } from "../shared/dom";
import { count, duration, share } from "../shared/words";
import { type Cell, title } from "../table/cells";
import { Cancelled } from "../table/channel";
import { Grid, type Page, type Place } from "../table/grid";
import { button } from "./controls";
import type { Desk } from "./desk";
import { MapHost } from "./map_host";
import { save } from "./variants";

interface Result extends Drawn {
  value?: Cell;
  unit?: string;
  facts?: Record<string, Cell>;
  /** Facts that are durations. */
  seconds?: string[];
  rows?: number;
  /** Whether rows say which cases are behind them. */
  drill?: boolean;
  map?: Record<string, unknown>;
}

/** The tab of a result: a figure, a chart with its table, a table or a map. */
export class ResultTab {
  readonly element = h("div", { class: "mz-pane mz-result" });
  private readonly actions = h("div", { class: "mz-actions", role: "status" });
  private readonly grid: Grid;
  private drill = false;
  private chosen: Place | null = null;
  private readonly map: MapHost;
  private readonly leave = new AbortController();

  constructor(private readonly desk: Desk) {
    this.grid = new Grid({
      label: "result",
      read: (offset, limit, order) => desk.ask<Page>({ do: "rows", view: "result", offset, limit, ...order }),
      save: (order) => save(desk, "result", order),
      pick: (_row, place) => this.choose(place),
      chosen: (_row, place) => this.drill && JSON.stringify(place) === JSON.stringify(this.chosen),
    });
    this.map = new MapHost(
      (message) => desk.command({ do: "map", which: "result", ...message }),
      this.leave.signal,
    );
  }

  async load(): Promise<void> {
    try {
      this.draw(await this.desk.ask<Result>({ do: "result" }));
    } catch (error) {
      if (!(error instanceof Cancelled)) {
        this.element.replaceChildren(
          h("p", { class: "mz-form-error", role: "alert" }, (error as Error).message),
        );
      }
    }
  }

  private draw(result: Result): void {
    const head = h("h3", {}, result.title);
    if (result.kind === "number") {
      const figure = h("div", { class: "mz-big" }, figureOf(result));
      this.element.replaceChildren(h("div", { class: "mz-number" }, figure, h("div", {}, result.title)));
    } else if (result.kind === "graph" && result.map) {
      this.element.replaceChildren(this.map.element);
      this.map.show(result.map);
    } else {
      this.drill = result.drill ?? false;
      const keep = (at: number) => this.keep({ at, sort: null, descending: false, search: "" });
      const drawn = drawing(result, this.drill ? keep : undefined);
      const chart = drawn ? [h("div", { class: "mz-result-chart" }, drawn)] : [];
      this.choose(null);
      this.element.replaceChildren(head, facts(result), ...chart, this.actions, this.grid.element);
      this.grid.reload();
    }
  }

  private choose(place: Place | null): void {
    this.chosen = place;
    this.actions.hidden = !this.drill;
    this.actions.replaceChildren(
      ...(place
        ? [h("span", {}, `Row ${place.at + 1} chosen`), button("Keep these cases", () => this.keep(place))]
        : [h("span", { class: "mz-muted" }, "Click a row to keep its cases.")]),
    );
  }

  private keep({ at, ...order }: Place): void {
    this.desk.act({ do: "drill", view: "result", row: at, ...order });
  }
}

function figureOf({ value, unit }: Result): string {
  if (typeof value !== "number")
    return value === null || value === undefined ? "not computed" : String(value);
  if (unit === "s") return duration(value);
  if (unit === "share") return share(value);
  return `${count(value)}${unit ? ` ${unit}` : ""}`;
}

function facts(result: Result): HTMLElement {
  const shown = Object.entries(result.facts ?? {}).filter(
    ([, value]) => typeof value === "number" && value !== 0,
  );
  const tiles = shown.slice(0, 8).map(([name, value]) => {
    const said = result.seconds?.includes(name) ? duration(value as number) : count(value as number);
    const label = title({ name, type: "number", unit: "" });
    return h(
      "div",
      { class: "mz-tile" },
      h("div", { class: "mz-tile-label" }, label),
      h("div", { class: "mz-tile-figure" }, said),
    );
  });
  return h("div", { class: "mz-tiles" }, ...tiles);
}
