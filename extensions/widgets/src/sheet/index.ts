import baseCss from "../shared/base.css";
import { h, keepKeys } from "../shared/dom";
import { whenReleased } from "../shared/held";
import { type Model, onChange } from "../shared/model";
import { saveText } from "../shared/save";
import { keepTokens } from "../shared/tokens";
import css from "./style.css";

interface State {
  html: string;
  event: Record<string, unknown>;
  error: string;
  file: { name?: string; text?: string };
  heard: number;
}

/** What was clicked or chosen: its `data-do`, and `data-value` or the value chosen. */
function told(target: EventTarget | null, chosen: boolean): Record<string, unknown> | undefined {
  const from = target instanceof Element ? target.closest<HTMLElement | SVGElement>("[data-do]") : null;
  if (!from) return undefined;
  const field = from instanceof HTMLSelectElement || from instanceof HTMLInputElement ? from : undefined;
  if ((field !== undefined) !== chosen) return undefined;
  return { do: from.dataset.do, value: field ? field.value : JSON.parse(from.dataset.value ?? "null") };
}

/** Tells the page around a published dashboard which filters are chosen, so that they can be in its address. */
function tellPage(body: HTMLElement): void {
  const filters = body.querySelector<HTMLElement>("[data-filters]")?.dataset.filters;
  // it may be of any host, and learns nothing but what its own address is to say
  if (filters !== undefined && window.parent !== window)
    window.parent.postMessage({ mindzieFilters: filters }, "*");
}

/** anywidget's entry: shows HTML made in Python and tells Python what is clicked in it. */
function render({ model, el }: { model: Model<State>; el: HTMLElement }): () => void {
  const leave = new AbortController();
  const { signal } = leave;
  const body = h("div");
  const error = h("p", { class: "mz-error", role: "alert" });
  const root = h("div", { class: "mz-root mz-sheet" }, body, error);
  el.append(h("style", {}, baseCss, css), root);
  keepKeys(root, signal);

  const draw = () => {
    const focused = root.querySelector<HTMLElement>(":focus")?.dataset.key;
    body.innerHTML = model.get("html");
    if (focused) body.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    tellPage(body);
  };
  const tell = (event: Record<string, unknown> | undefined) => {
    if (!event) return;
    root.setAttribute("aria-busy", "true");
    // A number that changes, so that the same click twice is told twice.
    model.set("event", { ...event, at: Date.now() + Math.random() });
    model.save_changes();
  };
  const say = () => {
    error.textContent = model.get("error");
  };
  const rest = () => root.removeAttribute("aria-busy");
  const save = () => {
    const { name, text } = model.get("file") ?? {};
    if (name !== undefined && text !== undefined) saveText(name, text);
  };
  root.addEventListener("click", (event) => tell(told(event.target, false)), { signal });
  root.addEventListener("change", (event) => tell(told(event.target, true)), { signal });
  root.addEventListener(
    "keydown",
    (event) => {
      const button = event.target instanceof HTMLButtonElement;
      if (button || (event.key !== "Enter" && event.key !== " ")) return;
      const made = told(event.target, false);
      if (made) event.preventDefault();
      tell(made);
    },
    { signal },
  );
  onChange(model, ["html"], whenReleased(root, signal)(draw), signal);
  onChange(model, ["error"], say, signal);
  onChange(model, ["file"], save, signal);
  // also where nothing is drawn anew
  onChange(model, ["heard"], rest, signal);
  keepTokens(root, signal);
  draw();
  say();
  return () => leave.abort();
}

export default { render };
