import { h } from "../shared/dom";
import { count, counted, share } from "../shared/words";
import { Cancelled } from "../table/channel";
import { labelled } from "./complaints";
import { button } from "./controls";
import type { Desk } from "./desk";
import { type Around, type Control, control } from "./fields";
import { OperationList } from "./operation_list";
import type { Field, Form, Operation } from "./types";

interface Preview {
  title: string;
  cases?: number;
  events?: number;
  of_cases?: number;
  of_events?: number;
}

export interface FormSettings {
  desk: Desk;
  form: Form;
  operation: Operation | null;
  /** Place in the list of filters whose input the form is about; null means after the last. */
  place: number | null;
  done: string;
  take(made: Operation): Promise<unknown> | undefined;
  leave(): void;
}

const WAIT = 250;
/** Controls that say themselves what they are. */
const LABELLED = new Set(["flag", "keep", "calendar"]);

/** The form of an operation, made from its description; its effect is shown before it is applied. */
export class OperationForm {
  readonly element = h("form", { class: "mz-form", novalidate: true });
  private readonly controls = new Map<string, Control>();
  private readonly sentence = h("div", { class: "mz-sentence", role: "status" });
  private readonly error = h("p", { class: "mz-form-error", role: "alert" });
  private readonly apply: HTMLButtonElement;
  private timer = 0;
  private turn = 0;
  /** Nothing is wrong with a form before anyone wrote in it. */
  private touched = false;

  constructor(private readonly settings: FormSettings) {
    const { form } = settings;
    const main = form.fields.filter((field) => field.main);
    const rest = form.fields.filter((field) => !field.main);
    this.apply = h("button", { type: "submit", class: "mz-main-button" }, settings.done);
    const cancel = button("Cancel", () => settings.leave());
    this.element.append(
      h("div", { class: "mz-form-title" }, form.title),
      h("p", { class: "mz-note" }, form.help),
      ...main.map((field) => this.row(field)),
    );
    if (rest.length) {
      const more = rest.map((field) => this.row(field));
      this.element.append(h("details", { class: "mz-more" }, h("summary", {}, "More"), ...more));
    }
    const buttons = h("div", { class: "mz-form-buttons" }, this.apply, cancel);
    this.element.append(h("div", { class: "mz-form-foot" }, this.sentence, this.error, buttons));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      settings.leave();
    });
    this.preview();
  }

  focus(): void {
    this.element
      .querySelector<HTMLElement>("select,input,textarea,[tabindex='0']")
      ?.focus({ preventScroll: true });
  }

  private row(field: Field): HTMLElement {
    const { desk, operation, place } = this.settings;
    const start = operation?.settings[field.name] ?? field.default;
    const around: Around = {
      desk,
      place,
      attribute: (of) =>
        (of.of ? (this.controls.get(of.of)?.read() as string | undefined) : undefined) ?? null,
      type: (of) => (of.of ? this.controls.get(of.of)?.type?.() : null) ?? null,
      chosen: (name) => this.controls.get(name)?.read(),
      changed: () => this.changed(field),
      known: () => this.known(field),
      nested: (inner, kind, take) => this.nested(inner, kind, take),
    };
    const made = control(field, start, around);
    this.controls.set(field.name, made);
    const label = LABELLED.has(field.control) ? null : h("span", { class: "mz-label" }, field.label);
    const help = field.help && field.control !== "keep" ? h("span", { class: "mz-note" }, field.help) : null;
    const row = h("div", { class: "mz-field", "data-field": field.name }, label, made.element, help);
    made.follow?.();
    return row;
  }

  private nested(inner: Operation | null, kind: string, take: (made: Operation) => void): HTMLElement {
    const { desk, place } = this.settings;
    const box = h("div", { class: "mz-nested-form" });
    const leave = () => box.replaceChildren();
    const open = (form: Form) => {
      const done = (made: Operation): undefined => take(made) as undefined;
      const shown = new OperationForm({
        desk,
        form,
        operation: inner,
        place,
        done: "Take",
        take: done,
        leave,
      });
      box.replaceChildren(shown.element);
      shown.focus();
    };
    if (inner) desk.formOf(inner).then(open, (error: Error) => box.replaceChildren(error.message));
    else box.append(new OperationList(desk, kind, open, leave).element);
    return box;
  }

  private changed(field: Field): void {
    for (const other of this.settings.form.fields) {
      if (other.of === field.name) this.controls.get(other.name)?.reset?.();
      else if (other.by === field.name) this.controls.get(other.name)?.follow?.();
    }
    this.touched = true;
    this.error.textContent = "";
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.preview(), WAIT);
  }

  private known(field: Field): void {
    for (const other of this.settings.form.fields) {
      if (other.of === field.name) this.controls.get(other.name)?.follow?.();
    }
  }

  private get operation(): Operation {
    const { form } = this.settings;
    const settings = [...this.controls].map(([name, made]) => [name, made.read()] as const);
    const given = Object.fromEntries(settings.filter(([, value]) => value !== undefined));
    return { kind: form.kind, op: form.op, settings: given };
  }

  private get missing(): Field[] {
    const { settings } = this.operation;
    return this.settings.form.fields.filter(
      (field) =>
        (field.required && settings[field.name] === undefined) || this.controls.get(field.name)?.missing?.(),
    );
  }

  private preview(): void {
    const { missing } = this;
    this.apply.disabled = missing.length > 0;
    this.turn += 1;
    const turn = this.turn;
    if (missing.length) {
      const names = missing.map((field) => field.label.toLowerCase()).join(", ");
      this.sentence.replaceChildren(h("span", { class: "mz-muted" }, `Choose ${names}.`));
      return;
    }
    const asked = { do: "preview", operation: this.operation, place: this.settings.place };
    this.settings.desk.ask<Preview>(asked).then(
      (made) => {
        if (turn !== this.turn) return;
        this.error.textContent = "";
        this.sentence.replaceChildren(...effect(made));
      },
      (error: Error) => {
        if (turn !== this.turn || error instanceof Cancelled) return;
        this.sentence.replaceChildren();
        if (this.touched) this.complain(error);
      },
    );
  }

  private complain(error: Error): void {
    const { form } = this.settings;
    const labels = new Map(form.fields.map((field) => [field.name, field.label]));
    this.error.textContent = labelled(error.message, form.op, labels);
  }

  private submit(): void {
    if (this.missing.length) return;
    this.apply.disabled = true;
    this.settings.take(this.operation)?.then(
      () => this.settings.leave(),
      (error: Error) => {
        this.apply.disabled = false;
        this.complain(error);
      },
    );
  }
}

function effect(made: Preview): (Node | string)[] {
  const title = h("strong", {}, made.title);
  if (made.cases === undefined || made.of_cases === undefined) return [title];
  const part = made.of_cases ? made.cases / made.of_cases : 0;
  const bar = h("span", { class: "mz-effect", "aria-hidden": "true" }, h("span", {}));
  (bar.firstChild as HTMLElement).style.width = `${part * 100}%`;
  const events = made.of_events ? (made.events ?? 0) / made.of_events : 0;
  return [
    title,
    h(
      "span",
      {},
      `leaves ${count(made.cases)} of ${counted(made.of_cases, "case")} (${share(part)}), ${share(events)} of events`,
    ),
    bar,
  ];
}
