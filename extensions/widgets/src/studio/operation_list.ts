import { h } from "../shared/dom";
import { button } from "./controls";
import type { Desk } from "./desk";
import type { Form } from "./types";

/** The searchable catalogue: operations by category, each with a line of help. */
export class OperationList {
  readonly element = h("div", { class: "mz-catalogue" });
  private readonly search: HTMLInputElement;
  private readonly list = h("div", { class: "mz-catalogue-list" });
  private forms: Form[] = [];

  constructor(
    desk: Desk,
    kind: string,
    private readonly pick: (form: Form) => void,
    leave: () => void,
  ) {
    this.search = h("input", {
      type: "search",
      placeholder: `Search ${kind}s`,
      "aria-label": `Search ${kind}s`,
    });
    this.search.addEventListener("input", () => this.draw());
    const cancel = button("", leave, { icon: "close", look: "icon", label: "Cancel" });
    this.element.append(h("div", { class: "mz-catalogue-bar" }, this.search, cancel), this.list);
    this.element.addEventListener("keydown", (event) => this.key(event, leave));
    desk.catalogue(kind).then(
      (forms) => {
        this.forms = forms;
        this.draw();
      },
      (error: Error) =>
        this.list.replaceChildren(h("p", { class: "mz-form-error", role: "alert" }, error.message)),
    );
  }

  focus(): void {
    this.search.focus({ preventScroll: true });
  }

  private draw(): void {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = this.forms.filter((form) => {
      const text = `${form.title} ${form.category} ${form.help}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const groups = new Map<string, Form[]>();
    for (const form of found) groups.set(form.category, [...(groups.get(form.category) ?? []), form]);
    const parts = [...groups].map(([category, forms]) =>
      h("section", {}, h("h4", {}, category), h("ul", {}, ...forms.map((form) => this.entry(form)))),
    );
    const none = h(
      "p",
      { class: "mz-note" },
      "Nothing is called that. Try a word such as activity, time or rework.",
    );
    this.list.replaceChildren(...(parts.length ? parts : [none]));
  }

  private entry(form: Form): HTMLElement {
    const made = h("button", { type: "button", "data-op": form.op });
    made.append(h("span", {}, form.title), h("span", { class: "mz-note" }, form.help));
    made.addEventListener("click", () => this.pick(form));
    return h("li", {}, made);
  }

  private key(event: KeyboardEvent, leave: () => void): void {
    const entries = [...this.list.querySelectorAll("button")];
    const at = entries.indexOf(event.target as HTMLButtonElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") leave();
    else if (event.key === "Enter" && event.target === this.search) entries[0]?.click();
    else if (step) (at + step < 0 ? this.search : entries[Math.min(at + step, entries.length - 1)])?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
