import { h } from "../shared/dom";
import { button } from "./controls";
import type { State } from "./types";

const BAR_AFTER = 100;
const WORDS_AFTER = 1000;

/** Waiting: nothing at first, then a thin bar, after a second words and Cancel. */
export class Waiting {
  readonly element = h("div", { class: "mz-waiting" });
  private readonly bar = h("div", {
    class: "mz-progress",
    role: "progressbar",
    "aria-valuemin": 0,
    "aria-valuemax": 100,
    hidden: true,
  });
  private readonly words = h("div", { class: "mz-waiting-words", role: "status", hidden: true });
  private readonly said = h("span", {});
  private timers: number[] = [];

  constructor(cancel: () => void, signal: AbortSignal) {
    this.bar.append(h("span", {}));
    this.words.append(this.said, button("Cancel", cancel));
    this.element.append(this.bar, this.words);
    signal.addEventListener("abort", () => this.stop());
  }

  show(busy: State["busy"]): void {
    if (!busy.kind && !busy.words) {
      this.stop();
      return;
    }
    const part = Math.round((busy.part ?? 0) * 100);
    (this.bar.firstChild as HTMLElement).style.width = `${Math.max(part, 6)}%`;
    this.bar.setAttribute("aria-valuenow", String(part));
    this.bar.setAttribute("aria-label", busy.words ?? "");
    this.said.textContent = `${busy.words ?? "Working"}…`;
    if (this.timers.length) return;
    const reveal = (element: HTMLElement) => () => {
      element.hidden = false;
    };
    this.timers = [
      window.setTimeout(reveal(this.bar), BAR_AFTER),
      window.setTimeout(reveal(this.words), WORDS_AFTER),
    ];
  }

  private stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
    this.bar.hidden = true;
    this.words.hidden = true;
  }
}
