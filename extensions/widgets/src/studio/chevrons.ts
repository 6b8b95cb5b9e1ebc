import { h } from "../shared/dom";
import type { ActivityColors } from "./colors";

const MOST = 24;

/** A variant as a row of arrows in its activities' colours. */
export function chevrons(activities: string[], colors: ActivityColors): HTMLElement {
  const row = h("span", { class: "mz-chevrons", role: "img", "aria-label": activities.join(", then ") });
  for (const name of activities.slice(0, MOST)) {
    const { fill, ink } = colors.of(name);
    const arrow = h("span", { title: name }, h("span", {}, name));
    arrow.style.background = fill;
    arrow.style.color = ink;
    row.append(arrow);
  }
  const rest = activities.length - MOST;
  if (rest > 0) row.append(h("span", { class: "mz-chevrons-rest" }, `+${rest}`));
  return row;
}
