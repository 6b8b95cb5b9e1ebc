import { assign, s } from "../shared/dom";
import { tween } from "../shared/tween";
import { curve, morph } from "./curves";
import type { Look } from "./look";
import { BoxShape, endShape, LineShape } from "./shapes";
import type { MapEdge, Point, Selection, View } from "./types";

export type Shape = BoxShape | LineShape;

/** The drawn map: keeps each activity's and path's element over all changes, so that they move and never jump. */
export class Scene {
  readonly world = s("g");
  private readonly lines = s("g", { class: "mz-lines" });
  private readonly boxes = s("g", { class: "mz-boxes" });
  private readonly plates = s("g", { class: "mz-plates" });
  private readonly ends = s("g");
  private readonly boxOf = new Map<string, BoxShape>();
  private readonly lineOf = new Map<string, LineShape>();
  private names = new Map<number | null, string>();
  private stop = () => {};
  private start: Point | null = null;
  private end: Point | null = null;

  constructor() {
    this.world.append(this.lines, this.ends, this.boxes, this.plates);
  }

  get shapes(): Shape[] {
    return [...this.boxOf.values(), ...this.lineOf.values()];
  }

  /** The activity's or path's shape that an element belongs to. */
  shapeAt(target: EventTarget | null): Shape | undefined {
    const group = target instanceof Element ? target.closest(".mz-node, .mz-edge") : null;
    return group ? this.shapes.find((shape) => shape.group === group) : undefined;
  }

  selectionOf(shape: Shape): Selection {
    if (shape instanceof BoxShape) return { activity: shape.node.name };
    return { from: this.nameOf(shape.edge.from), to: this.nameOf(shape.edge.to) };
  }

  /** The shape of a selection, where it is shown. */
  shapeOf(selection: Selection): Shape | undefined {
    const wanted = JSON.stringify(selection);
    return this.shapes.find((shape) => JSON.stringify(this.selectionOf(shape)) === wanted);
  }

  titleOf(shape: Shape): string {
    if (shape instanceof BoxShape) return shape.node.name;
    return `${this.nameOf(shape.edge.from) ?? "START"} → ${this.nameOf(shape.edge.to) ?? "END"}`;
  }

  draw(view: View, look: Look): void {
    this.stop();
    this.names = new Map(view.nodes.map((node) => [node.id, node.name]));
    const moves = [...this.joinBoxes(view, look), ...this.joinLines(view, look), this.moveEnds(view, look)];
    this.plates.classList.add("mz-moving");
    this.stop = tween(
      (part) => {
        for (const move of moves) move(part);
      },
      () => this.plates.classList.remove("mz-moving"),
    );
    // All is measured before anything changes: else the browser would lay out the page once a text.
    for (const fit of this.shapes.map((shape) => shape.fitText())) fit();
  }

  /** Ring what is selected. */
  select(selection: Selection): void {
    const wanted = this.shapeOf(selection);
    for (const shape of this.shapes) {
      const chosen = shape === wanted;
      shape.group.classList.toggle("mz-selected", chosen);
      assign(shape.group, { "aria-pressed": chosen ? "true" : "false" });
    }
  }

  /** Bring a shape, its paths and their ends forward, fade the rest. */
  focus(shape: Shape | undefined): void {
    this.world.classList.toggle("mz-focus", shape !== undefined);
    const near = new Set<Shape>();
    if (shape) near.add(shape);
    for (const line of this.lineOf.values()) {
      if (shape && (line === shape || touches(line, shape))) {
        near.add(line);
        for (const box of this.boxOf.values()) if (touches(line, box)) near.add(box);
      }
    }
    for (const other of this.shapes) {
      other.group.classList.toggle("mz-near", near.has(other));
      if (other instanceof LineShape) other.plate.classList.toggle("mz-near", near.has(other));
    }
  }

  private nameOf(id: number | null): string | null {
    return id === null ? null : (this.names.get(id) ?? null);
  }

  private joinBoxes(view: View, look: Look): ((part: number) => void)[] {
    const left = new Set(this.boxOf.keys());
    const moves = view.nodes.map((node) => {
      left.delete(node.name);
      const old = this.boxOf.get(node.name);
      const shape = old ?? new BoxShape(node);
      shape.draw(node, look);
      if (old) return glide(shape.at, [node.x, node.y], (to) => shape.move(to));
      this.boxOf.set(node.name, shape);
      this.boxes.append(shape.group);
      shape.move([node.x, node.y]);
      return appear(shape.group);
    });
    for (const name of left) {
      this.boxOf.get(name)?.group.remove();
      this.boxOf.delete(name);
    }
    return moves;
  }

  private joinLines(view: View, look: Look): ((part: number) => void)[] {
    const left = new Set(this.lineOf.keys());
    const weight = (edge: MapEdge) => edge.values[look.measure.name] ?? -1;
    const moves = [...view.edges]
      .sort((a, b) => weight(a) - weight(b))
      .map((edge) => {
        const key = JSON.stringify([this.nameOf(edge.from), this.nameOf(edge.to)]);
        left.delete(key);
        const old = this.lineOf.get(key);
        const shape = old ?? new LineShape(edge);
        shape.draw(edge, look, `${this.nameOf(edge.from) ?? "START"} → ${this.nameOf(edge.to) ?? "END"}`);
        // The heaviest line lies on top.
        this.lines.append(shape.group);
        const line = curve(edge.points);
        if (old) {
          const changed = morph(shape.at, line);
          return (part: number) => shape.move(changed(part));
        }
        this.lineOf.set(key, shape);
        this.plates.append(shape.plate);
        shape.move(line);
        return appear(shape.group);
      });
    for (const key of left) {
      this.lineOf.get(key)?.group.remove();
      this.lineOf.get(key)?.plate.remove();
      this.lineOf.delete(key);
    }
    return moves;
  }

  private moveEnds(view: View, look: Look): (part: number) => void {
    const [start, end] = [endShape("START", look), endShape("END", look)];
    this.ends.replaceChildren(start, end);
    const place = (group: SVGGElement) => (at: Point) =>
      assign(group, { transform: `translate(${at[0]} ${at[1]})` });
    const moves = [
      glide(this.start ?? view.start, view.start, place(start)),
      glide(this.end ?? view.end, view.end, place(end)),
    ];
    [this.start, this.end] = [view.start, view.end];
    return (part) => {
      for (const move of moves) move(part);
    };
  }
}

function touches(one: Shape, other: Shape): boolean {
  if (!(one instanceof LineShape) || !(other instanceof BoxShape)) return false;
  return one.edge.from === other.node.id || one.edge.to === other.node.id;
}

function glide(from: Point, to: Point, move: (at: Point) => void): (part: number) => void {
  return (part) => move([from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part]);
}

function appear(group: SVGElement): (part: number) => void {
  return (part) => assign(group, { opacity: part < 1 ? part : null });
}
