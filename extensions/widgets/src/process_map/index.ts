import baseCss from "../shared/base.css";
import { h, keepKeys } from "../shared/dom";
import type { Model } from "../shared/model";
import css from "./style.css";
import type { State } from "./types";
import { MapWidget } from "./widget";

/** anywidget's entry: draws the map into an element and returns how to leave it. */
function render({ model, el }: { model: Model<State>; el: HTMLElement }): () => void {
  const leave = new AbortController();
  // Inside the element, so that it also reaches into a shadow root.
  el.append(h("style", {}, baseCss, css));
  const root = h("div", { class: "mz-root mz-map" });
  el.append(root);
  keepKeys(root, leave.signal);
  new MapWidget(model, root, leave.signal);
  return () => leave.abort();
}

export default { render };
