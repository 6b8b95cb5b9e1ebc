import { h } from "../shared/dom";
import { counted } from "../shared/words";
import { button } from "../studio/controls";
import type { Desk } from "./types";

/** Where a row is a whole case: its columns of dates become events. */
export class Wide {
  readonly element = h("section", { class: "mz-import-wide", "aria-label": "Events from columns" });

  constructor(private readonly desk: Desk) {}

  draw(): void {
    const { looked, plan } = this.desk.shown();
    const offered = Object.keys(looked?.wide?.columns ?? {});
    const dates = (looked?.columns ?? []).filter(({ looks }) => looks === "date").map(({ name }) => name);
    const names = offered.length ? offered : dates;
    this.element.hidden = names.length < 2 && !plan.dates.length;
    if (this.element.hidden) return;
    if (plan.dates.length)
      this.element.replaceChildren(...this.chosen([...new Set([...dates, ...plan.dates])], plan.dates));
    else if (offered.length) this.element.replaceChildren(...this.offer(names));
    else this.element.replaceChildren(this.hidden(names));
  }

  private take(columns: string[]): void {
    this.desk.act({ do: "dates", columns });
  }

  private offer(names: string[]): HTMLElement[] {
    const words = `Each row seems to be a whole case, with ${counted(names.length, "date")} in it.`;
    const make = button("Make an event of each date", () => this.take(names));
    make.dataset.focus = "wide";
    return [h("h3", {}, "One row, several events?"), h("p", { class: "mz-note" }, words), make];
  }

  private hidden(names: string[]): HTMLElement {
    const make = button(`Make events of ${counted(names.length, "column")} of dates`, () => this.take(names));
    const words = "If each row is a whole case, every date in it can be an event.";
    return h(
      "details",
      {},
      h("summary", {}, "A row is a whole case?"),
      h("p", { class: "mz-note" }, words),
      make,
    );
  }

  private chosen(names: string[], dates: string[]): HTMLElement[] {
    const boxes = names.map((name) => {
      const box = h("input", {
        type: "checkbox",
        checked: dates.includes(name),
        "data-focus": `date ${name}`,
      });
      box.addEventListener("change", () =>
        this.take(names.filter((known) => (known === name ? box.checked : dates.includes(known)))),
      );
      return h("label", { class: "mz-import-mark" }, box, name);
    });
    const back = button("Take rows as events instead", () => this.take([]));
    return [h("h3", {}, "Events are made of"), ...boxes, back];
  }
}
