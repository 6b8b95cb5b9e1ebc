import { h } from "../shared/dom";
import { count, counted, date, duration, NOTHING, share } from "../shared/words";
import { button } from "./controls";
import type { Desk } from "./desk";
import { codeDialog, dialog, type Readiness, readinessReport } from "./dialog";
import { publishDialog } from "./publish_dialog";
import { saveDialog } from "./save_dialog";

/** Header and footer: what the log is, and what the filters leave of it. */
export class Bars {
  readonly header = h("header", { class: "mz-header" });
  readonly footer = h("footer", { class: "mz-footer" });
  private readonly name = h("h2", {});
  private readonly size = h("span", { class: "mz-size" });
  private readonly left = h("span", { class: "mz-footer-figures", role: "status", "aria-live": "polite" });
  private readonly readiness: HTMLButtonElement;
  private readonly undo: HTMLButtonElement;
  private readonly redo: HTMLButtonElement;
  private readonly save: HTMLButtonElement;
  private readonly publish: HTMLButtonElement;

  constructor(
    private readonly desk: Desk,
    private readonly root: HTMLElement,
  ) {
    this.readiness = button("", () => this.report());
    this.readiness.classList.add("mz-readiness");
    this.undo = button("Undo", () => desk.act({ do: "undo" }), { icon: "undo" });
    this.redo = button("Redo", () => desk.act({ do: "redo" }), { icon: "redo" });
    const code = () => button("Copy as code", () => this.copy(), { icon: "code" });
    this.save = button("Save as investigation", () => saveDialog(root, desk), { icon: "save" });
    this.publish = button("Publish", () => publishDialog(root, desk), { icon: "publish" });
    this.publish.title = "Show what is on screen as a dashboard";
    this.header.append(this.name, this.size, this.readiness, this.save, this.publish, code());
    this.footer.append(this.left, this.undo, this.redo);
  }

  draw(): void {
    const { name, of, readiness, can, time_zone: zone } = this.desk.shown();
    const period =
      of.first && of.last ? `${date(of.first.slice(0, 10))} to ${date(of.last.slice(0, 10))}` : "";
    this.name.textContent = name;
    this.size.textContent = [counted(of.cases, "case"), counted(of.events, "event"), period]
      .filter(Boolean)
      .join(" · ");
    this.size.title = `Times are in ${zone}`;
    this.readiness.replaceChildren("Readiness ", h("b", {}, String(readiness)));
    this.readiness.dataset.level = readiness >= 90 ? "good" : readiness >= 70 ? "fair" : "poor";
    this.readiness.title = "What was found in the source";
    this.undo.disabled = !can.undo;
    this.redo.disabled = !can.redo;
    this.save.hidden = this.publish.hidden = !can.save;
    this.left.replaceChildren(...this.figures());
  }

  private figures(): (Node | string)[] {
    const { of, figures, error } = this.desk.shown();
    if (figures.cases === undefined) return [error ? "Not computed" : "Counting…"];
    const part = of.cases ? figures.cases / of.cases : 0;
    const tile = (figure: string, words: string) => h("span", {}, h("b", {}, figure), ` ${words}`);
    return [
      tile(count(figures.cases), `of ${counted(of.cases, "case")} (${share(part)})`),
      tile(count(figures.events), "events"),
      tile(count(figures.variants), "variants"),
      tile((figures.median ?? null) === null ? NOTHING : duration(figures.median), "median"),
    ];
  }

  private report(): void {
    this.desk.ask<Readiness>({ do: "readiness" }).then(
      (report) => dialog(this.root, `Readiness of ${this.desk.shown().name}`, readinessReport(report)),
      () => undefined,
    );
  }

  private copy(): void {
    this.desk.code().then(
      (text) =>
        codeDialog(
          this.root,
          "Copy as code",
          text,
          "Copied. Run it in a cell: it makes exactly what is shown.",
        ),
      () => undefined,
    );
  }
}
