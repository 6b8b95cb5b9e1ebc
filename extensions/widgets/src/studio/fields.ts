import { h } from "../shared/dom";
import { workingCalendar } from "./calendar";
import { compared, comparison } from "./compared";
import { button, segments } from "./controls";
import type { Desk } from "./desk";
import { typedDuration } from "./duration_text";
import { Picker } from "./picker";
import type { Field, Offer, Operation } from "./types";

/** A control of a form: its element, and the setting it stands for; undefined leaves the default. */
export interface Control {
  element: HTMLElement;
  read(): unknown;
  /** Start again, as what it is about is another. */
  reset?(): void;
  /** Draw again by what it depends on, keeping what it is set to. */
  follow?(): void;
  /** Whether more must be given; what is required and undefined is missing anyway. */
  missing?(): boolean;
  /** Of the chosen attribute. */
  type?(): string | null;
}

export interface Around {
  desk: Desk;
  place: number | null;
  attribute(field: Field): string | null;
  /** The type of the attribute a field is about. */
  type(field: Field): string | null;
  /** What another field is set to. */
  chosen(name: string): unknown;
  changed(): void;
  /** Types of attributes are known from now on. */
  known(): void;
  nested(operation: Operation | null, kind: string, take: (made: Operation) => void): HTMLElement;
}

const FEW = 4;

export function control(field: Field, value: unknown, around: Around): Control {
  if (field.control === "operation") return operations(field, value, around);
  if (field.control === "attribute" && !field.many) return attribute(field, value, around);
  if (field.control === "value" && field.by) return compared(field, value, around);
  if (["activity", "attribute", "value", "variant", "case"].includes(field.control))
    return picker(field, value, around);
  if (field.fitting) return comparison(field, value, around);
  if (field.control === "choice") return choice(field, value, around);
  if (field.control === "calendar") return workingCalendar(field, value, around);
  if (field.control === "keep") return keep(value, around);
  if (field.control === "flag") return flag(field, value, around);
  if (field.control === "date") return date(field, value, around);
  if (field.control === "integer" || field.control === "number") return number(field, value, around);
  return text(field, value, around);
}

function picker(field: Field, value: unknown, around: Around): Control {
  const attributeOf = () => around.attribute(field);
  const made = new Picker({ ...around, field, value, attribute: attributeOf });
  const read = () => {
    const now = made.value;
    return now === null || (Array.isArray(now) && !now.length) ? undefined : now;
  };
  return { element: made.element, read, reset: () => made.reset() };
}

function attribute(field: Field, value: unknown, around: Around): Control {
  const select = h("select", { "aria-label": field.label });
  const first = String(value ?? "");
  select.append(h("option", { value: "" }, field.required ? "Choose…" : "None"));
  if (first) select.append(h("option", { value: first }, first));
  select.value = first;
  const types = new Map<string, string>();
  const ask = { do: "offer", pick: "attribute", place: around.place };
  around.desk.ask<Offer>({ ...ask, types: field.types ?? null, level: field.level ?? null }).then(
    ({ items }) => {
      const group = (label: string, own: boolean) => {
        const fitting = items.filter((item) => (item.kind === "built-in") !== own);
        const options = fitting.map((item) =>
          h("option", { value: item.label }, `${item.label} (${item.type})`),
        );
        return options.length ? h("optgroup", { label }, ...options) : null;
      };
      const now = select.value;
      const parts = [select.options[0] ?? null, group("Attributes", true), group("Of every log", false)];
      select.replaceChildren(...parts.filter((part) => part !== null));
      select.value = now;
      for (const item of items) types.set(item.label, item.type ?? "");
      around.known();
    },
    () => undefined,
  );
  select.addEventListener("change", () => around.changed());
  const type = () => types.get(select.value) ?? null;
  return { element: select, read: () => select.value || undefined, type };
}

function choice(field: Field, value: unknown, around: Around): Control {
  const options = (field.options ?? []).map(String);
  const asIs = (text: string) => field.options?.find((option) => String(option) === text);
  let chosen = String(value ?? field.default ?? "");
  const said = (option: string) => option.replace(/_/g, " ");
  if (options.length <= FEW && options.join("").length < 34) {
    const parts = options.map((option) => ({ value: option, words: said(option) }));
    const choose = (next: string) => {
      chosen = next;
      around.changed();
    };
    return { element: segments(field.label, parts, chosen, choose), read: () => asIs(chosen) };
  }
  const made = options.map((option) => h("option", { value: option }, said(option)));
  const select = h("select", { "aria-label": field.label }, ...made);
  if (field.optional) select.prepend(h("option", { value: "" }, "None"));
  select.value = chosen;
  select.addEventListener("change", () => around.changed());
  return { element: select, read: () => asIs(select.value) };
}

function keep(value: unknown, around: Around): Control {
  let on = value !== false;
  const options = [
    { value: "keep", words: "Keep" },
    { value: "remove", words: "Remove" },
  ];
  const element = segments("Keep or remove what matches", options, on ? "keep" : "remove", (next) => {
    on = next === "keep";
    around.changed();
  });
  return { element, read: () => on };
}

