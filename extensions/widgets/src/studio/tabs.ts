import { h } from "../shared/dom";
import type { Desk } from "./desk";

const TABS = [
  ["overview", "Overview"],
  ["map", "Map"],
  ["variants", "Variants"],
  ["cases", "Cases"],
  ["durations", "Durations"],
] as const;

/** The tabs over what is shown; the results follow the fixed ones. */
export class TabBar {
  readonly element = h("div", { class: "mz-tabs" });
  private readonly list = h("div", { role: "tablist", "aria-label": "Views" });
  private seen = "";

  constructor(private readonly desk: Desk) {
    this.element.append(this.list);
    this.list.addEventListener("keydown", (event) => this.key(event));
  }

  draw(): void {
    const { tab, results } = this.desk.shown();
    const had = this.list.contains(document.activeElement);
    const all = [
      ...TABS.map(([id, words]) => [id, words]),
      ...results.map(({ title }, at) => [`result:${at}`, title]),
    ];
    const made = all.map(([id = "", words = ""]) => {
      const chosen = id === tab;
      const attributes = {
        type: "button",
        role: "tab",
        "data-tab": id,
        "aria-selected": String(chosen),
        tabindex: chosen ? 0 : -1,
      };
      const part = h("button", { ...attributes, title: words }, words);
      part.addEventListener("click", () => this.desk.act({ do: "tab", tab: id }));
      return part;
    });
    this.list.replaceChildren(...made);
    if (this.seen !== tab) this.reveal();
    this.seen = tab;
    if (had) this.list.querySelector<HTMLElement>("[aria-selected='true']")?.focus({ preventScroll: true });
  }

  /** Scroll the tab chosen into view, and nothing but the tabs. */
  private reveal(): void {
    const part = this.list.querySelector<HTMLElement>("[aria-selected='true']");
    if (!part) return;
    const [box, place] = [this.list.getBoundingClientRect(), part.getBoundingClientRect()];
    if (place.left < box.left) this.list.scrollLeft -= box.left - place.left;
    else if (place.right > box.right) this.list.scrollLeft += place.right - box.right;
  }

  private key(event: KeyboardEvent): void {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const parts = [...this.list.querySelectorAll("button")];
    parts[(parts.indexOf(event.target as HTMLButtonElement) + way + parts.length) % parts.length]?.click();
  }
}
