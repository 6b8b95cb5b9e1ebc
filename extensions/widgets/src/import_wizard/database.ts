import { h } from "../shared/dom";
import { button } from "../studio/controls";
import { Cancelled } from "../table/channel";
import { Tables } from "./tables";
import type { Connected, DatabaseOffer, Desk } from "./types";

/** Step one, from a database: connect by a name or an address, then choose what to read. */
export class DatabasePane {
  readonly element = h("div", { class: "mz-import-database" });
  private readonly error = h("p", { class: "mz-form-error", role: "alert" });
  private offer: DatabaseOffer | null = null;

  constructor(private readonly desk: Desk) {}

  /** Ask what there is, the first time it is looked at. */
  open(): void {
    if (this.offer) return;
    this.element.replaceChildren(h("p", { class: "mz-note", role: "status" }, "Looking for databases…"));
    this.desk.ask<DatabaseOffer>({ do: "databases" }).then(
      (offer) => {
        this.offer = offer;
        this.choose(offer);
      },
      (error: Error) => this.element.replaceChildren(h("p", { class: "mz-form-error" }, error.message)),
    );
  }

  private choose(offer: DatabaseOffer): void {
    const { kinds, names, note } = offer;
    this.error.textContent = "";
    const items = names.map((name) => {
      const row = h("button", { type: "button", class: "mz-import-file" }, h("span", {}, name));
      row.addEventListener("click", () => this.connect({ name }, row));
      return h("li", {}, row);
    });
    const list = names.length
      ? h(
          "section",
          { class: "mz-import-files", "aria-label": "Databases" },
          h("h3", {}, "Databases"),
          h("ul", {}, ...items),
        )
      : "";
    this.element.replaceChildren(
      h(
        "div",
        { class: "mz-import-pair" },
        kinds.length ? this.form(kinds) : "",
        list,
        note ? h("p", { class: "mz-note" }, note) : "",
      ),
      this.error,
    );
  }

  private form(kinds: DatabaseOffer["kinds"]): HTMLElement {
    const kind = h("select", {}, h("option", { value: "" }, "Choose"));
    for (const { id, label } of kinds) kind.append(h("option", { value: id }, label));
    const address = h("input", { type: "text", autocomplete: "off", spellcheck: "false", required: true });
    const password = h("input", { type: "password", autocomplete: "off" });
    let offered = "";
    kind.addEventListener("change", () => {
      const form = kinds.find(({ id }) => id === kind.value)?.url ?? "";
      if (!address.value || address.value === offered) address.value = form;
      offered = form;
      address.focus();
    });
    const go = h("button", { type: "submit", class: "mz-main-button" }, "Connect");
    const made = h(
      "form",
      { class: "mz-import-connect" },
      h("h3", {}, "Connect to a database"),
      h("label", {}, h("span", {}, "Kind"), kind),
      h("label", {}, h("span", {}, "Address"), address),
      h("label", {}, h("span", {}, "Password"), password),
      h(
        "p",
        { class: "mz-note" },
        "Databases are only ever read. The password is not kept, and is in no code or YAML.",
      ),
      go,
    );
    made.addEventListener("submit", (event) => {
      event.preventDefault();
      const secret = password.value ? { password: password.value } : {};
      password.value = "";
      this.connect({ address: address.value, ...secret }, go, ({ address: plain }) => {
        address.value = plain;
      });
    });
    return made;
  }

  private connect(
    said: Record<string, string>,
    pressed: HTMLButtonElement,
    done: (connected: Connected) => void = () => undefined,
  ): void {
    this.error.textContent = "";
    pressed.disabled = true;
    this.desk
      .ask<Connected>({ do: "connect", ...said }, true)
      .then(
        (connected) => {
          done(connected);
          this.show(connected);
        },
        (error: Error) => {
          this.error.textContent = error instanceof Cancelled ? "" : error.message;
        },
      )
      .finally(() => {
        pressed.disabled = false;
      });
  }

  private show(connected: Connected): void {
    const back = button("Another database", () => this.choose(this.offer as DatabaseOffer));
    this.element.replaceChildren(new Tables(this.desk, connected, back).element);
  }
}
