import { Scale, shade, textOn } from "../shared/scales";
import { color, type Theme } from "../shared/tokens";
import { count, duration, shortCount } from "../shared/words";
import type { MapEdge, MapNode, MeasureInfo, View } from "./types";

// A line as light as the lightest box would not be seen.
const EDGE_LIGHTEST = 0.5;
const UNKNOWN_WIDTH = 1;

/** How one measure of one map looks in one theme. */
export class Look {
  readonly nodes: Scale;
  readonly edges: Scale;

  constructor(
    readonly measure: MeasureInfo,
    readonly theme: Theme,
    view: View,
  ) {
    // Over the whole map, so that a colour means the same wherever the sliders stand.
    const [nodes, edges] = view.ranges[measure.name] ?? [null, null];
    this.nodes = new Scale(nodes);
    this.edges = new Scale(edges);
  }

  /** Smallest and largest value shown; null where nothing is known. */
  get range(): [number, number] | null {
    const known = [this.nodes, this.edges].filter((scale) => scale.known);
    if (!known.length) return null;
    return [Math.min(...known.map((scale) => scale.low)), Math.max(...known.map((scale) => scale.high))];
  }

  /** Whether there are values below the range. */
  get cut(): boolean {
    return this.nodes.cut || this.edges.cut;
  }

  say(value: number | null | undefined, short = false): string {
    if (this.measure.scale === "performance") return duration(value);
    return short ? shortCount(value) : count(value);
  }

  box(node: MapNode): { fill: string; ink: string; figure: string } {
    const value = node.values[this.measure.name];
    if (typeof value !== "number") {
      const figure = `${count(node.events)} events`;
      return { fill: color("sunken", this.theme), ink: color("ink", this.theme), figure };
    }
    const fill = shade(this.measure.scale, this.nodes.position(value), this.theme);
    return { fill, ink: textOn(fill), figure: this.say(value) };
  }

  line(edge: MapEdge): { ink: string; width: number; opacity: number; figure: string | null } {
    const value = edge.values[this.measure.name];
    if (typeof value !== "number") {
      return { ink: color("muted", this.theme), width: UNKNOWN_WIDTH, opacity: 0.5, figure: null };
    }
    const place = this.edges.position(value);
    return {
      ink: shade(this.measure.scale, EDGE_LIGHTEST + (1 - EDGE_LIGHTEST) * place, this.theme),
      width: this.edges.width(value),
      opacity: Math.max((0.6 + 0.35 * place) * (edge.back ? 0.7 : 1), 0.35),
      figure: this.say(value, true),
    };
  }
}
