import { h } from "../shared/dom";
import { count, counted, date, duration, share } from "../shared/words";
import { bar } from "../table/cells";
import { button } from "./controls";
import type { Desk } from "./desk";
import type { Field, Offer, OfferItem } from "./types";

type Value = string | number | boolean;

export interface PickerSettings {
  desk: Desk;
  field: Field;
  place: number | null;
  /** The attribute whose values are picked. */
  attribute: () => string | null;
  value: unknown;
  changed: () => void;
}

let pickers = 0;

/** Picks names and values of this log from a list with bars of their frequency; others may be typed. */
export class Picker {
  readonly element = h("div", { class: "mz-picker" });
  private readonly chips = h("div", { class: "mz-chips" });
  private readonly list = h("ul", { class: "mz-options", role: "listbox" });
  private readonly note = h("div", { class: "mz-note", role: "status" });
  private readonly search: HTMLInputElement;
  private chosen: Value[];
  private offer: Offer | null = null;
  private turn = 0;
  private active = -1;

  constructor(private readonly settings: PickerSettings) {
    const { field, value } = settings;
    this.chosen = (
      Array.isArray(value) ? value : value === null || value === undefined ? [] : [value]
    ) as Value[];
    pickers += 1;
    this.list.id = `mz-options-${pickers}-${Math.random().toString(36).slice(2, 7)}`;
    this.search = h("input", {
      type: "search",
      placeholder: `Search ${field.label.toLowerCase()}`,
      role: "combobox",
      "aria-label": field.label,
      "aria-expanded": "true",
      "aria-controls": this.list.id,
      autocomplete: "off",
    });
    if (field.many) this.list.setAttribute("aria-multiselectable", "true");
    let timer = 0;
    this.search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => this.load(), 150);
    });
    this.search.addEventListener("keydown", (event) => this.key(event));
    this.element.append(this.chips, this.search, this.list, this.note);
    this.drawChips();
    this.load();
  }

  get value(): Value | Value[] | null {
    return this.settings.field.many ? this.chosen : (this.chosen[0] ?? null);
  }

  /** Start again, such as for the values of another attribute. */
  reset(): void {
    this.chosen = [];
    this.search.value = "";
    this.drawChips();
    this.load();
  }

  private load(): void {
    const { desk, field, place } = this.settings;
    this.turn += 1;
    const turn = this.turn;
    const message = { do: "offer", pick: field.control, place, search: this.search.value };
    const more = {
      attribute: this.settings.attribute(),
      types: field.types ?? null,
      level: field.level ?? null,
    };
    desk.ask<Offer>({ ...message, ...more }).then(
      (offer) => {
        if (turn !== this.turn) return;
        this.offer = offer;
        this.active = -1;
        this.draw();
      },
      (error: Error) => {
        if (turn === this.turn) this.note.textContent = error.message;
      },
    );
  }

  private draw(): void {
    const offer = this.offer;
    if (!offer) return;
    this.list.replaceChildren(...offer.items.map((item, at) => this.option(item, at, offer.of)));
    const more = offer.total - offer.items.length;
    const range = offer.range?.every((end) => end !== null)
      ? `From ${words(offer.range[0], offer.type, offer.unit)} to ${words(offer.range[1], offer.type, offer.unit)}. `
      : "";
    this.note.textContent =
      offer.hint ??
      (more > 0
        ? `${range}${count(more)} more: search to find them.`
        : offer.items.length
          ? range
          : this.canType
            ? "Nothing like it here. Enter takes what you typed."
            : "Nothing found.");
  }

  private get canType(): boolean {
    return this.settings.field.control === "value" || this.settings.field.control === "case";
  }

  private option(item: OfferItem, at: number, of: number): HTMLElement {
    const chosen = this.chosen.includes(item.value);
    const part = of && item.cases !== undefined ? item.cases / of : null;
    const said = item.cases === undefined ? (item.type ?? "") : share(part);
    const option = h(
      "li",
      {
        role: "option",
        id: `${this.list.id}-${at}`,
        "aria-selected": String(chosen),
        class: at === this.active ? "mz-active" : null,
        title: item.cases === undefined ? null : `${item.label}: ${counted(item.cases, "case")}`,
      },
      h("span", { class: "mz-tick", "aria-hidden": "true" }, chosen ? "✓" : ""),
      h("span", { class: "mz-option-label" }, words(item.label, item.type)),
      part === null ? h("span", { class: "mz-muted" }, said) : bar(part, said),
    );
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.toggle(item.value);
    });
    return option;
  }

  private toggle(value: Value): void {
    const had = this.chosen.includes(value);
    if (this.settings.field.many) {
      this.chosen = had ? this.chosen.filter((known) => known !== value) : [...this.chosen, value];
    } else this.chosen = had ? [] : [value];
    this.drawChips();
    this.draw();
    this.settings.changed();
  }

  private drawChips(): void {
    const made = this.chosen.map((value) => {
      const remove = button("", () => this.toggle(value), {
        icon: "close",
        look: "icon",
        label: `Remove ${value}`,
      });
      return h("span", { class: "mz-chip" }, h("span", {}, this.labelOf(value)), remove);
    });
    this.chips.replaceChildren(...made);
  }

  private labelOf(value: Value): string {
    const known = this.offer?.items.find((item) => item.value === value);
    return known ? words(known.label, known.type) : String(value);
  }

  private key(event: KeyboardEvent): void {
    const items = this.offer?.items ?? [];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.active = Math.min(Math.max(this.active + step, 0), items.length - 1);
      this.draw();
      this.search.setAttribute("aria-activedescendant", `${this.list.id}-${this.active}`);
      this.list.children[this.active]?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      const typed = this.search.value.trim();
      const item = items[this.active] ?? items.find((known) => known.label === typed);
      if (item) this.toggle(item.value);
      else if (typed && this.canType) this.take(typed);
      else if (items[0] && typed) this.toggle(items[0].value);
      else return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private take(typed: string): void {
    const number = Number(typed.replace(",", "."));
    this.search.value = "";
    this.toggle(this.offer?.type === "number" && !Number.isNaN(number) ? number : typed);
    this.load();
  }
}

function words(value: string | number | boolean, type: string | undefined, unit?: string): string {
  if (type === "duration" && typeof value === "number") return duration(value, unit || "s");
  if (type === "date") return date(String(value).replace(" ", "T"));
  return String(value);
}
