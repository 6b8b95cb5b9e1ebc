import { h } from "../shared/dom";
import type { Model } from "../shared/model";
import { share } from "../shared/words";
import type { Look } from "./look";
import type { State } from "./types";

/** The switch between measures, in two groups. */
export function measureSwitch(model: Model<State>): { element: HTMLElement; update: () => void } {
  const groups = { frequency: "Frequency", performance: "Performance", difference: "Difference" };
  const element = h("div", { class: "mz-measures", role: "radiogroup", "aria-label": "Measure" });
  const buttons = new Map<string, HTMLButtonElement>();
  const names = model.get("measures").map((measure) => measure.name);
  for (const [scale, title] of Object.entries(groups)) {
    const members = model.get("measures").filter((measure) => measure.scale === scale);
    if (!members.length) continue;
    const group = h("span", { class: "mz-group" }, h("span", { class: "mz-caption" }, title));
    for (const measure of members) {
      const button = h("button", { type: "button", role: "radio", title: measure.title }, measure.short);
      button.addEventListener("click", () => choose(measure.name));
      buttons.set(measure.name, button);
      group.append(button);
    }
    element.append(group);
  }
  const choose = (name: string) => {
    model.set("measure", name);
    model.save_changes();
  };
  element.addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const next = names[(names.indexOf(model.get("measure")) + way + names.length) % names.length] as string;
    choose(next);
    buttons.get(next)?.focus();
  });
  const update = () => {
    for (const [name, button] of buttons) {
      const chosen = name === model.get("measure");
      button.setAttribute("aria-checked", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    }
  };
  return { element, update };
}

/** What the colours and widths mean. */
export function legend(look: Look): HTMLElement {
  const { high, known, cut } = look.scale;
  // events and cases are whole
  const low = look.measure.scale === "frequency" ? Math.max(1, Math.round(look.scale.low)) : look.scale.low;
  if (!known) return h("span", { class: "mz-legend" }, `${look.measure.title}: ${look.say(null)}`);
  const bar = h("span", { class: "mz-bar" });
  bar.style.backgroundImage = `linear-gradient(to right, var(--mz-scale-${look.measure.scale}))`;
  const said = `${look.measure.title}, from ${look.say(low)} to ${look.say(high)}, logarithmic`;
  const attributes = { class: "mz-legend", role: "img", "aria-label": said, title: said };
  return h("span", attributes, `${cut ? "≤ " : ""}${look.say(low, true)}`, bar, look.say(high, true));
}

/** The two sliders, with what they keep written under them. Only the newest position is ever asked for. */
export function sliders(model: Model<State>): { element: HTMLElement; update: () => void } {
  const element = h("div", { class: "mz-sliders" });
  const parts = (["activity_share", "path_share"] as const).map((key) => {
    const title = key === "activity_share" ? "Activities" : "Paths";
    const input = h("input", { type: "range", min: 0, max: 1, step: 0.01, "aria-label": title });
    const kept = h("div", { class: "mz-kept" });
    element.append(h("div", { class: "mz-slider" }, h("span", { class: "mz-caption" }, title), input, kept));
    input.addEventListener("input", () => {
      const asked = shareAt(key, Number(input.value));
      model.set(key, asked);
      model.save_changes();
    });
    return { key, input, kept };
  });
  const update = () => {
    for (const { key, input, kept } of parts) {
      const value = model.get(key);
      // The reader's hand goes before an answer on its way.
      if (!input.matches(":active")) input.value = String(key === "path_share" ? Math.sqrt(value) : value);
      kept.replaceChildren(...keptLines(model, key).map((line) => h("div", {}, line)));
      input.setAttribute("aria-valuetext", keptLines(model, key).join(", "));
    }
    element.classList.toggle("mz-still", !model.get("live"));
  };
  return { element, update };
}

/** A map has many rare paths: the slider spends its way on the frequent ones. */
function shareAt(key: "activity_share" | "path_share", position: number): number {
  return key === "path_share" ? Math.round(position * position * 1e4) / 1e4 : position;
}

function keptLines(model: Model<State>, key: "activity_share" | "path_share"): string[] {
  const { kept } = model.get("view");
  const about = key === "activity_share";
  const [shown, all] = about ? kept.activities : kept.paths;
  const events = about ? kept.events : kept.steps;
  const cases = about ? kept.activity_cases : kept.path_cases;
  const lines = [`${shown} of ${all} shown`];
  if (events !== null) lines.push(`${share(events)} of ${about ? "events" : "steps"}`);
  if (cases !== null) lines.push(`${share(cases)} of cases`);
  return lines;
}
