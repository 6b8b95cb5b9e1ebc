import { h } from "../shared/dom";
import type { ActivityColors } from "./colors";

const MOST = 24;
const LONG = 16;

/** Names that begin alike differ in their last word, which an ellipsis would hide: those between give way. */
export function shortName(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  if (name.length <= LONG || words.length < 3) return name;
  const between = words.slice(1, -1).map((word) => `${[...word][0]}.`);
  return [words[0], ...between, words.at(-1)].join(" ");
}

/** A variant as a row of arrows in its activities' colours. */
export function chevrons(activities: string[], colors: ActivityColors): HTMLElement {
  const row = h("span", { class: "mz-chevrons", role: "img", "aria-label": activities.join(", then ") });
  for (const name of activities.slice(0, MOST)) {
    const { fill, ink } = colors.of(name);
    const arrow = h("span", { title: name }, h("span", {}, shortName(name)));
    arrow.style.background = fill;
    arrow.style.color = ink;
    row.append(arrow);
  }
  const rest = activities.length - MOST;
  if (rest > 0) row.append(h("span", { class: "mz-chevrons-rest" }, `+${rest}`));
  return row;
}
