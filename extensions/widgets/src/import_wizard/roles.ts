import { h } from "../shared/dom";
import { counted, share } from "../shared/words";
import { ROLE_WORDS, ROLES, sure } from "./said";
import type { ColumnFacts, Desk, Role, Shown } from "./types";

/** Which column is what: one choice a role, with values beside it and what is wrong under it. */
export class Roles {
  readonly element = h("section", { class: "mz-import-roles", "aria-label": "Roles of columns" });

  constructor(private readonly desk: Desk) {}

  draw(): void {
    const shown = this.desk.shown();
    const { looked, plan } = shown;
    if (!looked) {
      this.element.replaceChildren();
      return;
    }
    const roles = ROLES.filter(
      (role) => !(plan.dates.length && (role === "activity" || role === "timestamp")),
    );
    this.element.replaceChildren(h("h3", {}, "What is what"), ...roles.map((role) => this.role(role, shown)));
  }

  private role(role: Role, shown: Shown): HTMLElement {
    const { looked, plan } = shown;
    const words = ROLE_WORDS[role];
    const chosen = plan.roles[role] ?? "";
    const column = looked?.columns.find(({ name }) => name === chosen);
    const candidates = looked?.guesses[role] ?? [];
    const guess = candidates.find((candidate) => candidate.column === chosen);
    const told = guess && sure(guess.confidence);
    const badge = guess
      ? h(
          "span",
          { class: `mz-import-sure mz-${told?.level}`, title: guess.why.join("\n") || null },
          told?.word,
        )
      : null;
    const troubles = shown.troubles.filter(({ at }) => at === role).map(({ message }) => message);
    const marks = (plan.settings.null_values ?? []) as string[];
    const notes = (shown.preview?.notes ?? []).filter(({ at }) => at === role);
    const select = this.select(role, chosen, shown);
    if (troubles.length) select.setAttribute("aria-invalid", "true");
    return h(
      "div",
      { class: "mz-import-role" },
      h("label", {}, h("span", { class: "mz-label" }, words.label), badge, select),
      this.clock(role, chosen, shown),
      column ? samples(facts(column, marks)) : h("p", { class: "mz-note mz-import-help" }, words.help),
      ...notes.map(({ message }) => h("p", { class: "mz-note mz-import-warned" }, message)),
      ...troubles.map((message) => h("p", { class: "mz-form-error", role: "alert" }, message)),
    );
  }

  /** Where times of day stand apart: the choice of the column that goes with the date. */
  private clock(role: Role, chosen: string, { looked, plan }: Shown): HTMLElement | "" {
    const now = plan.clocks[role] ?? "";
    const taken = [chosen, ...Object.values(plan.roles)];
    const names = (looked?.clocks ?? []).filter((name) => !taken.includes(name));
    if (!chosen || !names.length || (role !== "timestamp" && role !== "start")) return "";
    const words = `Time of day of ${ROLE_WORDS[role].label}`;
    const select = h("select", { "data-focus": `clock ${role}`, "aria-label": words });
    const option = (name: string) => h("option", { value: name, selected: name === now }, name);
    select.append(h("option", { value: "", selected: !now }, "In the same column"), ...names.map(option));
    select.addEventListener("change", () =>
      this.desk.act({ do: "clock", role, column: select.value || null }),
    );
    return h("label", {}, h("span", { class: "mz-label" }, "Time of day"), select);
  }

  private select(role: Role, chosen: string, { looked, plan }: Shown): HTMLSelectElement {
    const select = h("select", { "data-focus": `role ${role}`, "aria-label": ROLE_WORDS[role].label });
    const best = (looked?.guesses[role] ?? []).map(({ column }) => column).slice(0, 5);
    const rest = (looked?.columns ?? []).map(({ name }) => name).filter((name) => !best.includes(name));
    const option = (name: string) => h("option", { value: name, selected: name === chosen }, name);
    const needed = plan.needed.includes(role);
    select.append(
      h("option", { value: "", disabled: needed, selected: !chosen }, ROLE_WORDS[role].none),
      best.length ? h("optgroup", { label: "Suggested" }, ...best.map(option)) : "",
      best.length
        ? h("optgroup", { label: "Other columns" }, ...rest.map(option))
        : h("optgroup", { label: "Columns" }, ...rest.map(option)),
    );
    select.addEventListener("change", () =>
      this.desk.act({ do: "role", role, column: select.value || null }),
    );
    return select;
  }
}

/** A line that may be longer than there is room for. */
function samples(text: string): HTMLElement {
  return h("p", { class: "mz-note", title: text }, text);
}

/** A column in a line: values, how many, what is missing. */
function facts(column: ColumnFacts, marks: string[]): string {
  const missing = column.missing > 0 ? `, ${share(column.missing)} missing` : "";
  const samples = column.samples.filter((text) => !marks.includes(text)).join(", ");
  return `${samples || "no value"} · ${counted(column.distinct, "value")}${missing}`;
}
