import { color, type ScaleName, stops, type Theme } from "./tokens";

// Rarer or quicker than a thousandth of the highest all looks alike, so that what matters differs.
const DECADES = 1000;
const MIN_WIDTH = 1;
const MAX_WIDTH = 8;
const LEGIBLE = 4.5;

type Rgb = [number, number, number];

function rgb(value: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(value.slice(at, at + 2), 16)) as Rgb;
}

/** The colour at a position of a scale, 0 to 1. */
export function shade(scale: ScaleName, position: number, theme: Theme): string {
  const colors = stops(scale, theme);
  const place = Math.min(Math.max(position, 0), 1) * (colors.length - 1);
  const index = Math.min(Math.floor(place), colors.length - 2);
  const low = rgb(colors[index] as string);
  const high = rgb(colors[index + 1] as string);
  const mixed = low.map((part, i) => Math.round(part + ((high[i] as number) - part) * (place - index)));
  return `#${mixed.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function luminance(value: string): number {
  const [red, green, blue] = rgb(value).map((part) => {
    const unit = part / 255;
    return unit <= 0.04045 ? unit / 12.92 : ((unit + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** A text colour that reads well on a fill: ink, white, or black where neither does. */
export function textOn(fill: string): string {
  return [color("ink", "light"), "#ffffff"].find((ink) => contrast(ink, fill) >= LEGIBLE) ?? "#000000";
}

/** Places values between 0 and 1 on a logarithmic scale from a smallest to a largest value above zero. */
export class Scale {
  readonly low: number;
  readonly high: number;
  /** Whether there is any value to place. */
  readonly known: boolean;
  /** Whether there are lower values, which look like the lowest. */
  readonly cut: boolean;

  constructor(span: readonly [low: number, high: number] | null) {
    const [low, high] = span ?? [1, 1];
    this.known = span !== null;
    this.cut = low < high / DECADES;
    this.low = Math.max(low, high / DECADES);
    this.high = high;
  }

  position(value: number | null | undefined): number {
    if (typeof value !== "number" || value <= 0) return 0;
    if (this.high <= this.low) return 1;
    return Math.min(Math.max(Math.log(value / this.low) / Math.log(this.high / this.low), 0), 1);
  }

  width(value: number | null | undefined): number {
    return MIN_WIDTH + (MAX_WIDTH - MIN_WIDTH) * this.position(value);
  }
}
