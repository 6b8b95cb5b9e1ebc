import { h } from "../shared/dom";
import { whenReleased } from "../shared/held";
import { fitHost } from "../shared/host";
import { type Model, onChange } from "../shared/model";
import { saveText } from "../shared/save";
import { keepTokens } from "../shared/tokens";
import { counted } from "../shared/words";
import { button } from "../studio/controls";
import { codeDialog } from "../studio/dialog";
import { Studio } from "../studio/studio";
import { Waiting } from "../studio/waiting";
import { Channel, type Post } from "../table/channel";
import { CheckStep } from "./check";
import { ColumnsStep } from "./columns";
import { studioModel } from "./landing";
import { Pulse } from "./progress";
import { bytes } from "./said";
import { SourceStep } from "./source";
import { Steps } from "./steps";
import type { Desk, Shown, State, Step } from "./types";

/** The wizard in a page: one step at a time, and at the end the studio in its place. */
export class Wizard {
  private readonly desk: Desk;
  private readonly steps: Steps;
  private readonly waiting: Waiting;
  private readonly panes: Record<Exclude<Step, "studio">, { element: HTMLElement; draw(): void }>;
  private readonly page = h("div", { class: "mz-root mz-studio mz-wizard" });
  private readonly stage = h("div", { class: "mz-import-stage" });
  private readonly title = h("h2", {});
  private readonly about = h("span", { class: "mz-size" });
  private readonly foot = h("footer", { class: "mz-footer" });
  private readonly error = h("p", { class: "mz-form-error mz-studio-error", role: "alert" });
  private landed: AbortController | null = null;
  private step: Step | null = null;

  constructor(
    private readonly model: Model<State>,
    private readonly root: HTMLElement,
    signal: AbortSignal,
  ) {
    const channel = new Channel(model as unknown as Model<Post>, signal);
    this.desk = {
      shown: () => model.get("shown"),
      ask: (message, secret) => channel.ask(message, secret),
      act: (message) => {
        channel.ask(message).then(
          () => this.complain(""),
          (error: Error) => this.complain(error.message),
        );
      },
    };
    this.steps = new Steps((step) => this.desk.act({ do: step }));
    this.waiting = new Waiting(() => this.desk.act({ do: "cancel" }), signal);
    this.panes = {
      source: new SourceStep(this.desk),
      columns: new ColumnsStep(this.desk),
      check: new CheckStep(this.desk),
    };
    this.page.append(
      h("header", { class: "mz-header" }, this.title, this.about, this.steps.element),
      this.waiting.element,
      this.stage,
      this.error,
      this.foot,
    );
    fitHost(root, signal);
    keepTokens(root, signal);
    keepTokens(this.page, signal);
    onChange(
      model,
      ["shown"],
      whenReleased(root, signal)(() => this.follow()),
      signal,
    );
    const pulse = new Pulse((busy) => this.waiting.show(busy), signal);
    onChange(model, ["busy"], () => pulse.hear(model.get("busy")), signal);
    signal.addEventListener("abort", () => this.landed?.abort());
    this.draw();
    pulse.hear(model.get("busy"));
  }

  /** Draw; a new step begins at its top, wherever the button was that led there. */
  private follow(): void {
    const before = this.step;
    this.draw();
    if (before === this.step) return;
    this.stage.scrollTop = 0;
    this.root.scrollIntoView({ block: "nearest" });
  }

  private draw(): void {
    const shown = this.desk.shown();
    if (!shown.step) return;
    this.step = shown.step;
    if (shown.step === "studio") {
      this.land(shown);
      return;
    }
    this.landed?.abort();
    this.landed = null;
    if (this.root.firstChild !== this.page) this.root.replaceChildren(this.page);
    const { source, looked } = shown;
    this.title.textContent = source && shown.step !== "source" ? source.label : "Choose a source";
    this.about.textContent = [
      source?.of ?? "",
      source?.size ? bytes(source.size) : "",
      looked ? counted(looked.rows, "row") : "",
    ]
      .filter(Boolean)
      .join(" · ");
    this.steps.draw(shown);
    const pane = this.panes[shown.step];
    pane.draw();
    if (this.stage.firstElementChild !== pane.element) this.stage.replaceChildren(pane.element);
    this.drawFoot(shown);
  }

  private complain(message: string): void {
    const general = this.desk
      .shown()
      .troubles.filter(({ at }) => !at)
      .map((trouble) => trouble.message);
    this.error.textContent = [...general, message].filter(Boolean).join("\n");
  }

  private drawFoot(shown: Shown): void {
    const { step, looked, preview, troubles, checked } = shown;
    this.complain("");
    this.foot.hidden = step === "source" && !looked;
    const part =
      preview && looked && preview.rows < looked.rows ? `First ${counted(preview.rows, "row")}: ` : "";
    const figures = preview && step === "columns" ? part + said(shown) : "";
    const ready = preview !== null && !troubles.length;
    const buttons: HTMLElement[] = ready || checked ? this.texts() : [];
    if (step === "columns" && looked) {
      const next = button(`Check ${counted(looked.rows, "row")}`, () => this.desk.act({ do: "check" }), {
        look: "main",
      });
      next.disabled = !ready;
      buttons.push(next);
    }
    if (step === "check") {
      const run = button("Import and open the studio", () => this.desk.act({ do: "import" }), {
        look: "main",
      });
      run.disabled = !checked;
      buttons.push(
        button("Back", () => this.desk.act({ do: "columns" })),
        run,
      );
    }
    if (step === "source")
      buttons.push(button("Back to the columns", () => this.desk.act({ do: "columns" })));
    this.foot.replaceChildren(h("span", { class: "mz-footer-figures", role: "status" }, figures), ...buttons);
  }

  private texts(): HTMLElement[] {
    const code = button("Copy as code", () => this.code(), { icon: "code" });
    return [code, button("Save as YAML", () => this.yaml())];
  }

  private code(): void {
    const root = this.landed ? this.root : this.page;
    this.desk.ask<string>({ do: "code" }).then(
      (text) => codeDialog(root, "Copy as code", text, "Copied. Run it in a cell: it imports exactly this."),
      (error: Error) => this.complain(error.message),
    );
  }

  private yaml(): void {
    this.desk.ask<{ name: string; text: string }>({ do: "yaml" }).then(
      ({ name, text }) => saveText(name, text, "application/yaml"),
      (error: Error) => this.complain(error.message),
    );
  }

  private land({ source }: Shown): void {
    if (this.landed) return;
    this.landed = new AbortController();
    const studio = h("div", { class: "mz-root mz-studio" });
    const bar = h(
      "div",
      { class: "mz-root mz-import-bar" },
      h("span", { class: "mz-note" }, source ? `Imported from ${source.label}` : "Generated data"),
      ...(source ? this.texts() : []),
      button("Import another", () => this.desk.act({ do: "source" })),
    );
    keepTokens(bar, this.landed.signal);
    this.root.replaceChildren(bar, studio);
    new Studio(
      studioModel(this.model as unknown as Model<Record<string, unknown>>),
      studio,
      this.landed.signal,
    );
  }
}

function said({ preview }: Shown): string {
  if (!preview) return "";
  const { cases, events, activities, rejected, first, last } = preview.figures;
  const lost = rejected ? ` · ${counted(rejected, "row")} cannot be read` : "";
  return `${counted(cases, "case")} · ${counted(events, "event")} · ${counted(activities, "activity")} · ${first} to ${last}${lost}`;
}
