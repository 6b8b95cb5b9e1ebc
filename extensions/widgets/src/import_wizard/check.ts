import { h } from "../shared/dom";
import { saveText } from "../shared/save";
import { count, counted } from "../shared/words";
import { button } from "../studio/controls";
import { readinessReport } from "../studio/dialog";
import { qualityReport } from "./quality";
import type { Desk, Figures } from "./types";

/** Step three: what all the rows are as events, before anything is kept. */
export class CheckStep {
  readonly element = h("div", { class: "mz-import-check" });

  constructor(private readonly desk: Desk) {}

  draw(): void {
    const { checked, source } = this.desk.shown();
    if (!checked) {
      this.element.replaceChildren(
        h("p", { class: "mz-note mz-import-wait", role: "status" }, "All rows are being read…"),
      );
      return;
    }
    const { figures, quality, readiness } = checked;
    const rejected = figures.rejected
      ? h(
          "p",
          {},
          `${counted(figures.rejected, "row")} cannot be an event. `,
          button("Save them as CSV", () => this.save(source?.label ?? "source")),
        )
      : null;
    this.element.replaceChildren(
      h("div", { class: "mz-import-figures" }, ...tiles(figures)),
      h("h3", {}, "Readiness"),
      readinessReport(readiness),
      rejected ?? "",
      h("h3", {}, "Data quality"),
      qualityReport(quality),
    );
  }

  private save(label: string): void {
    this.desk.ask<string>({ do: "rejected" }).then(
      (text) => saveText(`${label} rejected.csv`, text),
      () => undefined,
    );
  }
}

function tiles({ cases, events, activities, first, last }: Figures): HTMLElement[] {
  const tile = (figure: string, words: string) => h("div", {}, h("b", {}, figure), h("span", {}, words));
  return [
    tile(count(cases), cases === 1 ? "case" : "cases"),
    tile(count(events), events === 1 ? "event" : "events"),
    tile(count(activities), activities === 1 ? "activity" : "activities"),
    tile(first, `to ${last}`),
  ];
}
