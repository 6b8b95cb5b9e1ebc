import { h } from "../shared/dom";
import { count, counted, share } from "../shared/words";
import { ActivityColors } from "../studio/colors";
import { timeline } from "../studio/timeline";
import type { Cell, Column, Draw } from "../table/cells";
import { Grid, type Page } from "../table/grid";
import { Reading } from "./reading";
import { Roles } from "./roles";
import { ROLE_WORDS, ROLES } from "./said";
import type { Desk, Role, Shown } from "./types";
import { Wide } from "./wide";

const SHOWN = 1000;

/** Step two: the rows as they stand in the source, what each column is, and what a case becomes. */
export class ColumnsStep {
  readonly element = h("div", { class: "mz-import-columns" });
  private readonly reading: Reading;
  private readonly roles: Roles;
  private readonly wide: Wide;
  private readonly table = h("section", { class: "mz-import-table", "aria-label": "Rows of the source" });
  private readonly example = h("section", { class: "mz-import-example", "aria-label": "A case" });
  private grid: Grid | null = null;
  private known = "";

  constructor(private readonly desk: Desk) {
    this.reading = new Reading(desk);
    this.roles = new Roles(desk);
    this.wide = new Wide(desk);
    this.element.append(
      h("div", { class: "mz-import-side" }, this.roles.element, this.wide.element),
      h("div", { class: "mz-import-main" }, this.reading.element, this.table),
      this.example,
    );
  }

  draw(): void {
    keepFocus(this.element, () => {
      this.reading.draw();
      this.roles.draw();
      this.wide.draw();
      this.drawTable();
    });
    this.drawExample();
  }

  private drawTable(): void {
    const { looked, source } = this.desk.shown();
    const key = looked ? `${source?.label} ${looked.reading}` : "";
    if (key === this.known) {
      this.grid?.redraw();
      return;
    }
    this.known = key;
    this.grid = looked ? this.makeGrid() : null;
    this.table.replaceChildren(this.grid?.element ?? "");
    this.grid?.reload();
  }

  private makeGrid(): Grid {
    const { looked } = this.desk.shown();
    const names = (looked?.columns ?? []).map(({ name }) => name);
    const cell: Draw = (value) => this.cell(value);
    const rows = looked?.rows ?? 0;
    const first =
      rows > SHOWN ? `The first ${count(SHOWN)} of ${counted(rows, "row")}` : counted(rows, "row");
    return new Grid({
      label: first,
      note: first,
      read: (offset, limit, order) => this.desk.ask<Page>({ do: "rows", offset, limit, ...order }),
      titles: Object.fromEntries(names.map((name) => [name, name])),
      draw: Object.fromEntries(names.map((name) => [name, cell])),
      head: (column) => this.head(column),
    });
  }

  private cell(value: Cell): Node | string {
    const marks = (this.desk.shown().plan.settings.null_values ?? []) as string[];
    if (value === null) return h("span", { class: "mz-import-empty" }, "–");
    const text = String(value);
    return marks.includes(text) ? h("s", { class: "mz-import-empty" }, text) : text;
  }

  private head(column: Column): Node {
    const facts = this.desk.shown().looked?.columns.find(({ name }) => name === column.name);
    const now = roleOf(column.name, this.desk.shown());
    const select = h("select", {
      class: `mz-import-chip mz-is-${now}`,
      "aria-label": `Role of ${column.name}`,
      "data-focus": `chip ${column.name}`,
    });
    const rest: [string, string][] = [
      ["attribute", "Attribute"],
      ["out", "Leave out"],
    ];
    const more: Record<string, string> = { event: "Event", clock: "Time of day" };
    const own = more[now] ? [[now, more[now]] as [string, string]] : [];
    const roles = ROLES.map((role): [string, string] => [role, ROLE_WORDS[role].label]);
    for (const [value, words] of [...own, ...roles, ...rest]) {
      select.append(h("option", { value, selected: value === now }, words));
    }
    select.addEventListener("change", () => this.choose(column.name, now, select.value));
    const missing = facts?.missing ? ` · ${share(facts.missing)} missing` : "";
    const note = facts ? `${counted(facts.distinct, "value")}${missing}` : "";
    return h("div", { class: "mz-import-head" }, select, h("span", { class: "mz-note" }, note));
  }

  private choose(column: string, before: string, value: string): void {
    if (before === "event") {
      const columns = this.desk.shown().plan.dates.filter((name) => name !== column);
      this.desk.act({ do: "dates", columns });
    }
    if (before === "clock") {
      const { clocks } = this.desk.shown().plan;
      const role = ROLES.find((each) => clocks[each] === column);
      this.desk.act({ do: "clock", role, column: null });
    }
    if (value === "attribute" || value === "out") {
      if (ROLES.includes(before as Role)) this.desk.act({ do: "role", role: before, column: null });
      this.desk.act({ do: "leave_out", column, out: value === "out" });
    } else if (value !== before) this.desk.act({ do: "role", role: value, column });
  }

  private drawExample(): void {
    const { preview, looked, troubles } = this.desk.shown();
    const story = preview?.story;
    if (!preview || !story) {
      const said =
        troubles.length || !looked
          ? "A case is shown here as soon as the case, the activity and the time are known."
          : "";
      this.example.replaceChildren(h("h3", {}, "A case"), h("p", { class: "mz-note" }, said));
      return;
    }
    const names = [...new Set(story.events.map(({ activity }) => activity))];
    const body = timeline({ ...story, attributes: [] }, new ActivityColors(names));
    this.example.replaceChildren(
      h("h3", {}, `Case ${story.case}`),
      h("p", { class: "mz-note" }, `${counted(story.events.length, "event")}, as they will be read`),
      body,
    );
  }
}

function roleOf(column: string, { plan }: Shown): string {
  if (plan.dates.includes(column)) return "event";
  if (Object.values(plan.clocks).includes(column)) return "clock";
  if (plan.left_out.includes(column)) return "out";
  return ROLES.find((role) => plan.roles[role] === column) ?? "attribute";
}

/** Draw, and leave the focus on what has the same mark as before. */
function keepFocus(root: HTMLElement, draw: () => void): void {
  const now = (root.getRootNode() as Document | ShadowRoot).activeElement as HTMLElement | null;
  const mark = now && root.contains(now) ? now.dataset.focus : undefined;
  draw();
  if (mark)
    root.querySelector<HTMLElement>(`[data-focus="${CSS.escape(mark)}"]`)?.focus({ preventScroll: true });
}
