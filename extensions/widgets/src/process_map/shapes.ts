import { assign, s } from "../shared/dom";
import { color } from "../shared/tokens";
import { arrow, type Curve } from "./curves";
import type { Look } from "./look";
import type { MapEdge, MapNode, Point } from "./types";

const NAME = { "font-size": 13, "font-weight": 600, "text-anchor": "middle" };
const FIGURE = { "font-size": 11 };
const LINE_HEIGHT = 16;
const END_RADIUS = 9;
const PLATE_HEIGHT = 14;
const PLATE_PADDING = 4;

/** An activity's box. Its group is moved; what is inside stands around its centre. */
export class BoxShape {
  readonly group = s("g", { class: "mz-node", tabindex: 0, role: "button" });
  at: Point = [0, 0];
  private readonly ring = s("rect", { class: "mz-ring", rx: 9, fill: "none" });
  private readonly rect = s("rect", { rx: 6, "stroke-opacity": 0.45 });
  private readonly texts = s("g", { "pointer-events": "none" });

  constructor(public node: MapNode) {
    this.group.append(this.ring, this.rect, this.texts);
  }

  draw(node: MapNode, look: Look): void {
    this.node = node;
    const { fill, ink, figure } = look.box(node);
    const [left, top] = [-node.width / 2, -node.height / 2];
    assign(this.rect, { x: left, y: top, width: node.width, height: node.height, fill });
    assign(this.rect, { stroke: color("muted", look.theme) });
    assign(this.ring, { x: left - 4, y: top - 4, width: node.width + 8, height: node.height + 8 });
    assign(this.ring, { stroke: color("accent", look.theme), "stroke-width": 3 });
    const first = top + 5 + LINE_HEIGHT * 0.75;
    const names = node.lines.map((line, i) =>
      s("text", { ...NAME, y: first + i * LINE_HEIGHT, fill: ink }, line),
    );
    const below = { ...FIGURE, "text-anchor": "middle", y: first + names.length * LINE_HEIGHT, fill: ink };
    this.texts.replaceChildren(...names, s("text", below, figure));
    assign(this.group, { "aria-label": `${node.name}, ${look.measure.title}: ${figure}` });
  }

  /** The reader's font may be wider than was reckoned. Measures now; what it returns changes. */
  fitText(): () => void {
    const room = this.node.width - 6;
    const texts = [...this.texts.querySelectorAll("text")];
    const wide = texts.filter((text) => text.getComputedTextLength() > room);
    return () => {
      for (const text of wide) assign(text, { textLength: room, lengthAdjust: "spacingAndGlyphs" });
    };
  }

  move([x, y]: Point): void {
    this.at = [x, y];
    assign(this.group, { transform: `translate(${x} ${y})` });
  }
}

/** A path: a wide invisible line to point at, the ring of the selection, the line and its arrow head. */
export class LineShape {
  readonly group = s("g", { class: "mz-edge", tabindex: 0, role: "button" });
  readonly plate = s("g", { class: "mz-plate", "pointer-events": "none" });
  at: Curve = [];
  private readonly reach = s("path", {
    class: "mz-reach",
    stroke: "transparent",
    "stroke-width": 14,
    fill: "none",
  });
  private readonly ring = s("path", { class: "mz-ring", fill: "none", "stroke-linecap": "round" });
  private readonly line = s("path", { fill: "none" });
  private readonly head = s("path");
  private width = 1;

  constructor(public edge: MapEdge) {
    this.group.append(this.reach, this.ring, s("g", {}, this.line, this.head));
  }

  draw(edge: MapEdge, look: Look, name: string): void {
    this.edge = edge;
    const { ink, width, opacity, figure } = look.line(edge);
    this.width = width;
    assign(this.line, { stroke: ink, "stroke-width": width });
    assign(this.head, { fill: ink });
    assign(this.line.parentElement as Element, { opacity });
    assign(this.ring, {
      stroke: color("accent", look.theme),
      "stroke-width": width + 7,
      "stroke-opacity": 0.55,
    });
    assign(this.group, { "aria-label": `${name}, ${look.measure.title}: ${figure ?? look.say(null)}` });
    this.plate.replaceChildren();
    const place = edge.plates[look.measure.name];
    if (figure === null || !place) return;
    const [x, y, room] = place;
    const text = s("text", { ...FIGURE, x, y: y + 4, "text-anchor": "middle" }, figure);
    assign(text, { fill: color("ink", look.theme) });
    const plate = { x: x - room / 2, y: y - PLATE_HEIGHT / 2, width: room, height: PLATE_HEIGHT, rx: 4 };
    this.plate.append(s("rect", { ...plate, fill: color("surface", look.theme) }), text);
  }

  /** The plate is as wide as its figure in the reader's font. Measures now; what it returns changes. */
  fitText(): () => void {
    const text = this.plate.querySelector("text");
    const rect = this.plate.querySelector("rect");
    if (!text || !rect) return () => {};
    const room = Number(rect.getAttribute("width"));
    const need = text.getComputedTextLength() + PLATE_PADDING;
    const middle = Number(text.getAttribute("x"));
    return () => {
      if (need > room) assign(text, { textLength: room - PLATE_PADDING, lengthAdjust: "spacingAndGlyphs" });
      else if (need > PLATE_PADDING) assign(rect, { x: middle - need / 2, width: need });
    };
  }

  move(line: Curve): void {
    this.at = line;
    const { line: d, head } = arrow(line, this.width);
    assign(this.line, { d });
    assign(this.reach, { d });
    assign(this.ring, { d });
    assign(this.head, { d: head });
  }
}

/** START, a filled circle, or END, a ringed one. */
export function endShape(name: "START" | "END", look: Look): SVGGElement {
  const ink = color("ink", look.theme);
  const group = s("g", { class: "mz-end", role: "img", "aria-label": name }, s("title", {}, name));
  if (name === "START") {
    group.append(s("circle", { r: END_RADIUS, fill: ink }));
  } else {
    const ring = { r: END_RADIUS - 1, fill: color("surface", look.theme), stroke: ink, "stroke-width": 2 };
    group.append(s("circle", ring), s("circle", { r: END_RADIUS - 4.5, fill: ink }));
  }
  return group;
}
