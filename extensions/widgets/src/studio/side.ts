import { h } from "../shared/dom";
import { counted, share } from "../shared/words";
import { button } from "./controls";
import type { Desk } from "./desk";
import { OperationForm } from "./form";
import { OperationList } from "./operation_list";
import type { FilterCard, Form, Operation } from "./types";

/** The left column: filters in their order and results, each added, edited and removed in place. */
export class Side {
  readonly element = h("aside", { class: "mz-side", "aria-label": "Filters and results" });
  private readonly filters = h("ol", { class: "mz-cards", "aria-label": "Filters" });
  private readonly results = h("ul", { class: "mz-cards", "aria-label": "Results" });
  private readonly addFilter = h("div", {});
  private readonly addResult = h("div", {});
  private editing: { key: string; element: HTMLElement } | null = null;

  constructor(private readonly desk: Desk) {
    this.element.append(
      this.section("Filters", "filter", this.filters, this.addFilter),
      this.section("Results", "calculator", this.results, this.addResult),
    );
  }

  /** Open the list of what can be added. */
  add(kind: "filter" | "calculator"): void {
    this.stop();
    const place = kind === "filter" ? this.addFilter : this.addResult;
    const leave = () => {
      place.replaceChildren();
      this.element.querySelector<HTMLElement>(`[data-add="${kind}"]`)?.focus({ preventScroll: true });
    };
    const list = new OperationList(this.desk, kind, (form) => this.open(place, form, null, leave), leave);
    place.replaceChildren(list.element);
    list.focus();
  }

