import chartCss from "../chart/style.css";
import baseCss from "../shared/base.css";
import { h } from "../shared/dom";
import type { Model } from "../shared/model";
import tableCss from "../table/style.css";
import calendarCss from "./calendar.css";
import { mapStyle } from "./map_host";
import { Studio } from "./studio";
import css from "./style.css";
import type { State } from "./types";

/** anywidget's entry: draws the studio into an element and returns how to leave it. */
function render({ model, el }: { model: Model<State>; el: HTMLElement }): () => void {
  const leave = new AbortController();
  // Inside the element, so that it also reaches into a shadow root.
  el.append(h("style", {}, baseCss, mapStyle, tableCss, chartCss, css, calendarCss));
  // JupyterLab would take the arrow keys for its cells.
  const root = h("div", { class: "mz-root mz-studio", "data-lm-suppress-shortcuts": "true" });
  el.append(root);
  new Studio(model, root, leave.signal);
  return () => leave.abort();
}

export default { render };
