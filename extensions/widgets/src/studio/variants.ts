import { h } from "../shared/dom";
import { saveText } from "../shared/save";
import { share } from "../shared/words";
import { bar, type Cell } from "../table/cells";
import { Grid, type Page } from "../table/grid";
import { chevrons } from "./chevrons";
import type { ActivityColors } from "./colors";
import { button } from "./controls";
import type { Desk } from "./desk";

/** The variants as chevrons; those clicked can be kept or removed. */
export class VariantsTab {
  readonly element = h("div", { class: "mz-pane" });
  private readonly actions = h("div", { class: "mz-actions", role: "status" });
  private readonly grid: Grid;
  private chosen = new Set<number>();

  constructor(
    private readonly desk: Desk,
    colors: () => ActivityColors,
  ) {
    this.grid = new Grid({
      label: "variants",
      // a dozen arrows: four lines where the table is narrow, two where it is wide
      rowHeight: (width) => (width < 1100 ? 102 : 56),
      read: (offset, limit, order) =>
        desk.ask<Page>({ do: "rows", view: "variants", offset, limit, ...order }),
      save: (order) => save(desk, "variants", order),
      titles: {
        activities: "Variant",
        cumulative_share: "Cumulative",
        length: "Events",
        median_duration: "Median",
      },
      draw: {
        variant: null,
        mean_duration: null,
        activities: (value) => chevrons(value as string[], colors()),
        share: (value) => bar(value as number, share(value as number)),
      },
      pick: (row) => this.toggle(row),
      chosen: (row) => this.chosen.has(row.variant as number),
    });
    this.element.append(this.actions, this.grid.element);
    this.drawActions();
  }

  load(): void {
    this.chosen.clear();
    this.drawActions();
    this.grid.reload();
  }

  private toggle(row: Record<string, Cell>): void {
    const variant = row.variant as number;
    if (!this.chosen.delete(variant)) this.chosen.add(variant);
    this.drawActions();
  }

  private drawActions(): void {
    const size = this.chosen.size;
    const what = size === 1 ? "variant" : "variants";
    const apply = (keep: boolean) =>
      this.desk.addFilter("selected_variants", { variants: [...this.chosen], keep });
    const clear = () => {
      this.chosen.clear();
      this.drawActions();
      this.grid.redraw();
    };
    this.actions.replaceChildren(
      ...(size
        ? [
            h("span", {}, `${size} ${what} chosen`),
            button(`Keep only ${size === 1 ? "it" : "them"}`, () => apply(true)),
            button(size === 1 ? "Remove it" : "Remove them", () => apply(false)),
            button("Clear", clear),
          ]
        : [h("span", { class: "mz-muted" }, "Click variants to keep or remove them.")]),
    );
  }
}

/** Save a table of the studio as CSV. */
export async function save(desk: Desk, view: string, order: object): Promise<void> {
  const { name, text } = await desk.ask<{ name: string; text: string }>({ do: "csv", view, ...order });
  saveText(name, text);
}
