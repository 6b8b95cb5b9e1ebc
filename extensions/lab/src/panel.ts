import { h } from "../../widgets/src/shared/dom";
import type { Desk } from "./desk";
import { found, rowNode, type Section } from "./rows";
import { sections } from "./sections";
import type { Shown } from "./types";

const SOON = 1_500;
const LATER = 10_000;

/** The panel: looks into the workspace as long as somebody sees it, often while something runs. */
export class Panel {
  readonly node = h("div", { class: "mz-lab-panel", role: "region", "aria-label": "Mindzie workspace" });
  private readonly search = h("input", {
    type: "search",
    placeholder: "Search the workspace",
    "aria-label": "Search the workspace",
  });
  private readonly said = h("div", { class: "mz-lab-alert", role: "alert", hidden: true });
  private readonly body = h(
    "div",
    { class: "mz-lab-body" },
    h("p", { class: "mz-lab-note" }, "Looking into the workspace…"),
  );
  private readonly closed = new Set<string>(["datasets", "dashboards"]);
  private shown: Shown | undefined;
  private drawn = "";
  private waits = 0;
  private turn = 0;
  private seen = false;
  private unanswered = false;

  constructor(private readonly desk: Desk) {
    const again = h("button", { type: "button", class: "mz-lab-button" }, "Refresh");
    again.addEventListener("click", () => {
      this.say("");
      void this.look();
    });
    this.search.addEventListener("input", () => this.draw());
    this.body.addEventListener("keydown", (event) => this.move(event));
    this.node.append(h("div", { class: "mz-lab-head" }, this.search, again), this.said, this.body);
    desk.after = (words, isWrong) => {
      this.say(words, isWrong);
      if (this.seen) void this.look();
    };
    new IntersectionObserver(([entry]) => this.see(entry?.isIntersecting ?? false)).observe(this.node);
    document.addEventListener("visibilitychange", () => this.see(this.seen));
  }

  private see(seen: boolean): void {
    this.seen = seen;
    window.clearTimeout(this.waits);
    if (seen && !document.hidden) void this.look();
  }

  private async look(): Promise<void> {
    const mine = ++this.turn;
    window.clearTimeout(this.waits);
    try {
      const shown = await this.desk.server<Shown>("shown");
      if (mine !== this.turn) return;
      this.shown = shown;
      if (this.unanswered) this.say("");
      this.unanswered = false;
      this.draw();
    } catch (error) {
      if (mine !== this.turn) return;
      this.unanswered = true;
      this.say((error as Error).message);
      if (!this.shown) this.body.replaceChildren();
    }
    const busy = this.shown?.runs.some((one) => one.state === "waiting" || one.state === "running");
    if (this.seen && !document.hidden) this.waits = window.setTimeout(() => this.look(), busy ? SOON : LATER);
  }

  private say(words: string, isWrong = true): void {
    this.said.textContent = words;
    this.said.classList.toggle("mz-lab-wrong", isWrong);
    this.said.hidden = !words;
  }

  private draw(): void {
    if (!this.shown) return;
    const search = this.search.value.trim();
    const mark = JSON.stringify([this.shown, search]);
    if (mark === this.drawn) return; // what is drawn anew loses its place
    this.drawn = mark;
    const focused = document.activeElement?.getAttribute("data-key");
    const top = this.body.scrollTop;
    this.body.replaceChildren(...sections(this.shown, this.desk).map((one) => this.section(one, search)));
    this.body.scrollTop = top;
    if (focused) this.body.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  private section({ key, title, empty, rows, more }: Section, search: string): HTMLElement {
    const left = found(rows, search);
    const none = search && rows.length ? "Nothing here fits the search." : empty;
    const content = left.length ? h("ul", {}, ...left.map(rowNode)) : h("p", { class: "mz-lab-note" }, none);
    const count = h(
      "span",
      { class: "mz-lab-count" },
      search ? `${left.length} of ${rows.length}` : String(rows.length),
    );
    const summary = h("summary", { "data-key": key }, title, count);
    const made = h("details", { open: search ? left.length > 0 : !this.closed.has(key) }, summary, content);
    summary.addEventListener("click", () => {
      if (search) return;
      if (made.open) this.closed.add(key);
      else this.closed.delete(key);
    });
    if (!more) return made;
    const button = h(
      "button",
      { type: "button", class: "mz-lab-button", "data-key": `${key} more` },
      more.label,
    );
    button.addEventListener("click", () => more.act());
    return h("div", { class: "mz-lab-section" }, made, button);
  }

  /** Arrows go from name to name, also over the headings. */
  private move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const stops = [...this.body.querySelectorAll<HTMLElement>("summary,.mz-lab-name:enabled")];
    const all = stops.filter((one) => one.checkVisibility());
    const line = (event.target as HTMLElement).closest("li")?.querySelector<HTMLElement>(".mz-lab-name");
    const place = all.indexOf(line ?? (event.target as HTMLElement));
    all[Math.min(Math.max(place + step, 0), all.length - 1)]?.focus();
    event.preventDefault();
  }
}
