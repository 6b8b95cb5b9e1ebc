import { h } from "../shared/dom";
import { NOTHING } from "../shared/words";
import { Look } from "./look";
import type { MeasureInfo, Values, View } from "./types";

/** The map as two tables, for those who read rather than look. */
export function tables(view: View, measures: MeasureInfo[]): HTMLElement {
  const names = new Map(view.nodes.map((node) => [node.id as number | null, node.name]));
  const heads = measures.map((measure) => measure.title);
  const looks = measures.map((measure) => new Look(measure, "light", view));
  const cells = (values: Values) => looks.map((look) => said(look, values[look.measure.name]));
  const nodes = view.nodes.map((node) => [node.name, ...cells(node.values)]);
  const edges = view.edges.map((edge) => {
    return [names.get(edge.from) ?? "START", names.get(edge.to) ?? "END", ...cells(edge.values)];
  });
  return h(
    "div",
    { class: "mz-tables" },
    table("Activities", ["Activity", ...heads], nodes, 1),
    table("Paths", ["From", "To", ...heads], edges, 2),
  );
}

function said(look: Look, value: number | null | undefined): string {
  return typeof value === "number" ? look.say(value) : NOTHING;
}

function table(caption: string, heads: string[], rows: string[][], named: number): HTMLElement {
  const head = h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)));
  const body = rows.map((row) =>
    h("tr", {}, ...row.map((text, i) => (i < named ? h("th", { scope: "row" }, text) : h("td", {}, text)))),
  );
  return h("table", {}, h("caption", {}, caption), h("thead", {}, head), h("tbody", {}, ...body));
}
