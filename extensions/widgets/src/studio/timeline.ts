import { h } from "../shared/dom";
import { counted, date, duration } from "../shared/words";
import { type Cell, type Column, say } from "../table/cells";
import type { ActivityColors } from "./colors";

interface Fact {
  name: string;
  type: Column["type"];
  unit: string;
  value: Cell;
  kind?: string;
}

interface CaseEvent {
  activity: string;
  timestamp: string;
  start: string;
  service: number;
  wait: number | null;
  resource?: string | null;
  attributes: Fact[];
}

export interface CaseStory {
  case: string;
  attributes: Fact[];
  events: CaseEvent[];
}

const ALWAYS = ["case_start", "case_duration", "event_count"];

/** A case from top to bottom: its events, the waiting between them, the work in them, and its attributes. */
export function timeline(story: CaseStory, colors: ActivityColors): HTMLElement {
  const longest = Math.max(...story.events.map((event) => event.wait ?? 0), 1);
  const events = story.events.flatMap((event, at) => {
    const wait = event.wait ?? 0;
    const gap = at && wait > 0 ? [waiting(wait, longest)] : [];
    return [...gap, entry(event, colors)];
  });
  const facts = story.attributes.filter(
    (fact) => fact.value !== null && (fact.kind !== "built-in" || ALWAYS.includes(fact.name)),
  );
  return h("div", {}, list(facts), h("ol", { class: "mz-timeline" }, ...events));
}

function waiting(seconds: number, longest: number): HTMLElement {
  const part = Math.log1p(seconds) / Math.log1p(longest);
  const item = h("li", { class: "mz-wait" }, h("span", {}, `${duration(seconds)} waiting`));
  item.style.height = `${22 + 34 * part}px`;
  // Long waits are what a reader looks for.
  if (seconds === longest) item.classList.add("mz-longest");
  return item;
}

function entry(event: CaseEvent, colors: ActivityColors): HTMLElement {
  const dot = h("span", { class: "mz-dot", "aria-hidden": "true" });
  dot.style.background = colors.of(event.activity).fill;
  const who = event.resource ? ` · ${event.resource}` : "";
  const work = event.service > 0 ? ` · ${duration(event.service)} of work` : "";
  const body = h(
    "div",
    {},
    h("strong", {}, event.activity),
    h("div", { class: "mz-note" }, `${date(event.start)}${who}${work}`),
  );
  if (event.attributes.length) {
    body.append(
      h(
        "details",
        {},
        h("summary", {}, counted(event.attributes.length, "attribute")),
        list(event.attributes),
      ),
    );
  }
  return h("li", { class: "mz-event" }, dot, body);
}

function list(facts: Fact[]): HTMLElement {
  const rows = facts.map((fact) => {
    const name = fact.name.replace(/_/g, " ");
    const value = say({ type: fact.type, unit: fact.unit }, fact.value);
    return h("div", {}, h("dt", {}, name.charAt(0).toUpperCase() + name.slice(1)), h("dd", {}, value));
  });
  return h("dl", { class: "mz-facts" }, ...rows);
}
