import { textOn } from "../shared/scales";
import { activityHues, color } from "../shared/tokens";

const LIGHTER = [0, 0.35];

function mix(color: string, part: number): string {
  const parts = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return `#${parts
    .map((value) =>
      Math.round(value + (255 - value) * part)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/** The same activity keeps its colour everywhere: 24 of their own, then lighter ones of them. */
export class ActivityColors {
  private readonly places: Map<string, number>;

  constructor(activities: string[]) {
    this.places = new Map(activities.map((name, at) => [name, at]));
  }

  of(activity: string): { fill: string; ink: string } {
    const place = this.places.get(activity);
    const hue = activityHues[(place ?? 0) % activityHues.length];
    const lighter = LIGHTER[Math.floor((place ?? Number.POSITIVE_INFINITY) / activityHues.length)];
    const known = hue !== undefined && lighter !== undefined;
    const fill = known ? mix(hue, lighter) : color("muted", "light");
    return { fill, ink: textOn(fill) };
  }
}
