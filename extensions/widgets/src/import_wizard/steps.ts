import { h } from "../shared/dom";
import type { Shown, Step } from "./types";

const WORDS: [step: Step, words: string][] = [
  ["source", "Source"],
  ["columns", "Columns"],
  ["check", "Check"],
  ["studio", "Studio"],
];

/** Where the reader is on the way from a file to the studio. */
export class Steps {
  readonly element = h("nav", { class: "mz-import-steps", "aria-label": "Steps" });

  constructor(private readonly go: (step: Step) => void) {}

  draw(shown: Shown): void {
    const ready = shown.preview !== null && !shown.troubles.length;
    const open: Record<Step, boolean> = {
      source: true,
      columns: shown.source !== null,
      check: ready || shown.checked !== null,
      studio: false,
    };
    const now = WORDS.findIndex(([step]) => step === shown.step);
    const items = WORDS.map(([step, words], at) => {
      const part = h("button", { type: "button", disabled: !open[step] || at === now });
      part.append(h("span", { "aria-hidden": "true" }, String(at + 1)), words);
      if (at === now) part.setAttribute("aria-current", "step");
      part.classList.toggle("mz-done", at < now);
      part.addEventListener("click", () => this.go(step));
      return h("li", {}, part);
    });
    this.element.replaceChildren(h("ol", {}, ...items));
  }
}