function flag(field: Field, value: unknown, around: Around): Control {
  const input = h("input", { type: "checkbox", checked: Boolean(value ?? field.default) });
  input.addEventListener("change", () => around.changed());
  return { element: h("label", { class: "mz-flag" }, input, field.label), read: () => input.checked };
}

function number(field: Field, value: unknown, around: Around): Control {
  const percent = field.control === "number" && field.min === 0 && field.max === 1;
  const scale = percent ? 100 : 1;
  const start = typeof value === "number" ? Number((value * scale).toPrecision(12)) : "";
  const input = h("input", {
    type: "number",
    "aria-label": percent ? `${field.label}, percent` : field.label,
    value: start,
    min: (field.min ?? field.above ?? null) === null ? null : Number(field.min ?? field.above) * scale,
    max: (field.max ?? field.below ?? null) === null ? null : Number(field.max ?? field.below) * scale,
    step: field.control === "integer" ? 1 : "any",
    placeholder: field.optional ? "no limit" : null,
  });
  input.addEventListener("input", () => around.changed());
  const read = () => (input.value === "" ? undefined : Number((Number(input.value) / scale).toPrecision(12)));
  return { element: h("span", { class: "mz-with-unit" }, input, percent ? "%" : null), read };
}

function date(field: Field, value: unknown, around: Around): Control {
  const [day = "", time = ""] = String(value ?? "").split("T");
  const zone = /(Z|[+-]\d\d:?\d\d)$/.exec(time)?.[0] ?? "";
  const dayInput = h("input", { type: "date", value: day, "aria-label": `${field.label}, day` });
  const timeInput = h("input", {
    type: "time",
    value: time.slice(0, 5),
    "aria-label": `${field.label}, time`,
  });
  for (const input of [dayInput, timeInput]) input.addEventListener("input", () => around.changed());
  const read = () => {
    if (!dayInput.value) return undefined;
    return timeInput.value ? `${dayInput.value}T${timeInput.value}${zone}` : dayInput.value;
  };
  return { element: h("span", { class: "mz-pair" }, dayInput, timeInput), read };
}

function text(field: Field, value: unknown, around: Around): Control {
  const structured = field.control === "json" || (field.many && field.control !== "duration");
  const hint =
    { duration: "such as 3 d 4 h", moment: "2025-01-31, -30 d, start of month", json: "JSON" }[
      field.control
    ] ?? "";
  const start =
    field.control === "duration" ? typedDuration(value) : value === null || value === undefined ? "" : value;
  const input = structured
    ? h("textarea", { rows: 2, "aria-label": field.label, placeholder: field.many ? "One a line" : hint })
    : h("input", { type: "text", "aria-label": field.label, placeholder: hint });
  const lines = field.many && field.control === "text";
  input.value =
    lines && Array.isArray(start)
      ? start.join("\n")
      : typeof start === "object"
        ? JSON.stringify(start)
        : String(start);
  input.addEventListener("input", () => around.changed());
  const read = () => {
    const typed = input.value.trim();
    if (!typed) return undefined;
    if (lines) return typed.split("\n").map((line) => line.trim());
    if (!structured) return input.value;
    try {
      return JSON.parse(typed) as unknown;
    } catch {
      return typed;
    }
  };
  return { element: input, read };
}

/** Operations inside an operation, such as the filters of "any of". */
function operations(field: Field, value: unknown, around: Around): Control {
  const kind = field.kind ?? "filter";
  let made = (Array.isArray(value) ? value : value ? [value] : []) as Operation[];
  const list = h("ul", { class: "mz-nested" });
  const editor = h("div", {});
  const element = h("div", { class: "mz-nested-box" }, list, editor);
  const changed = () => {
    editor.replaceChildren();
    draw();
    around.changed();
  };
  const edit = (at: number) => {
    const take = (operation: Operation) => {
      made = made.some((_, place) => place === at) ? made.with(at, operation) : [...made, operation];
      changed();
    };
    editor.replaceChildren(around.nested(made[at] ?? null, kind, take));
  };
  const draw = () => {
    const rows = made.map((operation, at) => {
      const words = button("…", () => edit(at));
      around.desk.ask<{ title: string }>({ do: "preview", operation, place: around.place }).then(
        ({ title }) => words.replaceChildren(title),
        (error: Error) => words.replaceChildren(error.message),
      );
      const remove = () => {
        made = made.filter((_, place) => place !== at);
        changed();
      };
      return h("li", {}, words, button("", remove, { icon: "close", look: "icon", label: "Remove" }));
    });
    const more = button(`Add ${kind}`, () => edit(made.length), { icon: "plus" });
    list.replaceChildren(...rows, h("li", {}, field.many || !made.length ? more : null));
  };
  draw();
  const read = () => (field.many ? (made.length || field.required ? made : undefined) : made[0]);
  return { element, read };
}
