import { h } from "../shared/dom";

const PATIENCE = 100;

/** A thin bar over the map while an answer is late; what comes at once shows none. */
export class Waiting {
  readonly element = h("div", {
    class: "mz-late",
    role: "progressbar",
    "aria-label": "Drawing the map",
    hidden: true,
  });
  private timer: ReturnType<typeof setTimeout> | undefined;

  set(waiting: boolean): void {
    if (!waiting) {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.element.hidden = true;
    } else if (this.timer === undefined) {
      this.timer = setTimeout(() => {
        this.element.hidden = false;
      }, PATIENCE);
    }
  }
}