  draw(): void {
    const { filters, results, tab } = this.desk.shown();
    const focused = (document.activeElement as HTMLElement | null)?.dataset?.key;
    const none = h(
      "li",
      { class: "mz-none" },
      "All cases. Add a filter, or click an activity or a path on the map.",
    );
    this.filters.replaceChildren(
      ...(filters.length ? filters.map((card, at) => this.filter(card, at)) : [none]),
    );
    const nothing = h(
      "li",
      { class: "mz-none" },
      "Add a figure, a table or a chart; it opens beside the tabs.",
    );
    const rows = results.map(({ title, operation }, at) =>
      this.result(title, operation, at, tab === `result:${at}`),
    );
    this.results.replaceChildren(...(rows.length ? rows : [nothing]));
    if (focused)
      this.element
        .querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)
        ?.focus({ preventScroll: true });
  }

  private section(
    title: string,
    kind: "filter" | "calculator",
    list: HTMLElement,
    adding: HTMLElement,
  ): HTMLElement {
    const add = button("Add", () => this.add(kind), {
      icon: "plus",
      label: `Add a ${kind === "filter" ? "filter" : "result"}`,
    });
    add.dataset.add = kind;
    return h("section", {}, h("div", { class: "mz-side-head" }, h("h3", {}, title), add), list, adding);
  }

  private filter(card: FilterCard, at: number): HTMLElement {
    const key = `filter:${at}`;
    const open = this.editing?.key === key ? this.editing.element : null;
    const words = h(
      "button",
      { type: "button", class: "mz-card-title", "data-key": `${key}:edit` },
      card.title,
    );
    words.title = "Click to change it; Alt with an arrow key moves it";
    words.addEventListener("click", () => this.edit(key, card.operation, at));
    const eye = button("", () => this.desk.act({ do: "switch_filter", place: at, on: !card.on }), {
      icon: card.on ? "eye" : "eyeOff",
      look: "icon",
      label: card.on ? "Switch off" : "Switch on",
    });
    eye.dataset.key = `${key}:eye`;
    const remove = button("", () => this.desk.act({ do: "remove_filter", place: at }), {
      icon: "close",
      look: "icon",
      label: `Remove: ${card.title}`,
    });
    const item = h(
      "li",
      { class: card.on ? "mz-card" : "mz-card mz-off", draggable: open ? null : "true" },
      h("div", { class: "mz-card-row" }, words, eye, remove),
      this.left(card),
      open,
    );
    item.addEventListener("keydown", (event) => {
      const way = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!event.altKey || !way || open) return;
      event.preventDefault();
      event.stopPropagation();
      this.move(at, at + way);
    });
    this.dragging(item, at);
    return item;
  }

  private left(card: FilterCard): HTMLElement {
    if (!card.on) return h("div", { class: "mz-left" }, "switched off");
    if (card.cases === undefined)
      return h("div", { class: "mz-left" }, this.desk.shown().error ? "not computed" : "counting…");
    const all = this.desk.shown().of.cases;
    const part = all ? card.cases / all : 0;
    const bar = h("span", { class: "mz-effect", "aria-hidden": "true" }, h("span", {}));
    (bar.firstChild as HTMLElement).style.width = `${part * 100}%`;
    const said = counted(card.cases, "case");
    const row = h("div", { class: "mz-left", title: "Cases left after this filter, and their share of all" });
    row.append(h("span", {}, said), h("span", {}, share(part)));
    return h("div", {}, row, bar);
  }

  private result(title: string, operation: Operation, at: number, chosen: boolean): HTMLElement {
    const key = `result:${at}`;
    const open = this.editing?.key === key ? this.editing.element : null;
    const words = h("button", { type: "button", class: "mz-card-title", "data-key": `${key}:show` }, title);
    words.setAttribute("aria-pressed", String(chosen));
    words.addEventListener("click", () => this.desk.act({ do: "tab", tab: `result:${at}` }));
    const edit = button("Edit", () => this.edit(key, operation, at), { label: `Change ${title}` });
    const remove = button("", () => this.desk.act({ do: "remove_result", place: at }), {
      icon: "close",
      look: "icon",
      label: `Remove: ${title}`,
    });
    const row = h("div", { class: "mz-card-row" }, words, edit, remove);
    return h("li", { class: chosen ? "mz-card mz-on" : "mz-card" }, row, open);
  }

  private edit(key: string, operation: Operation, at: number): void {
    if (this.editing?.key === key) {
      this.stop();
      return;
    }
    this.stop();
    const box = h("div", { class: "mz-edit" });
    this.editing = { key, element: box };
    this.draw();
    const leave = () => this.stop();
    this.desk.formOf(operation).then(
      (form) => this.open(box, form, { operation, at }, leave),
      (error: Error) => box.replaceChildren(h("p", { class: "mz-form-error", role: "alert" }, error.message)),
    );
  }

  private stop(): void {
    this.editing = null;
    this.addFilter.replaceChildren();
    this.addResult.replaceChildren();
    this.draw();
  }

  private open(
    box: HTMLElement,
    form: Form,
    old: { operation: Operation; at: number } | null,
    leave: () => void,
  ): void {
    const filter = form.kind === "filter";
    const names = { filter: ["add_filter", "edit_filter"], calculator: ["set_result", "set_result"] };
    const [add, change] = names[filter ? "filter" : "calculator"] as [string, string];
    const made = new OperationForm({
      desk: this.desk,
      form,
      operation: old?.operation ?? null,
      place: filter ? (old?.at ?? null) : null,
      done: old ? "Change" : filter ? "Add filter" : "Calculate",
      take: (operation) =>
        this.desk.command({ do: old ? change : add, operation, ...(old ? { place: old.at } : {}) }),
      leave,
    });
    box.replaceChildren(made.element);
    made.focus();
    made.element.scrollIntoView({ block: "nearest" });
  }

  private move(from: number, to: number): void {
    if (to < 0 || to >= this.desk.shown().filters.length || from === to) return;
    this.desk.command({ do: "move_filter", place: from, to }).then(
      () =>
        this.element
          .querySelector<HTMLElement>(`[data-key="filter:${to}:edit"]`)
          ?.focus({ preventScroll: true }),
      () => undefined,
    );
  }

  private dragging(item: HTMLElement, at: number): void {
    item.addEventListener("dragstart", (event) => {
      event.stopPropagation();
      event.dataTransfer?.setData("application/x-mindzie-filter", String(at));
      item.classList.add("mz-dragged");
    });
    item.addEventListener("dragend", () => item.classList.remove("mz-dragged"));
    item.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("application/x-mindzie-filter")) return;
      event.preventDefault();
      event.stopPropagation();
      item.classList.add("mz-drop");
    });
    item.addEventListener("dragleave", () => item.classList.remove("mz-drop"));
    item.addEventListener("drop", (event) => {
      item.classList.remove("mz-drop");
      const from = event.dataTransfer?.getData("application/x-mindzie-filter");
      if (!from) return;
      event.preventDefault();
      event.stopPropagation();
      this.move(Number(from), at);
    });
  }
}
