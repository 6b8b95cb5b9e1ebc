import { h, s } from "../shared/dom";
import { count, NOTHING, shortCount } from "../shared/words";

export interface Bar {
  value: number;
  label: string;
  pick?: () => void;
}

export interface Mark {
  at: number;
  label: string;
}

const HEIGHT = 100;

/** A value axis that ends on a round number. */
export function nice(top: number): number {
  if (top <= 0) return 1;
  const size = 10 ** Math.floor(Math.log10(top));
  return ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * size >= top) ?? 10) * size;
}

/** Bars side by side that can be hovered, focused and clicked; marks stand at a place from 0 to 1. */
export function bars(
  label: string,
  data: Bar[],
  options: {
    axis?: [string, string, string];
    marks?: Mark[];
    small?: boolean;
    say?: (value: number) => string;
    /** How the axis is said, where it does not count. */
    mark?: (value: number) => string;
  } = {},
): HTMLElement {
  const say = options.say ?? count;
  const top = nice(Math.max(...data.map((bar) => bar.value), 0));
  const tip = h("div", { class: "mz-chart-tip", role: "status" });
  const plot = h("div", { class: "mz-plot", role: "group", "aria-label": label });
  for (const bar of data) {
    const said = `${bar.label}: ${say(bar.value)}`;
    const made = bar.pick
      ? h("button", { type: "button", class: "mz-column", "aria-label": said })
      : h("span", { class: "mz-column", role: "img", "aria-label": said });
    const fill = h("span", {});
    fill.style.height = bar.value > 0 ? `max(1px, ${(bar.value / top) * HEIGHT}%)` : "0";
    made.append(fill);
    const show = () => {
      tip.textContent = said;
    };
    made.addEventListener("pointerenter", show);
    made.addEventListener("focus", show);
    if (bar.pick) made.addEventListener("click", bar.pick);
    plot.append(made);
  }
  plot.addEventListener("pointerleave", () => {
    tip.textContent = "";
  });
  for (const { at, label: words } of options.marks ?? []) {
    const line = h("span", { class: at > 0.7 ? "mz-mark mz-mark-left" : "mz-mark" }, h("span", {}, words));
    line.style.left = `${Math.min(Math.max(at, 0), 1) * 100}%`;
    plot.append(line);
  }
  const axis =
    options.axis && h("div", { class: "mz-axis" }, ...options.axis.map((text) => h("span", {}, text)));
  const scale = options.small
    ? null
    : h(
        "div",
        { class: "mz-scale", "aria-hidden": "true" },
        h("span", {}, (options.mark ?? shortCount)(top)),
        h("span", {}, "0"),
      );
  return h(
    "div",
    { class: options.small ? "mz-chart mz-small" : "mz-chart" },
    h("div", { class: "mz-chart-body" }, scale, plot),
    axis ?? null,
    tip,
  );
}

/** Lines over an axis of times or names; several measures share it. */
export function lines(
  label: string,
  axis: string[],
  series: { name: string; values: (number | null)[]; color: string }[],
  say: (value: number) => string,
): HTMLElement {
  const [width, height] = [1000, 300];
  const known = series.flatMap((one) => one.values.filter((value): value is number => value !== null));
  const top = nice(Math.max(...known, 0));
  const low = Math.min(...known, 0);
  const x = (at: number) => (axis.length > 1 ? (at / (axis.length - 1)) * width : width / 2);
  const y = (value: number) => height - ((value - low) / (top - low || 1)) * height;
  const picture = s("svg", {
    viewBox: `0 0 ${width} ${height}`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": label,
  });
  for (const part of [0.25, 0.5, 0.75]) {
    picture.append(s("line", { x1: 0, x2: width, y1: part * height, y2: part * height, class: "mz-rule" }));
  }
  for (const { values, color } of series) {
    let path = "";
    values.forEach((value, at) => {
      if (value !== null)
        path += `${path && values[at - 1] !== null ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    });
    picture.append(
      s("path", {
        d: path,
        fill: "none",
        stroke: color,
        "stroke-width": 2,
        "vector-effect": "non-scaling-stroke",
      }),
    );
  }
  const tip = h("div", { class: "mz-chart-tip", role: "status" });
  const rule = h("span", { class: "mz-cursor", hidden: true });
  const plot = h("div", { class: "mz-plot mz-lines" }, rule);
  plot.append(picture);
  plot.addEventListener("pointermove", (event) => {
    const box = plot.getBoundingClientRect();
    const at = Math.round(((event.clientX - box.left) / box.width) * (axis.length - 1));
    const figures = series.map(({ name, values }) => {
      const value = values[at];
      return `${series.length > 1 ? `${name} ` : ""}${value === null || value === undefined ? NOTHING : say(value)}`;
    });
    rule.hidden = false;
    rule.style.left = `${(axis.length > 1 ? at / (axis.length - 1) : 0.5) * 100}%`;
    tip.textContent = `${axis[at] ?? ""}: ${figures.join(", ")}`;
  });
  plot.addEventListener("pointerleave", () => {
    rule.hidden = true;
    tip.textContent = "";
  });
  const ends = [axis[0] ?? "", axis[Math.floor((axis.length - 1) / 2)] ?? "", axis[axis.length - 1] ?? ""];
  const scale = h(
    "div",
    { class: "mz-scale", "aria-hidden": "true" },
    h("span", {}, say(top)),
    h("span", {}, say(low)),
  );
  const legend = series.map(({ name, color }) => {
    const dot = h("i", {});
    dot.style.background = color;
    return h("span", {}, dot, name);
  });
  return h(
    "div",
    { class: "mz-chart" },
    series.length > 1 ? h("div", { class: "mz-chart-legend" }, ...legend) : null,
    h("div", { class: "mz-chart-body" }, scale, plot),
    h("div", { class: "mz-axis" }, ...ends.map((text) => h("span", {}, text))),
    tip,
  );
}
