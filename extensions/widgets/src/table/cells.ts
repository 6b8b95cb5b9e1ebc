import { h } from "../shared/dom";
import { count, date, duration, isDuration, NOTHING, share } from "../shared/words";

export interface Column {
  name: string;
  type: "text" | "number" | "boolean" | "date" | "duration" | "list";
  unit: string;
}

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

export type Cell = string | number | boolean | null | Cell[];
/** What stands in a cell: text, or an element. */
export type Draw = (value: Cell, row: Cell[]) => Node | string;

/** A column's name as people write it. */
export function title(column: Column): string {
  const words = column.name.replace(/_/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function isNumeric(column: Column): boolean {
  return column.type === "number" || column.type === "duration";
}

/** A value in words, by its column's type and unit. */
export function say(column: Pick<Column, "type" | "unit">, value: Cell | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  if (Array.isArray(value)) return value.map((item) => say({ type: "text", unit: "" }, item)).join(" → ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (column.type === "date") return date(String(value));
  if (typeof value !== "number") return value;
  if (column.type === "duration" || isDuration(column.unit)) return duration(value, column.unit || "s");
  if (column.unit === "weekday") return WEEKDAYS[value - 1] ?? count(value);
  if (column.unit === "share") return share(value);
  return count(value);
}

/** A figure with a bar of its share. */
export function bar(part: number | null, ...said: (Node | string)[]): HTMLElement {
  const fill = h("span", { class: "mz-share-fill" });
  fill.style.width = `${Math.min(Math.max(part ?? 0, 0), 1) * 100}%`;
  return h("span", { class: "mz-share" }, h("span", { class: "mz-share-said" }, ...said), fill);
}
