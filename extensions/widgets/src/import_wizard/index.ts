import chartCss from "../chart/style.css";
import baseCss from "../shared/base.css";
import { h } from "../shared/dom";
import type { Model } from "../shared/model";
import calendarCss from "../studio/calendar.css";
import { mapStyle } from "../studio/map_host";
import studioCss from "../studio/style.css";
import tableCss from "../table/style.css";
import css from "./style.css";
import type { State } from "./types";
import { Wizard } from "./wizard";

/** anywidget's entry: draws the wizard into an element and returns how to leave it. */
function render({ model, el }: { model: Model<State>; el: HTMLElement }): () => void {
  const leave = new AbortController();
  el.append(h("style", {}, baseCss, mapStyle, tableCss, chartCss, studioCss, calendarCss, css));
  // JupyterLab would take the arrow keys for its cells.
  const root = h("div", { class: "mz-import", "data-lm-suppress-shortcuts": "true" });
  el.append(root);
  new Wizard(model, root, leave.signal);
  return () => leave.abort();
}

export default { render };
