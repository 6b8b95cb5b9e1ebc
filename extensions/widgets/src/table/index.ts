import baseCss from "../shared/base.css";
import { h } from "../shared/dom";
import type { Model } from "../shared/model";
import { saveText } from "../shared/save";
import { keepTokens } from "../shared/tokens";
import { Channel, type Post } from "./channel";
import { Grid, type Page } from "./grid";
import css from "./style.css";

interface State extends Post {
  title: string;
  height: number;
}

/** anywidget's entry: a result's table in a page. */
function render({ model, el }: { model: Model<State>; el: HTMLElement }): () => void {
  const leave = new AbortController();
  const root = h("div", { class: "mz-root mz-table", "data-lm-suppress-shortcuts": "true" });
  el.append(h("style", {}, baseCss, css), root);
  const channel = new Channel(model as unknown as Model<Post>, leave.signal);
  const grid = new Grid({
    label: model.get("title"),
    read: (offset, limit, order) =>
      channel.ask<Page>({ do: "rows", view: "result", offset, limit, ...order }),
    save: (order) =>
      channel
        .ask<{ name: string; text: string }>({ do: "csv", view: "result", ...order })
        .then(({ name, text }) => saveText(name, text)),
  });
  grid.element.style.height = `${model.get("height")}px`;
  root.append(h("div", { class: "mz-table-title" }, model.get("title")), grid.element);
  root.style.cssText += "border:1px solid var(--mz-line);border-radius:var(--mz-radius);overflow:hidden;";
  keepTokens(root, leave.signal);
  grid.reload();
  return () => leave.abort();
}

export default { render };
