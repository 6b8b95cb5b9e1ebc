import { Scale, shade, textOn } from "../shared/scales";
import { color, type Theme } from "../shared/tokens";
import { count, counted, duration, shortCount } from "../shared/words";
import type { MapEdge, MapNode, MeasureInfo, View } from "./types";

// A line as light as the lightest box would not be seen.
const EDGE_LIGHTEST = 0.5;
const UNKNOWN_WIDTH = 1;

/** How one measure of one map looks in one theme. */
export class Look {
  readonly scale: Scale;

  constructor(
    readonly measure: MeasureInfo,
    readonly theme: Theme,
    view: View,
  ) {
    // Over the whole map, so that a colour means the same wherever the sliders stand.
    this.scale = new Scale(view.ranges[measure.name] ?? null);
  }

  say(value: number | null | undefined, short = false): string {
    if (this.measure.scale === "performance") return duration(value);
    return short ? shortCount(value) : count(value);
  }

  box(node: MapNode): { fill: string; ink: string; figure: string } {
    const value = node.values[this.measure.name];
    if (typeof value !== "number") {
      const figure = counted(node.events, "event");
      return { fill: color("sunken", this.theme), ink: color("ink", this.theme), figure };
    }
    const fill = shade(this.measure.scale, this.scale.position(value), this.theme);
    return { fill, ink: textOn(fill), figure: this.say(value) };
  }

  line(edge: MapEdge): { ink: string; width: number; opacity: number; figure: string | null } {
    const value = edge.values[this.measure.name];
    if (typeof value !== "number") {
      return { ink: color("muted", this.theme), width: UNKNOWN_WIDTH, opacity: 0.5, figure: null };
    }
    const place = this.scale.position(value);
    return {
      ink: shade(this.measure.scale, EDGE_LIGHTEST + (1 - EDGE_LIGHTEST) * place, this.theme),
      width: this.scale.width(value),
      opacity: Math.max((0.6 + 0.35 * place) * (edge.back ? 0.7 : 1), 0.35),
      figure: this.say(value, true),
    };
  }
}
