import { s } from "../shared/dom";

/** Icons that only the studio needs, in the shared outline style. */
const ICONS = {
  eye: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  eyeOff:
    "M2 2l12 12M4 5C2.4 6.300 1.500 8 1.500 8S4 12.500 8 12.500c1 0 2-.3 2.800-.7M6.500 3.700A6 6 0 0 1 8 3.500C12 3.500 14.500 8 14.500 8s-.6 1.100-1.700 2.300",
  close: "M4 4l8 8M12 4l-8 8",
  plus: "M8 3v10M3 8h10",
  undo: "M6 3L2.500 6.500 6 10M2.500 6.500H10a3.500 3.500 0 0 1 0 7H7",
  redo: "M10 3l3.500 3.500L10 10M13.500 6.500H6a3.500 3.500 0 0 0 0 7h3",
  code: "M5.500 4L1.500 8l4 4M10.500 4l4 4-4 4",
  save: "M3 2.500h8l2.500 2.500v8.500H3zM5.500 2.500v4h5v-4M5.500 13.500v-4h5v4",
  publish: "M8 10V2.500M5 5.500l3-3 3 3M2.500 10v3.500h11V10",
  grip: "M6 3.500v.01M10 3.500v.01M6 8v.01M10 8v.01M6 12.500v.01M10 12.500v.01",
  back: "M10 3L5 8l5 5",
  check: "M3 8.500l3.500 3.500L13 4.500",
} as const;

export type StudioIcon = keyof typeof ICONS;

export function studioIcon(name: StudioIcon): SVGSVGElement {
  const stroke = {
    stroke: "currentColor",
    "stroke-width": name === "grip" ? 2 : 1.4,
    "stroke-linecap": "round",
  };
  const path = s("path", { d: ICONS[name], fill: "none", ...stroke });
  return s("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, path);
}
