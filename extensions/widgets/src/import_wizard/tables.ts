import { h } from "../shared/dom";
import { counted, duration } from "../shared/words";
import { button, segments } from "../studio/controls";
import type { Cell, Column } from "../table/cells";
import { Cancelled } from "../table/channel";
import type { Connected, Desk } from "./types";

interface Glance {
  columns: Column[];
  rows: Cell[][];
}

const MANY = 8;

/** What is read of a database: a table from a list, or a query; its first rows are looked at before. */
export class Tables {
  readonly element: HTMLElement;
  private readonly list = h("ul", {});
  private readonly search = h("input", {
    type: "search",
    placeholder: "Search",
    "aria-label": "Search tables",
  });
  private readonly left = h("div", { class: "mz-import-files" });
  private readonly right = h("section", { class: "mz-import-glance", "aria-label": "First rows" });
  private place: string | null = null;
  private turn = 0;

  constructor(
    private readonly desk: Desk,
    private readonly connected: Connected,
    back: HTMLElement,
  ) {
    const { name, seconds, tables } = connected;
    const answered = `It answered in ${duration(seconds)}.`;
    const ways = [
      { value: "tables", words: "Tables" },
      { value: "query", words: "Query" },
    ];
    const way = segments("Read from", ways, "tables", (chosen) => this.turnTo(chosen));
    this.search.addEventListener("input", () => this.find());
    this.element = h(
      "div",
      { class: "mz-import-tables" },
      h(
        "div",
        { class: "mz-import-connected" },
        h("h3", {}, name),
        h("span", { class: "mz-note" }, answered),
        back,
      ),
      h("div", { class: "mz-import-pair" }, h("div", {}, way, this.left), this.right),
    );
    this.fill(tables);
    this.turnTo("tables");
  }

  private turnTo(way: string): void {
    this.turn += 1;
    const hint =
      way === "query" ? "Write a query to see its first rows." : "Choose a table to see its first rows.";
    this.right.replaceChildren(h("p", { class: "mz-note" }, hint));
    if (way === "query") this.left.replaceChildren(...this.query());
    else this.left.replaceChildren(this.schemas(), this.search, this.list);
  }

  private schemas(): HTMLElement | string {
    const { schemas } = this.connected;
    if (schemas.length < 2) return "";
    const select = h("select", {}, h("option", { value: "" }, "Where the user begins"));
    for (const name of schemas)
      select.append(h("option", { value: name, selected: name === this.place }, name));
    select.addEventListener("change", () => {
      this.place = select.value || null;
      this.desk.ask<string[]>({ do: "tables", place: this.place }).then(
        (tables) => this.fill(tables),
        (error: Error) => this.complain(error),
      );
    });
    return h("label", { class: "mz-import-schema" }, h("span", {}, "Schema"), select);
  }

  private fill(tables: string[]): void {
    const items = tables.map((table) => {
      const row = h("button", { type: "button", class: "mz-import-file" }, h("span", {}, table));
      row.addEventListener("click", () => {
        for (const other of this.list.querySelectorAll("button")) other.removeAttribute("aria-current");
        row.setAttribute("aria-current", "true");
        this.glance({ table, place: this.place }, table);
      });
      return h("li", { "data-name": table.toLowerCase() }, row);
    });
    const none = h("li", { class: "mz-note" }, "There is no table here that this user may read.");
    this.list.replaceChildren(...(items.length ? items : [none]));
    this.search.hidden = items.length <= MANY;
    this.search.value = "";
  }

  private find(): void {
    for (const item of this.list.children) {
      const { name } = (item as HTMLElement).dataset;
      (item as HTMLElement).hidden = name !== undefined && !name.includes(this.search.value.toLowerCase());
    }
  }

  private query(): HTMLElement[] {
    const text = h("textarea", {
      rows: 10,
      spellcheck: "false",
      "aria-label": "Query",
      placeholder: "SELECT … FROM … WHERE …",
    });
    const look = button("Show the first rows", () => {
      const query = text.value.trim();
      if (query) this.glance({ query }, "the query");
    });
    return [text, h("p", { class: "mz-note" }, "One query that only reads."), look];
  }

  private glance(choice: Record<string, string | null>, name: string): void {
    this.turn += 1;
    const turn = this.turn;
    this.right.replaceChildren(
      h("p", { class: "mz-note", role: "status" }, `Reading the first rows of ${name}…`),
    );
    this.desk.ask<Glance>({ do: "glance", ...choice }).then(
      ({ columns, rows }) => {
        if (turn !== this.turn) return;
        const use = () => this.desk.act({ do: "table", ...choice });
        const words = choice.query ? "Use this query" : `Use ${name}`;
        const main = button(words, use, { look: "main" });
        main.disabled = !columns.length || !rows.length;
        this.right.replaceChildren(
          h("div", { class: "mz-import-use" }, h("span", { class: "mz-note" }, size(columns, rows)), main),
          h("div", { class: "mz-import-rows", tabindex: 0 }, table(columns, rows)),
        );
      },
      (error: Error) => turn === this.turn && this.complain(error),
    );
  }

  private complain(error: Error): void {
    const words = error instanceof Cancelled ? "Cancelled." : error.message;
    this.right.replaceChildren(h("p", { class: "mz-form-error", role: "alert" }, words));
  }
}

function size(columns: Column[], rows: Cell[][]): string {
  if (!rows.length) return `${counted(columns.length, "column")}, no rows`;
  return `${counted(columns.length, "column")}, the first ${counted(rows.length, "row")}`;
}

function table(columns: Column[], rows: Cell[][]): HTMLElement {
  const head = columns.map(({ name }) => h("th", { scope: "col" }, name));
  const body = rows.map((row) =>
    h("tr", {}, ...row.map((cell) => h("td", {}, cell === null ? "–" : String(cell)))),
  );
  return h("table", {}, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...body));
}
