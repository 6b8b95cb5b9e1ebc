import tokens from "../../../../mindzie/pictures/tokens.json";

export type Theme = "light" | "dark";
export type ScaleName = keyof typeof tokens.scales;
type ColorName = keyof typeof tokens.light;

/** JupyterLab's variables come before our own values. */
const HOST: Partial<Record<ColorName, string>> = {
  ink: "--jp-ui-font-color1",
  muted: "--jp-ui-font-color2",
  line: "--jp-border-color2",
  surface: "--jp-layout-color1",
};

export const font = `var(--jp-ui-font-family, ${tokens.font})`;
export const categories: readonly string[] = tokens.categories;
/** Told apart by the colour-blind too; the first are those of categories. */
export const activityHues: readonly string[] = tokens.activities;

/** Set the `--mz-*` variables of a widget for the page it stands in; returns the page's theme. */
export function applyTokens(root: HTMLElement): Theme {
  const theme = themeAround(root);
  for (const [name, value] of Object.entries(tokens[theme])) {
    const host = HOST[name as ColorName];
    root.style.setProperty(`--mz-${name}`, host ? `var(${host}, ${value})` : value);
  }
  // JupyterLab's own is too light in the dark for muted text on it.
  const sunken = ["--jp-layout-color1", "--jp-layout-color2"].map(
    (host) => `var(${host}, ${tokens[theme].sunken})`,
  );
  root.style.setProperty("--mz-sunken", `color-mix(in srgb, ${sunken.join(", ")})`);
  root.style.setProperty("--mz-font", font);
  root.style.setProperty("--mz-radius", `${tokens.radius}px`);
  for (const name of Object.keys(tokens.scales) as ScaleName[]) {
    root.style.setProperty(`--mz-scale-${name}`, stops(name, theme).join(", "));
  }
  root.dataset.theme = theme;
  return theme;
}

/** Keep the variables of a widget those of the page it stands in, until the signal aborts. */
export function keepTokens(root: HTMLElement, signal: AbortSignal): void {
  const look = () => applyTokens(root);
  look();
  onThemeChange(look, signal);
  // Hosts make widgets before they show them: only then is it known what lies behind.
  const shown = new ResizeObserver(look);
  shown.observe(root);
  signal.addEventListener("abort", () => shown.disconnect());
}

/** Call back when the page changes its theme, until the signal aborts. */
export function onThemeChange(callback: () => void, signal: AbortSignal): void {
  const watcher = new MutationObserver(callback);
  const watched = {
    attributes: true,
    attributeFilter: ["class", "style", "data-jp-theme-name", "data-theme"],
  };
  watcher.observe(document.documentElement, watched);
  watcher.observe(document.body, watched);
  signal.addEventListener("abort", () => watcher.disconnect());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", callback, { signal });
}

export function stops(scale: ScaleName, theme: Theme): readonly string[] {
  return tokens[theme === "light" ? "scales" : "scalesDark"][scale];
}

/** Our own value of a colour, for pictures that leave the page. */
export function color(name: ColorName, theme: Theme): string {
  return tokens[theme][name];
}

/** A page is dark if what lies behind the widget is. */
function themeAround(element: HTMLElement): Theme {
  const jupyter = document.body.dataset.jpThemeLight;
  if (jupyter) return jupyter === "false" ? "dark" : "light";
  let at: Node | null = element.parentNode;
  while (at) {
    if (at instanceof Element) {
      const parts =
        getComputedStyle(at)
          .backgroundColor.match(/[\d.]+/g)
          ?.map(Number) ?? [];
      const [red = 255, green = 255, blue = 255, alpha = 1] = parts;
      if (parts.length > 2 && alpha > 0.5) {
        return 0.299 * red + 0.587 * green + 0.114 * blue < 110 ? "dark" : "light";
      }
    }
    at = at instanceof ShadowRoot ? at.host : at.parentNode;
  }
  return "light";
}
