import { h } from "../shared/dom";
import { count } from "../shared/words";
import type { Drawn } from "./drawing";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** Whether a result counts by weekday and hour. */
export function isHeat(result: Drawn): boolean {
  return result.columns?.map((column) => column.name).join() === "weekday,hour,value" && !!result.points;
}

/** Weekdays by hours, the darker the more; `pick` is told the row of a cell that was clicked. */
export function heat(result: Drawn, pick?: (at: number) => void): HTMLElement {
  const unit = result.columns?.[2]?.unit ?? "";
  const found = new Map(
    (result.points ?? []).map(([day, hour, value]) => [`${day} ${hour}`, Number(value ?? 0)]),
  );
  const places = new Map((result.points ?? []).map(([day, hour], row) => [`${day} ${hour}`, row]));
  const most = Math.max(...found.values(), 1);
  const tip = h("div", { class: "mz-chart-tip", role: "status" });
  const head = [
    h("span", { role: "columnheader" }),
    ...HOURS.map((hour) => h("span", { role: "columnheader" }, String(hour))),
  ];
  const rows = DAYS.map((day, at) => {
    const cells = HOURS.map((hour) => {
      const value = found.get(`${at + 1} ${hour}`) ?? 0;
      const said = `${day} ${hour}:00 to ${hour + 1}:00: ${count(value)} ${unit}`;
      const cell = h("span", { role: "cell", "aria-label": said });
      cell.style.background = `color-mix(in srgb, var(--mz-accent) ${Math.round((value / most) * 100)}%, var(--mz-sunken))`;
      cell.addEventListener("pointerenter", () => {
        tip.textContent = said;
      });
      const row = places.get(`${at + 1} ${hour}`);
      if (pick && row !== undefined && value > 0) {
        cell.classList.add("mz-pickable");
        cell.addEventListener("click", () => pick(row));
      }
      return cell;
    });
    return h("div", { role: "row" }, h("span", { role: "rowheader" }, day), ...cells);
  });
  const table = h(
    "div",
    { class: "mz-heat", role: "table", "aria-label": result.title },
    h("div", { role: "row" }, ...head),
    ...rows,
  );
  return h("div", { class: "mz-chart" }, table, tip);
}
