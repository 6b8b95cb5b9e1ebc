import { h } from "../shared/dom";
import type { Action } from "./types";

/** The menu of what a click on an activity or path can become. */
export class Menu {
  readonly element = h("div", { class: "mz-menu", role: "menu", hidden: true });
  private opener: SVGElement | null = null;

  constructor(frame: HTMLElement, signal: AbortSignal) {
    frame.append(this.element);
    this.element.addEventListener("keydown", (event) => this.key(event));
    const root = frame.ownerDocument;
    root.addEventListener(
      "pointerdown",
      (event) => {
        if (!event.composedPath().includes(this.element)) this.close();
      },
      { signal, capture: true },
    );
  }

  open(
    title: string,
    actions: Action[],
    at: [number, number],
    opener: SVGElement,
    pick: (id: string) => void,
  ): void {
    this.opener = opener;
    const items = actions.map((action) => {
      const item = h("button", { type: "button", role: "menuitem" }, action.label);
      item.addEventListener("click", () => {
        this.close(true);
        pick(action.id);
      });
      return item;
    });
    this.element.replaceChildren(h("div", { class: "mz-menu-title" }, title), ...items);
    this.element.setAttribute("aria-label", title);
    this.element.hidden = false;
    const frame = this.element.parentElement as HTMLElement;
    const left = Math.min(at[0], frame.clientWidth - this.element.offsetWidth - 8);
    const top = Math.min(at[1], frame.clientHeight - this.element.offsetHeight - 8);
    this.element.style.left = `${Math.max(left, 4)}px`;
    this.element.style.top = `${Math.max(top, 4)}px`;
    items[0]?.focus({ preventScroll: true });
  }

  /** After the map was drawn anew: stay open for what is still shown, else close. */
  keep(opener: SVGElement | undefined): void {
    if (opener) this.opener = opener;
    else this.close();
  }

  close(back = false): void {
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.element.replaceChildren();
    if (back) this.opener?.focus({ preventScroll: true });
  }

  private key(event: KeyboardEvent): void {
    const items = [...this.element.querySelectorAll("button")];
    const at = items.indexOf(event.target as HTMLButtonElement);
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    event.stopPropagation();
    if (event.key === "Escape") this.close(true);
    else if (event.key === "Tab") this.close();
    else if (way) {
      event.preventDefault();
      items[(at + way + items.length) % items.length]?.focus();
    }
  }
}
