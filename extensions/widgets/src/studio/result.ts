import { type Drawn, drawing } from "../chart/drawing";
import { h } from "../shared/dom";
import { count, duration, isDuration, NOTHING, share } from "../shared/words";
import type { Cell } from "../table/cells";
import { Cancelled } from "../table/channel";
import { Grid, type Page, type Place } from "../table/grid";
import { button } from "./controls";
import type { Desk } from "./desk";
import { type Facts, facts } from "./facts";
import { MapHost } from "./map_host";
import { save } from "./variants";

interface Result extends Drawn, Facts {
  value?: Cell;
  unit?: string;
  rows?: number;
  /** Whether rows say which cases are behind them. */
  drill?: boolean;
  /** What is not shown and has cases of its own: words by name. */
  left_out?: Record<string, string>;
  map?: Record<string, unknown>;
}

/** The tab of a result: a figure, a chart with its table, a table or a map. */
export class ResultTab {
  readonly element = h("div", { class: "mz-pane mz-result" });
  private readonly actions = h("div", { class: "mz-actions", role: "status" });
  private readonly grid: Grid;
  private drill = false;
  private chosen: Place | null = null;
  private turn = 0;
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

  /** A newer question makes the older one idle: only the newest is answered for. */
  async load(): Promise<void> {
    this.turn += 1;
    const turn = this.turn;
    this.element.classList.add("mz-waits");
    try {
      const result = await this.desk.ask<Result>({ do: "result" });
      if (turn === this.turn) this.draw(result);
    } catch (error) {
      if (turn !== this.turn) return;
      if (error instanceof Cancelled) throw error;
      const said = (error as Error).message;
      this.element.replaceChildren(h("p", { class: "mz-form-error", role: "alert" }, said));
    } finally {
      if (turn === this.turn) this.element.classList.remove("mz-waits");
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
      this.element.replaceChildren(
        head,
        this.leftOut(result),
        facts(result),
        ...chart,
        this.actions,
        this.grid.element,
      );
      this.grid.reload();
    }
  }

  private leftOut({ left_out: names = {} }: Result): HTMLElement {
    const buttons = Object.entries(names).map(([name, words]) =>
      button(`${words}: keep them`, () => this.desk.act({ do: "drill", view: "result", left_out: name })),
    );
    const label = h("span", { class: "mz-muted" }, "Not shown:");
    return h("div", { class: "mz-actions", hidden: !buttons.length }, label, ...buttons);
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
  if (typeof value !== "number") return value === null || value === undefined ? NOTHING : String(value);
  if (unit && isDuration(unit)) return duration(value, unit);
  if (unit === "share") return share(value);
  return `${count(value)}${unit ? ` ${unit}` : ""}`;
}
