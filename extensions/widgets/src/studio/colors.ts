import { shade, textOn } from "../shared/scales";
import { categories } from "../shared/tokens";

const LIGHTER = [0, 0.35, 0.6];

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

/** The same activity keeps its colour everywhere: the eight hues, then lighter ones of them. */
export class ActivityColors {
  private readonly places: Map<string, number>;

  constructor(activities: string[]) {
    this.places = new Map(activities.map((name, at) => [name, at]));
  }

  of(activity: string): { fill: string; ink: string } {
    const place = this.places.get(activity);
    const hues = categories.length - 1;
    // The last hue is a grey: for what has no colour of its own.
    const grey = categories[hues] ?? shade("frequency", 0.5, "light");
    const round = place === undefined ? LIGHTER.length : Math.floor(place / hues);
    const hue = place === undefined ? grey : (categories[place % hues] ?? grey);
    const fill = round < LIGHTER.length ? mix(hue, LIGHTER[round] ?? 0) : grey;
    return { fill, ink: textOn(fill) };
  }
}
