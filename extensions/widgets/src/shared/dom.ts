type Attributes = Record<string, string | number | boolean | null | undefined>;
type Child = Node | string | null | undefined;

const SVG = "http://www.w3.org/2000/svg";

/** Set attributes; null, undefined and false remove, true sets an empty one. */
export function assign(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) {
      element.removeAttribute(name);
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
}

/** Make an HTML element. Text children are text, never markup. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  assign(element, attributes);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Make an SVG element. Text children are text, never markup. */
export function s<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS(SVG, tag);
  assign(element, attributes);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * Keep plain keys for a widget: JupyterLab would take arrows and letters for its cells.
 * Its shortcuts with Ctrl, Alt or Command stay its own.
 */
export function keepKeys(root: HTMLElement, signal: AbortSignal): void {
  const mark = (event: KeyboardEvent) => {
    const path = event.composedPath();
    const target = path[0];
    if (path.includes(root) && target instanceof Element) {
      const plain = !(event.ctrlKey || event.metaKey || event.altKey);
      target.toggleAttribute("data-lm-suppress-shortcuts", plain);
    }
  };
  // On the way down, before JupyterLab looks.
  window.addEventListener("keydown", mark, { capture: true, signal });
}

/** Make a button that shows an icon and says its name. */
export function iconButton(name: IconName, label: string, action: () => void): HTMLButtonElement {
  const button = h("button", { type: "button", class: "mz-icon-button", title: label, "aria-label": label });
  button.append(icon(name));
  button.addEventListener("click", action);
  return button;
}

/** One outline set, drawn in a square of 16 pixels. */
const ICONS = {
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  expand: "M9.5 2.5h4v4M13.5 2.5l-5 5M6.5 13.5h-4v-4M2.5 13.5l5-5",
  table: "M2.5 3h11v10h-11zM2.5 6.5h11M6.5 6.5V13",
  save: "M8 2.5v7.5M5 7l3 3 3-3M3 13.5h10",
  close: "M4 4l8 8M12 4l-8 8",
} as const;

export type IconName = keyof typeof ICONS;

export function icon(name: IconName): SVGSVGElement {
  const path = s("path", { d: ICONS[name], fill: "none", stroke: "currentColor", "stroke-width": 1.4 });
  return s("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, path);
}
