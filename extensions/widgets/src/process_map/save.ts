import { assign, h, s } from "../shared/dom";
import { color, type Theme } from "../shared/tokens";
import type { View } from "./types";

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const PNG_SCALE = 2;
// Browsers draw no larger pictures.
const PNG_MOST = 16_000;

/** The map as the text of an SVG file, whole and without selection. */
export function svgText(world: SVGGElement, view: View, theme: Theme, title: string): string {
  const copy = world.cloneNode(true) as SVGGElement;
  copy.removeAttribute("transform");
  for (const element of copy.querySelectorAll(".mz-ring, .mz-reach")) element.remove();
  for (const element of copy.querySelectorAll("[class],[tabindex],[role],[aria-pressed]")) {
    assign(element, { class: null, tabindex: null, role: null, "aria-pressed": null });
  }
  const size = { width: view.width, height: view.height };
  const back = s("rect", { ...size, fill: color("surface", theme) });
  const box = { viewBox: `0 0 ${view.width} ${view.height}`, "font-family": FONT };
  const picture = s("svg", { ...size, ...box, role: "img" }, s("title", {}, title), back, copy);
  return new XMLSerializer().serializeToString(picture);
}

export function saveSvg(text: string, name: string): void {
  download(new Blob([text], { type: "image/svg+xml" }), `${name}.svg`);
}

export async function savePng(text: string, view: View, name: string): Promise<void> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const scale = Math.min(PNG_SCALE, PNG_MOST / Math.max(view.width, view.height));
  const canvas = h("canvas", {
    width: Math.ceil(view.width * scale),
    height: Math.ceil(view.height * scale),
  });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new Error("The browser could not draw the picture: save it as SVG.");
  download(blob, `${name}.png`);
}

function download(blob: Blob, name: string): void {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}
