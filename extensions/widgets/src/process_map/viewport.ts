import { select } from "d3-selection";
import { type ZoomTransform, zoom, zoomIdentity } from "d3-zoom";
import { assign, s } from "../shared/dom";
import type { Point, View } from "./types";

const LEAST_LEGIBLE = 0.6;
const COMFORTABLE = 0.85;
const MARGIN = 12;
const PAN = 60;
const MINI = { width: 150, height: 130, least: 32 };

/** Pan and zoom of the drawn map, and the mini-map that shows where one is. */
export class Viewport {
  private readonly behaviour = zoom<SVGSVGElement, unknown>().scaleExtent([0.05, 4]);
  private readonly mini = s("svg", {
    class: "mz-mini",
    "aria-hidden": "true",
  });
  private transform: ZoomTransform = zoomIdentity;
  private moved = false;
  private view: View | null = null;

  constructor(
    private readonly svg: SVGSVGElement,
    world: SVGGElement,
    frame: HTMLElement,
    wheelZooms: () => boolean,
  ) {
    this.behaviour
      // A page scrolls through a map; with Ctrl, or in full screen, the wheel zooms.
      .filter((event: WheelEvent & MouseEvent) =>
        event.type === "wheel" ? event.ctrlKey || event.metaKey || wheelZooms() : !event.button,
      )
      .clickDistance(4)
      .on("zoom", (event: { transform: ZoomTransform; sourceEvent: Event | null }) => {
        this.transform = event.transform;
        if (event.sourceEvent) this.moved = true;
        world.setAttribute("transform", event.transform.toString());
        this.frameMini();
      });
    select(svg).call(this.behaviour).on("dblclick.zoom", null);
    frame.append(this.mini);
    this.mini.addEventListener("click", (event) => this.jump(event));
  }

  /** Show a new state of the map; where the reader has not moved it, from its start. */
  show(view: View): void {
    this.view = view;
    this.drawMini();
    if (!this.moved) this.reset();
  }

  /** The whole map if legible, else its width, from START downwards; START as near the middle as it can be. */
  reset(): void {
    const { width, height } = this.size;
    if (!this.view || !width) return;
    const { width: w, height: h } = this.view;
    const wide = (width - 2 * MARGIN) / w;
    const whole = Math.min(wide, (height - 2 * MARGIN) / h);
    const scale = Math.min(
      whole >= LEAST_LEGIBLE ? whole : Math.max(Math.min(wide, COMFORTABLE), LEAST_LEGIBLE),
      1,
    );
    const [spare, tall] = [width - w * scale, height - h * scale];
    // Small maps stand in the middle; of larger ones, no side is left empty.
    const [least, most] = spare > 0 ? [MARGIN, spare - MARGIN] : [spare, 0];
    const middle = width / 2 - this.view.start[0] * scale;
    const left = most < least ? spare / 2 : Math.min(Math.max(middle, least), most);
    this.to(zoomIdentity.translate(left, tall > 0 ? tall / 2 : 0).scale(scale));
  }

  /** The whole map, however small. */
  fit(): void {
    const { width, height } = this.size;
    if (!this.view || !width) return;
    const { width: w, height: h } = this.view;
    const scale = Math.min((width - 2 * MARGIN) / w, (height - 2 * MARGIN) / h, 1.5);
    this.to(zoomIdentity.translate((width - w * scale) / 2, (height - h * scale) / 2).scale(scale));
  }

  zoomBy(factor: number): void {
    this.moved = true;
    this.behaviour.scaleBy(select(this.svg), factor);
  }

  panBy(x: number, y: number): void {
    this.moved = true;
    this.behaviour.translateBy(
      select(this.svg),
      (-x * PAN) / this.transform.k,
      (-y * PAN) / this.transform.k,
    );
  }

  /** Bring a place of the map into sight. */
  reveal(x: number, y: number): void {
    const { width, height } = this.size;
    const [sx, sy] = this.transform.apply([x, y]);
    if (sx < 40 || sy < 40 || sx > width - 40 || sy > height - 40)
      this.behaviour.translateTo(select(this.svg), x, y);
  }

  private get size(): { width: number; height: number } {
    return { width: this.svg.clientWidth, height: this.svg.clientHeight };
  }

  private to(transform: ZoomTransform): void {
    select(this.svg).call(this.behaviour.transform, transform);
  }

  /** Very long or wide maps are stretched, so that there is something to point at. */
  private get miniScale(): Point {
    if (!this.view) return [1, 1];
    const { width, height } = this.view;
    const scale = Math.min(MINI.width / width, MINI.height / height);
    return [Math.max(scale, MINI.least / width), Math.max(scale, MINI.least / height)];
  }

  private drawMini(): void {
    const many = (this.view?.nodes.length ?? 0) > 60;
    this.mini.classList.toggle("mz-shown", many);
    if (!many || !this.view) return;
    const [across, down] = this.miniScale;
    assign(this.mini, { width: this.view.width * across, height: this.view.height * down });
    const boxes = this.view.nodes.map(({ x, y, width, height }) =>
      s("rect", {
        x: (x - width / 2) * across,
        y: (y - height / 2) * down,
        width: Math.max(width * across, 1),
        height: Math.max(height * down, 1),
        class: "mz-mini-box",
      }),
    );
    this.mini.replaceChildren(...boxes, s("rect", { class: "mz-mini-frame" }));
    this.frameMini();
  }

  private frameMini(): void {
    const frame = this.mini.querySelector(".mz-mini-frame");
    if (!frame) return;
    const [left, top] = this.transform.invert([0, 0]);
    const [across, down] = this.miniScale;
    const width = (this.size.width / this.transform.k) * across;
    assign(frame, {
      x: left * across,
      y: top * down,
      width,
      height: (this.size.height / this.transform.k) * down,
    });
  }

  private jump(event: MouseEvent): void {
    const box = this.mini.getBoundingClientRect();
    this.moved = true;
    const [across, down] = this.miniScale;
    this.behaviour.translateTo(
      select(this.svg),
      (event.clientX - box.left) / across,
      (event.clientY - box.top) / down,
    );
  }
}
