import { bars } from "../chart/charts";
import { h } from "../shared/dom";
import { counted, date, duration, share } from "../shared/words";
import { chevrons } from "./chevrons";
import type { ActivityColors } from "./colors";
import { button } from "./controls";
import type { Desk } from "./desk";
import { histogram } from "./durations";
import type { Overview } from "./types";

/** The story of a log beside its map: the commonest variants, where time is lost, how long cases take. */
export class OverviewStory {
  readonly element = h("div", { class: "mz-story" });

  constructor(private readonly desk: Desk) {}

  draw(overview: Overview, colors: ActivityColors): void {
    if (!overview.variants.length) {
      if (!this.desk.shown().of.cases) {
        const words = "The log itself is empty: open one that has events.";
        this.element.replaceChildren(
          h("div", { class: "mz-story-card" }, h("h3", {}, "No cases"), h("p", {}, words)),
        );
        return;
      }
      const undo = button("Undo the last change", () => this.desk.act({ do: "undo" }), { icon: "undo" });
      this.element.replaceChildren(
        h(
          "div",
          { class: "mz-story-card" },
          h("h3", {}, "No cases left"),
          h("p", {}, "The filters together leave nothing. Switch one off, or go back."),
          undo,
        ),
      );
      return;
    }
    this.element.replaceChildren(
      this.lost(overview),
      this.variants(overview, colors),
      this.card("How long cases take", histogram(overview.durations, this.desk, true), "durations"),
      this.starts(overview),
    );
  }

  private card(title: string, body: HTMLElement, tab?: string): HTMLElement {
    const more = tab
      ? button("All", () => this.desk.act({ do: "tab", tab }), { label: `${title}: show all` })
      : null;
    return h(
      "section",
      { class: "mz-story-card" },
      h("div", { class: "mz-story-head" }, h("h3", {}, title), more),
      body,
    );
  }

  private lost({ lost }: Overview): HTMLElement {
    const most = lost[0]?.share ?? 1;
    const rows = lost.map((path) => {
      const name = `${path.from_activity} → ${path.to_activity}`;
      const keep = button(name, () =>
        this.desk.addFilter("path", { from_activity: path.from_activity, to_activity: path.to_activity }),
      );
      keep.title = `Keep the ${counted(path.cases, "case")} with this path`;
      const fill = h("span", {});
      fill.style.width = `${(path.share / most) * 100}%`;
      return h(
        "li",
        {},
        keep,
        h(
          "span",
          { class: "mz-figures" },
          h("b", {}, share(path.share)),
          ` of all waiting, median ${duration(path.median)}`,
        ),
        h("span", { class: "mz-lost-bar", "aria-hidden": "true" }, fill),
      );
    });
    const body = rows.length
      ? h("ol", { class: "mz-lost" }, ...rows)
      : h("p", { class: "mz-note" }, "Nothing waits: events follow one another at once.");
    return this.card("Where time is lost", body);
  }

  private variants({ variants }: Overview, colors: ActivityColors): HTMLElement {
    const rows = variants.map((variant) => {
      const said = `${share(variant.share)} of cases, median ${duration(variant.median_duration)}`;
      const keep = button(
        "",
        () => this.desk.addFilter("selected_variants", { variants: [variant.variant] }),
        {
          label: `Keep only these ${counted(variant.cases, "case")}`,
        },
      );
      keep.append(chevrons(variant.activities, colors));
      return h(
        "li",
        {},
        keep,
        h("span", { class: "mz-figures" }, h("b", {}, share(variant.share)), said.slice(said.indexOf(" of"))),
      );
    });
    return this.card("The commonest variants", h("ol", { class: "mz-top" }, ...rows), "variants");
  }

  private starts({ starts }: Overview): HTMLElement {
    const data = starts.times.map((time, at) => ({ value: starts.counts[at] ?? 0, label: date(time) }));
    const middle = starts.times[Math.floor(starts.times.length / 2)];
    const axis: [string, string, string] = [
      date(starts.times[0] ?? ""),
      middle ? date(middle) : "",
      date(starts.times.at(-1) ?? ""),
    ];
    const said = (value: number) => counted(value, "case");
    return this.card(
      `Cases started by ${starts.period}`,
      bars("Cases started", data, { axis, small: true, say: said }),
    );
  }
}
