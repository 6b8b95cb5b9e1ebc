import { select } from "d3-selection";
import { type ZoomTransform, zoom, zoomIdentity } from "d3-zoom";
import { assign, s } from "../shared/dom";
import type { View } from "./types";

const LEAST_LEGIBLE = 0.5;
const COMFORTABLE = 0.9;
const MARGIN = 12;
const PAN = 60;
const MINI = { width: 150, height: 110 };

/** Pan and zoom of the drawn map, and the mini-map that shows where one is. */
export class Viewport {
  private readonly behaviour = zoom<SVGSVGElement, unknown>().scaleExtent([0.05, 4]);
  private readonly mini = s("svg", {
    class: "mz-mini",
    width: MINI.width,
    height: MINI.height,
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

  /** The whole width if legible, from START downwards. */
  reset(): void {
    const { width, height } = this.size;
    if (!this.view || !width) return;
    const wide = (width - 2 * MARGIN) / this.view.width;
    const whole = Math.min(wide, (height - 2 * MARGIN) / this.view.height);
    const scale = Math.min(Math.max(whole, Math.min(wide, COMFORTABLE), LEAST_LEGIBLE), 1);
    const spare = width - this.view.width * scale;
    const left = spare > 0 ? spare / 2 : Math.min(0, Math.max(spare, width / 2 - this.view.start[0] * scale));
    const tall = height - this.view.height * scale;
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

  private get miniScale(): number {
    return this.view ? Math.min(MINI.width / this.view.width, MINI.height / this.view.height) : 1;
  }

  private drawMini(): void {
    const many = (this.view?.nodes.length ?? 0) > 60;
    this.mini.classList.toggle("mz-shown", many);
    if (!many || !this.view) return;
    const scale = this.miniScale;
    const boxes = this.view.nodes.map(({ x, y, width, height }) =>
      s("rect", {
        x: (x - width / 2) * scale,
        y: (y - height / 2) * scale,
        width: width * scale,
        height: Math.max(height * scale, 1),
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
    const scale = this.miniScale;
    const shown = {
      width: (this.size.width / this.transform.k) * scale,
      height: (this.size.height / this.transform.k) * scale,
    };
    assign(frame, { x: left * scale, y: top * scale, ...shown });
  }

  private jump(event: MouseEvent): void {
    const box = this.mini.getBoundingClientRect();
    this.moved = true;
    const scale = this.miniScale;
    this.behaviour.translateTo(
      select(this.svg),
      (event.clientX - box.left) / scale,
      (event.clientY - box.top) / scale,
    );
  }
}
