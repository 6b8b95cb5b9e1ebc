import { h } from "../shared/dom";
import { type StudioIcon, studioIcon } from "./icons";

/** A button with words, an icon, or both; `label` is what is heard. */
export function button(
  words: string,
  action: () => void,
  settings: { icon?: StudioIcon; label?: string; look?: "main" | "quiet" | "icon" } = {},
): HTMLButtonElement {
  const look = settings.look ?? "quiet";
  const made = h("button", {
    type: "button",
    class: look === "icon" ? "mz-icon-button" : look === "main" ? "mz-main-button" : "mz-quiet",
    "aria-label": settings.label ?? null,
    title: settings.label ?? null,
  });
  if (settings.icon) made.append(studioIcon(settings.icon));
  if (words) made.append(words);
  made.addEventListener("click", action);
  return made;
}

/** A choice of few, side by side; arrow keys move between them. */
export function segments(
  label: string,
  options: { value: string; words: string }[],
  chosen: string,
  choose: (value: string) => void,
): HTMLElement {
  const group = h("div", { class: "mz-segments", role: "radiogroup", "aria-label": label });
  const mark = (value: string) => {
    for (const part of group.querySelectorAll("button")) {
      const now = part.dataset.value === value;
      part.setAttribute("aria-checked", String(now));
      part.tabIndex = now ? 0 : -1;
    }
  };
  const pick = (value: string) => {
    mark(value);
    choose(value);
  };
  for (const { value, words } of options) {
    const part = h("button", { type: "button", role: "radio", "data-value": value }, words);
    part.addEventListener("click", () => pick(value));
    group.append(part);
  }
  group.addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const parts = [...group.querySelectorAll("button")];
    const next =
      parts[(parts.indexOf(event.target as HTMLButtonElement) + way + parts.length) % parts.length];
    next?.focus();
    if (next?.dataset.value !== undefined) pick(next.dataset.value);
  });
  mark(chosen);
  return group;
}

/** What stands where an answer was cancelled. */
export function cancelledNote(again: () => void): HTMLElement {
  const words = "Cancelled: nothing was calculated. ";
  return h("p", { class: "mz-note", role: "status" }, words, button("Calculate again", again));
}
