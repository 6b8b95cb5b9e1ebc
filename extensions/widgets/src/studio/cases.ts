import { h } from "../shared/dom";
import { Cancelled } from "../table/channel";
import { Grid, type Page } from "../table/grid";
import type { ActivityColors } from "./colors";
import { button } from "./controls";
import type { Desk } from "./desk";
import { type CaseStory, timeline } from "./timeline";
import { save } from "./variants";

const SELDOM = ["variant", "start_year", "start_quarter", "start_month", "start_weekday", "first_resource"];

/** The case explorer: a table of cases, and beside it the one that is open. */
export class CasesTab {
  readonly element = h("div", { class: "mz-pane mz-cases" });
  private readonly open = h("section", { class: "mz-case", hidden: true, tabindex: -1 });
  private readonly grid: Grid;
  private shown: string | null = null;

  constructor(
    private readonly desk: Desk,
    private readonly colors: () => ActivityColors,
  ) {
    this.grid = new Grid({
      label: "cases",
      read: (offset, limit, order) => desk.ask<Page>({ do: "rows", view: "cases", offset, limit, ...order }),
      save: (order) => save(desk, "cases", order),
      titles: {
        case_id: "Case",
        case_start: "Start",
        case_end: "End",
        case_duration: "Duration",
        event_count: "Events",
      },
      draw: Object.fromEntries(SELDOM.map((name) => [name, null])),
      pick: (row) => this.show(String(row.case_id)),
      chosen: (row) => row.case_id === this.shown,
    });
    this.element.append(this.grid.element, this.open);
  }

  load(): void {
    this.close();
    this.grid.reload();
  }

  private show(id: string): void {
    this.shown = id;
    this.grid.redraw();
    this.desk.ask<CaseStory>({ do: "case", case: id }).then(
      (story) => {
        if (this.shown !== id) return;
        const close = button("", () => this.close(), {
          icon: "close",
          look: "icon",
          label: "Close the case",
        });
        this.open.replaceChildren(
          h("div", { class: "mz-case-head" }, h("h3", {}, id), close),
          timeline(story, this.colors()),
        );
        this.open.setAttribute("aria-label", `Case ${id}`);
        this.open.hidden = false;
        this.grid.redraw();
      },
      (error: Error) => {
        if (error instanceof Cancelled) return;
        this.open.hidden = false;
        this.open.replaceChildren(h("p", { class: "mz-form-error", role: "alert" }, error.message));
      },
    );
  }

  private close(): void {
    this.shown = null;
    this.open.hidden = true;
    this.open.replaceChildren();
    this.grid.redraw();
  }
}
