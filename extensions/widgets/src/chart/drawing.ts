import { h } from "../shared/dom";
import { categories } from "../shared/tokens";
import { isDuration } from "../shared/words";
import { type Cell, type Column, isNumeric, say, title } from "../table/cells";
import { type Bar, bars, lines } from "./charts";
import { heat, isHeat } from "./heat";

/** A result that is drawn: its points are rows of the columns. */
export interface Drawn {
  kind: string;
  title: string;
  axis?: string;
  measures?: string[];
  split?: string | null;
  columns?: Column[];
  points?: Cell[][];
  /** What lies outside, in words. */
  not_shown?: string[];
}

type Pick = (at: number) => void;

/** The drawing of a result, if it has one; `pick` is told the row of a bar that was clicked. */
export function drawing(result: Drawn, pick?: Pick): HTMLElement | null {
  if (isHeat(result)) return heat(result, pick);
  if (result.kind !== "series") return null;
  const columns = result.columns ?? [];
  if (result.split) return splitLines(result);
  const axis = columns[place(result, result.axis)] as Column;
  return axis.type === "date" && (result.points ?? []).length > 1 ? dated(result) : barred(result, pick);
}

function place(result: Drawn, name: string | null | undefined): number {
  return (result.columns ?? []).findIndex((column) => column.name === name);
}

function names(result: Drawn, rows: Cell[][]): string[] {
  const at = place(result, result.axis);
  return rows.map((row) => say(result.columns?.[at] as Column, row[at] ?? null) || "none");
}

function value(result: Drawn, row: Cell[], name: string | undefined): number | null {
  const cell = row[place(result, name)];
  return typeof cell === "number" ? cell : null;
}

function sayer(result: Drawn): (value: number) => string {
  const first = result.columns?.[place(result, result.measures?.[0])] as Column;
  return (figure) => say(first, figure);
}

/** How the axis is said, where its measure is no plain number. */
function marker(result: Drawn): { mark?: (value: number) => string } {
  const first = result.columns?.[place(result, result.measures?.[0])] as Column;
  const plain = first.type === "number" && first.unit !== "share" && !isDuration(first.unit);
  return plain ? {} : { mark: sayer(result) };
}

function splitLines(result: Drawn): HTMLElement {
  const points = result.points ?? [];
  const [of, measure] = [place(result, result.split), result.measures?.[0]];
  const group = (row: Cell[]) => String(row[of] ?? "none");
  const groups = [...new Set(points.map(group))].slice(0, categories.length);
  const ticks = [...new Set(names(result, points))];
  const series = groups.map((name, order) => {
    const own = points.filter((row) => group(row) === name);
    const labels = names(result, own);
    const found = new Map(own.map((row, at) => [labels[at], value(result, row, measure)]));
    return {
      name,
      values: ticks.map((tick) => found.get(tick) ?? null),
      color: categories[order] as string,
    };
  });
  return lines(result.title, ticks, series, sayer(result));
}

function dated(result: Drawn): HTMLElement {
  const points = result.points ?? [];
  const series = (result.measures ?? []).slice(0, 4).map((name, order) => ({
    name: title(result.columns?.[place(result, name)] as Column),
    values: points.map((row) => value(result, row, name)),
    color: categories[order] as string,
  }));
  return lines(result.title, names(result, points), series, sayer(result));
}

function barred(result: Drawn, pick: Pick | undefined): HTMLElement {
  const points = result.points ?? [];
  const labels = names(result, points);
  const data: Bar[] = points.map((row, at) => ({
    value: value(result, row, result.measures?.[0]) ?? 0,
    label: labels[at] ?? "",
    ...(pick ? { pick: () => pick(at) } : {}),
  }));
  const axis = result.columns?.[place(result, result.axis)] as Column;
  if (!isNumeric(axis) && data.length <= 24) return rowsOfBars(data, sayer(result));
  const label = (at: number) => data.at(at)?.label ?? "";
  const ends: [string, string, string] = [label(0), label(Math.floor(data.length / 2)), label(-1)];
  return bars(result.title, data, { axis: ends, say: sayer(result), ...marker(result) });
}

/** Few categories: a row each, so that their names can be read. */
function rowsOfBars(data: Bar[], sayOf: (value: number) => string): HTMLElement {
  const most = Math.max(...data.map((bar) => Math.abs(bar.value)), 0) || 1;
  const rows = data.map(({ label, value: figure, pick }) => {
    const fill = h("span", { "aria-hidden": "true" });
    fill.style.width = `${(Math.abs(figure) / most) * 100}%`;
    const name = pick
      ? h("button", { type: "button", title: label }, label)
      : h("span", { title: label }, label);
    if (pick) name.addEventListener("click", pick);
    return h("li", {}, name, h("span", { class: "mz-row-bar" }, fill), h("b", {}, sayOf(figure)));
  });
  return h("ol", { class: "mz-rows" }, ...rows);
}
