import { h } from "../shared/dom";
import { categories } from "../shared/tokens";
import { count, duration, share } from "../shared/words";
import { type Cell, type Column, isNumeric, say, title } from "../table/cells";
import { Cancelled } from "../table/channel";
import { Grid, type Page } from "../table/grid";
import { bars, lines } from "./charts";
import type { Desk } from "./desk";
import { MapHost } from "./map_host";
import { save } from "./variants";

interface Result {
  kind: string;
  title: string;
  value?: Cell;
  unit?: string;
  facts?: Record<string, Cell>;
  /** Facts that are durations. */
  seconds?: string[];
  rows?: number;
  axis?: string;
  measures?: string[];
  split?: string | null;
  columns?: Column[];
  points?: Cell[][];
  map?: Record<string, unknown>;
}

/** The tab of a result: a figure, a chart with its table, a table or a map. */
export class ResultTab {
  readonly element = h("div", { class: "mz-pane mz-result" });
  private readonly grid: Grid;
  private readonly map: MapHost;
  private readonly leave = new AbortController();

  constructor(private readonly desk: Desk) {
    this.grid = new Grid({
      label: "result",
      read: (offset, limit, order) => desk.ask<Page>({ do: "rows", view: "result", offset, limit, ...order }),
      save: (order) => save(desk, "result", order),
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
      const chart = result.kind === "series" ? h("div", { class: "mz-result-chart" }, drawing(result)) : null;
      this.element.replaceChildren(head, facts(result), ...(chart ? [chart] : []), this.grid.element);
      this.grid.reload();
    }
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

function drawing(result: Result): HTMLElement {
  const columns = result.columns ?? [];
  const points = result.points ?? [];
  const place = (name: string | null | undefined) => columns.findIndex((column) => column.name === name);
  const at = place(result.axis);
  const axis = columns[at] as Column;
  const first = columns[place(result.measures?.[0])] as Column;
  const sayOf = (value: number) => say(first, value);
  const names = (rows: Cell[][]) => rows.map((row) => say(axis, row[at] ?? null) || "none");
  const value = (row: Cell[], name: string | undefined) => {
    const cell = row[place(name)];
    return typeof cell === "number" ? cell : null;
  };
  if (result.split) {
    const [of, measure] = [place(result.split), result.measures?.[0]];
    const groups = [...new Set(points.map((row) => String(row[of] ?? "none")))].slice(0, categories.length);
    const ticks = [...new Set(names(points))];
    const series = groups.map((group, order) => {
      const own = points.filter((row) => String(row[of] ?? "none") === group);
      const found = new Map(own.map((row) => [say(axis, row[at] ?? null) || "none", value(row, measure)]));
      return {
        name: group,
        values: ticks.map((tick) => found.get(tick) ?? null),
        color: categories[order] as string,
      };
    });
    return lines(result.title, ticks, series, sayOf);
  }
  const binned = isNumeric(axis);
  if (axis.type === "date" && points.length > 1) {
    const series = (result.measures ?? []).slice(0, 4).map((name, order) => ({
      name: title(columns[place(name)] as Column),
      values: points.map((row) => value(row, name)),
      color: categories[order] as string,
    }));
    return lines(result.title, names(points), series, sayOf);
  }
  const data = points.map((row, order) => ({
    value: value(row, result.measures?.[0]) ?? 0,
    label: names(points)[order] ?? "",
  }));
  if (binned || data.length > 24) {
    const ends: [string, string, string] = [
      data[0]?.label ?? "",
      data[Math.floor(data.length / 2)]?.label ?? "",
      data.at(-1)?.label ?? "",
    ];
    return bars(result.title, data, { axis: ends, say: sayOf });
  }
  return rowsOfBars(data, sayOf);
}

/** Few categories: a row each, so that their names can be read. */
function rowsOfBars(data: { value: number; label: string }[], sayOf: (value: number) => string): HTMLElement {
  const most = Math.max(...data.map((bar) => Math.abs(bar.value)), 0) || 1;
  const rows = data.map(({ label, value }) => {
    const fill = h("span", { "aria-hidden": "true" });
    fill.style.width = `${(Math.abs(value) / most) * 100}%`;
    return h(
      "li",
      {},
      h("span", { title: label }, label),
      h("span", { class: "mz-row-bar" }, fill),
      h("b", {}, sayOf(value)),
    );
  });
  return h("ol", { class: "mz-rows" }, ...rows);
}
