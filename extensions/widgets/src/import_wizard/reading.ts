import { h } from "../shared/dom";
import { count } from "../shared/words";
import { format } from "./said";
import type { Desk, Shown, Value } from "./types";

type Options = [value: Value, words: string][];

const LABELS: Record<string, string> = {
  delimiter: "Delimiter",
  encoding: "Encoding",
  decimal: "Decimals",
  day_first: "Dates",
  date_format: "Date format",
  timezone: "Time zone",
  sheet: "Sheet",
  header_row: "Header row",
  member: "File in the archive",
  object_type: "The case is a",
};
const OPTIONS: Record<string, Options> = {
  delimiter: [
    [",", "comma"],
    [";", "semicolon"],
    ["\t", "tab"],
    ["|", "bar"],
  ],
  encoding: [
    ["utf-8", "UTF-8"],
    ["cp1252", "Windows Western"],
    ["cp1250", "Windows Central European"],
    ["cp1251", "Windows Cyrillic"],
    ["latin-1", "Latin 1"],
    ["utf-16", "UTF-16"],
    ["gb18030", "Chinese (GB 18030)"],
    ["shift_jis", "Japanese (Shift JIS)"],
  ],
  decimal: [
    [".", "1.5"],
    [",", "1,5"],
  ],
  day_first: [
    [true, "day first: 31/12"],
    [false, "month first: 12/31"],
  ],
};
/** What a first look needs; the rest is behind "More". */
const FIRST = [
  "member",
  "object_type",
  "sheet",
  "header_row",
  "delimiter",
  "encoding",
  "day_first",
  "decimal",
];

/** How the source is read: what was found out, each to be said otherwise; and the texts that mean missing. */
export class Reading {
  readonly element = h("section", { class: "mz-import-reading", "aria-label": "How it is read" });
  private more = false;

  constructor(private readonly desk: Desk) {}

  draw(): void {
    const shown = this.desk.shown();
    // which settings mean something is not known before the first rows are
    const unknown = !shown.looked && !shown.troubles.length && !Object.keys(shown.plan.settings).length;
    if (unknown) {
      const words = shown.source ? "The first rows are being read…" : "";
      this.element.replaceChildren(h("p", { class: "mz-note mz-import-wait", role: "status" }, words));
      return;
    }
    const settings = shown.reading?.settings ?? [];
    const field = (name: string) => this.field(name, shown);
    const first = FIRST.filter((name) => settings.includes(name));
    const rest = settings.filter((name) => !FIRST.includes(name));
    const more = h(
      "button",
      { type: "button", class: "mz-quiet", "aria-expanded": this.more, "data-focus": "more" },
      "More",
    );
    more.setAttribute("aria-expanded", String(this.more));
    more.addEventListener("click", () => {
      this.more = !this.more;
      this.draw();
    });
    this.element.replaceChildren(
      ...first.map(field),
      ...(this.more ? rest.map(field) : []),
      rest.length ? more : "",
      this.marks(shown) ?? "",
      ...shown.troubles
        .filter(({ at }) => at in LABELS)
        .map(({ message }) => h("p", { class: "mz-form-error", role: "alert" }, message)),
    );
  }

  private field(name: string, shown: Shown): HTMLElement {
    const choices = shown.reading?.choices[name] ?? [];
    const options = choices.length ? choices.map((value): [Value, string] => [value, value]) : OPTIONS[name];
    const said = (shown.plan.settings[name] ?? null) as Value;
    const found = this.found(name, shown);
    const control = options ? this.select(name, options, said, found) : this.text(name, said, found);
    control.dataset.focus = `reading ${name}`;
    const label = LABELS[name] ?? name;
    control.setAttribute("aria-label", label);
    return h("label", { class: said === null ? null : "mz-import-said" }, h("span", {}, label), control);
  }

  private found(name: string, { reading, preview }: Shown): Value {
    if (name === "day_first") return preview?.times.day_first ?? null;
    if (name === "date_format") return preview?.times.timestamp_format ?? null;
    if (name === "timezone") return "UTC";
    return reading?.found[name] ?? null;
  }

  private select(name: string, options: Options, said: Value, found: Value): HTMLElement {
    const all =
      found === null || options.some(([value]) => value === found)
        ? options
        : [...options, [found, String(found)] as [Value, string]];
    const select = h("select", {});
    const now = said ?? found;
    if (now === null)
      select.append(
        h(
          "option",
          { value: "", selected: true },
          name === "member" || name === "object_type" ? "Choose" : "as found",
        ),
      );
    for (const [at, [value, words]] of all.entries()) {
      select.append(
        h(
          "option",
          { value: at, selected: value === now },
          value === found && said === null ? `${words} (found)` : words,
        ),
      );
    }
    select.addEventListener("change", () => {
      const value = all[Number(select.value)]?.[0] ?? null;
      this.desk.act({ do: "say", setting: name, value });
    });
    return select;
  }

  private text(name: string, said: Value, found: Value): HTMLElement {
    const input = h("input", {
      type: name === "header_row" ? "number" : "text",
      min: name === "header_row" ? 1 : null,
      value: said === null ? "" : String(said),
      placeholder: found === null ? "" : name === "date_format" ? format(String(found)) : String(found),
      title: name === "date_format" ? "As in Python, such as %d.%m.%Y %H:%M" : null,
    });
    input.addEventListener("change", () => {
      const text = input.value.trim();
      const value = text === "" ? null : name === "header_row" ? Number(text) : text;
      this.desk.act({ do: "say", setting: name, value });
    });
    return input;
  }

  private marks({ looked, plan }: Shown): HTMLElement | null {
    if (!looked?.marks.length) return null;
    const on = (plan.settings.null_values ?? []) as string[];
    const boxes = looked.marks.slice(0, 6).map(({ text, cells }) => {
      const box = h("input", { type: "checkbox", checked: on.includes(text), "data-focus": `mark ${text}` });
      box.addEventListener("change", () => {
        const texts = box.checked ? [...on, text] : on.filter((known) => known !== text);
        this.desk.act({ do: "missing", texts });
      });
      return h(
        "label",
        { class: "mz-import-mark", title: `${count(cells)} cells of the first rows` },
        box,
        h("code", {}, text),
      );
    });
    return h("fieldset", { class: "mz-import-marks" }, h("legend", {}, "Means missing"), ...boxes);
  }
}
