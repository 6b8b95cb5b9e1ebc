import { h } from "../shared/dom";
import { Look } from "./look";
import type { Shape } from "./scene";
import { BoxShape } from "./shapes";
import type { MeasureInfo, View } from "./types";

/** All figures of what the pointer or the keyboard is on. */
export class Tooltip {
  readonly element = h("div", { class: "mz-tip", "aria-hidden": "true", hidden: true });

  show(shape: Shape, title: string, view: View, measures: MeasureInfo[], late: boolean): void {
    const values = shape instanceof BoxShape ? shape.node.values : shape.edge.values;
    const rows = measures
      .filter((measure) => typeof values[measure.name] === "number")
      .map((measure) => {
        const said = new Look(measure, "light", view).say(values[measure.name]);
        return h("tr", {}, h("th", {}, measure.title), h("td", {}, said));
      });
    const note = late ? [h("div", { class: "mz-tip-late" }, "Computing durations…")] : [];
    this.element.replaceChildren(
      h("div", { class: "mz-tip-title" }, title),
      h("table", {}, ...rows),
      ...note,
    );
    this.element.hidden = false;
  }

  move(x: number, y: number): void {
    const frame = this.element.parentElement;
    if (!frame) return;
    const { offsetWidth, offsetHeight } = this.element;
    const left = x + 16 + offsetWidth > frame.clientWidth ? x - offsetWidth - 12 : x + 16;
    const top = Math.min(y + 16, frame.clientHeight - offsetHeight - 4);
    this.element.style.transform = `translate(${Math.max(left, 4)}px, ${Math.max(top, 4)}px)`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}
