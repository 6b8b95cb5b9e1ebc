import { h, s } from "../../widgets/src/shared/dom";
import type { Shown } from "./types";

export interface Action {
  icon: keyof typeof ICONS;
  label: string;
  act(): unknown;
}

/** One line of the panel. */
export interface Row {
  id: string;
  name: string;
  /** Where it lives. */
  project: string;
  says: string;
  wrong?: boolean;
  share?: number | null;
  /** A word before what it says, with its colour. */
  state?: string;
  /** What a click on the name does; nothing where it cannot be opened. */
  open?: () => unknown;
  actions: Action[];
}

export interface Section {
  key: keyof Shown;
  title: string;
  /** What would be here, and how it gets here. */
  empty: string;
  rows: Row[];
  /** What a button beside the heading does. */
  more?: { label: string; act(): unknown };
}

/** One outline set, in a square of 16 pixels. */
const ICONS = {
  run: "M5 3l8 5-8 5z",
  clock: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M8 5v3.2l2.2 1.6",
  publish: "M8 10V2.5M5 5.5l3-3 3 3M3 9v4.5h10V9",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  close: "M4 4l8 8M12 4l-8 8",
  again: "M12.8 9.5a5 5 0 1 1-.6-4.2M12.6 2.5v3h-3",
  check: "M3 8.5l3.3 3.5L13 4.5",
} as const;

/** Return the rows that have all words of a search in their name, project or state. */
export function found(rows: Row[], search: string): Row[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const text = [row.name, row.project, row.state, row.says].join(" ").toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function rowNode(row: Row): HTMLElement {
  const name = h(
    "button",
    { type: "button", class: "mz-lab-name", "data-key": row.id, disabled: !row.open },
    row.name,
  );
  name.addEventListener("click", () => row.open?.());
  const buttons = row.actions.map((one, place) => {
    const made = h("button", {
      type: "button",
      class: "mz-lab-icon",
      title: one.label,
      "data-key": `${row.id} ${place}`,
    });
    made.setAttribute("aria-label", `${one.label}: ${row.name}`);
    made.append(icon(one.icon));
    made.addEventListener("click", () => one.act());
    return made;
  });
  const state = row.state ? h("span", { class: `mz-lab-state mz-lab-${row.state}` }, row.state) : null;
  const says = h(
    "span",
    { class: row.wrong ? "mz-lab-wrong" : null },
    [row.project, row.says].filter(Boolean).join(" · "),
  );
  const share = row.share ?? null;
  const bar =
    share === null ? null : h("progress", { value: share, max: 1, "aria-label": `How far ${row.name} is` });
  return h(
    "li",
    {},
    h("div", { class: "mz-lab-line" }, name, h("span", { class: "mz-lab-actions" }, ...buttons)),
    h("div", { class: "mz-lab-says", title: row.says }, state, says),
    bar,
  );
}

function icon(name: keyof typeof ICONS): SVGSVGElement {
  const path = s("path", { d: ICONS[name], fill: "none", stroke: "currentColor", "stroke-width": 1.4 });
  return s("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, path);
}
