import { h } from "../shared/dom";
import { type Around, type Control, control } from "./fields";
import { Picker } from "./picker";
import type { Field } from "./types";

/** How an attribute is compared: only what fits its type. */
export function comparison(field: Field, value: unknown, around: Around): Control {
  const select = h("select", { "aria-label": field.label });
  const start = String(value ?? field.default ?? "");
  const draw = (chosen: string, kept: string[]) => {
    const fitting = field.fitting?.[around.type(field) ?? ""] ?? (field.options ?? []).map(String);
    const offered = [...new Set([...fitting, ...kept])];
    select.replaceChildren(...offered.map((name) => h("option", { value: name }, name.replace(/_/g, " "))));
    select.value = offered.includes(chosen) ? chosen : (offered[0] ?? "");
  };
  // A comparison that was set elsewhere stays, though a form would not offer it.
  draw(start, [start]);
  select.addEventListener("change", () => around.changed());
  return {
    element: select,
    read: () => select.value,
    reset: () => draw(select.value, []),
    follow: () => draw(select.value, [start]),
  };
}

/** What an attribute is compared with: picked or typed by its type, as many values as the comparison takes. */
export function compared(field: Field, value: unknown, around: Around): Control {
  const element = h("div", { class: "mz-compared" });
  let values: unknown[] = Array.isArray(value) ? value : value === null || value === undefined ? [] : [value];
  let parts: Control[] = [];
  const count = () => field.needed?.[String(around.chosen(field.by ?? ""))];
  const now = (): unknown[] => parts.flatMap((part) => part.read());
  const given = () => now().filter((one) => one !== undefined);
  const draw = () => {
    const many = count();
    const typed = field.typed?.[around.type(field) ?? ""];
    if (many === 0) parts = [];
    else if (!typed || many === null || many === undefined) {
      // Both ends of a range stay until the type is known.
      const chosen = many === 1 ? values.slice(0, 1) : values;
      parts = [picked({ ...field, many: many !== 1 }, chosen, around)];
    } else {
      const labels = many === 2 ? ["From", "To"] : ["Value"];
      parts = labels.map((label, at) => {
        const one = { ...field, control: typed, label, many: false, default: null };
        return control(one, stored(values[at], typed), around);
      });
    }
    const rows = parts.map((part, at) =>
      parts.length > 1
        ? h("div", { class: "mz-end" }, h("span", { class: "mz-note" }, at ? "to" : "from"), part.element)
        : part.element,
    );
    element.replaceChildren(...rows);
    element.parentElement?.toggleAttribute("hidden", many === 0);
  };
  draw();
  return {
    element,
    read: () => (given().length ? given() : undefined),
    missing: () => {
      const many = count();
      return many === null ? !given().length : given().length !== (many ?? 0);
    },
    reset: () => {
      values = [];
      draw();
    },
    follow: () => {
      if (parts.length) values = now();
      draw();
    },
  };
}

function picked(field: Field, value: unknown[], around: Around): Control {
  const made = new Picker({ ...around, field, value, attribute: () => around.attribute(field) });
  return { element: made.element, read: () => made.value ?? undefined };
}

function stored(value: unknown, control: string): unknown {
  return control === "date" && typeof value === "string" ? value.replace(" ", "T") : value;
}
