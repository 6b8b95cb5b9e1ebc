import baseCss from "../shared/base.css";
import { h } from "../shared/dom";
import type { Model } from "../shared/model";
import { keepTokens } from "../shared/tokens";
import { type Drawn, drawing } from "./drawing";
import css from "./style.css";

/** anywidget's entry: a series or a heat map in a page. */
function render({ model, el }: { model: Model<{ result: Drawn }>; el: HTMLElement }): () => void {
  const leave = new AbortController();
  const result = model.get("result");
  const root = h("div", { class: "mz-root mz-chart-card" });
  const empty = h("p", {}, "No cases are left.");
  root.append(
    h("div", { class: "mz-chart-title" }, result.title),
    ...(result.not_shown?.length
      ? [h("div", { class: "mz-chart-about" }, `Not shown: ${result.not_shown.join(", ")}`)]
      : []),
    result.points?.length ? (drawing(result) ?? empty) : empty,
  );
  el.append(h("style", {}, baseCss, css), root);
  keepTokens(root, leave.signal);
  return () => leave.abort();
}

export default { render };
