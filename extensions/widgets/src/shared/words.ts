/** Figures in words, as mindzie.core.words says them; tests hold both to the same examples. */

export const UNKNOWN = "not computed";
/** In a table, where a value is missing. */
export const NOTHING = "–";

type Figure = number | null | undefined;

const THIN = "\u202f";
const MINUS = "−";
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MAGNITUDES = ["", "k", "M", "G", "T", "P"];
const UNITS: [name: string, milliseconds: number][] = [
  ["y", 31_536_000_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
  ["ms", 1],
];
const WORKING = UNITS.slice(2).map(([name, size]): [string, number] => [`w${name}`, size]);
const FIGURES = 3;
const SMALLEST = 20;

function known(value: Figure): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** A count, or any other number: exact to two decimals, below 1 in three figures. */
export function count(value: Figure): string {
  if (!known(value)) return UNKNOWN;
  const amount = Math.abs(value);
  const said = grouped(amount, amount < 1 ? decimalsOf(amount) : 2);
  return value < 0 && said !== "0" ? MINUS + said : said;
}

/** A count in three figures. */
export function shortCount(value: Figure): string {
  if (!known(value)) return UNKNOWN;
  const rounded = Number(value.toPrecision(FIGURES));
  const amount = Math.abs(rounded);
  if (amount < 1000) return count(rounded);
  const thousands = Math.min(Math.floor(Math.log10(amount) / 3 + 1e-9), MAGNITUDES.length - 1);
  const figures = grouped(Number((amount / 1000 ** thousands).toPrecision(FIGURES)), 2);
  return `${value < 0 ? MINUS : ""}${figures} ${MAGNITUDES[thousands]}`;
}

/** How many decimals show three figures of an amount below 1. */
function decimalsOf(amount: number): number {
  const exponent = amount ? Number(amount.toExponential().split("e")[1]) : 0;
  return Math.min(FIGURES - 1 - exponent, SMALLEST);
}

function grouped(amount: number, decimals: number): string {
  const text = Number.isInteger(amount) ? BigInt(amount).toString() : amount.toFixed(decimals);
  const [whole = "", part = ""] = text.split(".");
  const rest = part.replace(/0+$/, "");
  return whole.replace(/\B(?=(\d{3})+$)/g, THIN) + (rest && `.${rest}`);
}

/** A number with its thing, in the plural where it is not one. */
export function counted(value: number, thing: string, say: (value: number) => string = count): string {
  return `${say(value)} ${value === 1 ? thing : plural(thing)}`;
}

function plural(thing: string): string {
  return /[^aeou]y$/.test(thing) ? `${thing.slice(0, -1)}ies` : `${thing}s`;
}

/** Whether a unit is seconds, of all time ("s") or of working time ("ws", "ws/28800"). */
export function isDuration(unit: string): boolean {
  return unit === "s" || unit.split("/")[0] === "ws";
}

function unitsOf(unit: string): [name: string, milliseconds: number][] {
  if (!unit.startsWith("ws")) return UNITS;
  const day = Number(unit.split("/")[1] ?? 0);
  return day ? [["wd", day * 1000], ...WORKING] : WORKING;
}

/** A duration, given in seconds, in its two largest units; "ws" marks working time, "ws/28800" with days of so many seconds. */
export function duration(seconds: Figure, unit = "s"): string {
  if (!known(seconds)) return UNKNOWN;
  const units = unitsOf(unit);
  let rest = roundToTwoUnits(Math.floor(Math.abs(seconds) * 1000 + 0.5), units);
  if (rest === 0) return seconds ? `< 1 ${units.at(-1)?.[0]}` : `0 ${units.at(-2)?.[0]}`;
  const parts: string[] = [];
  for (const [name, size] of units) {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount) parts.push(`${count(amount)} ${name}`);
  }
  return (seconds < 0 ? MINUS : "") + parts.slice(0, 2).join(" ");
}

function roundToTwoUnits(milliseconds: number, units: [name: string, milliseconds: number][]): number {
  let rounded = milliseconds;
  // Twice, because rounding may carry into a larger unit: 23 h 59 min 50 s is 1 d.
  for (let turn = 0; turn < 2; turn++) {
    const at = units.findIndex(([, size], index) => index < units.length - 1 && rounded >= size);
    if (at < 0) break;
    const [, size] = units[at] as [string, number];
    const [, smaller] = units[at + 1] as [string, number];
    // 35 s 108 ms tells no more than 35 s.
    const step = size === 1000 && rounded >= 10 * size ? size : smaller;
    const rest = rounded % size;
    // A working day may be no whole number of hours.
    const part = Math.min(Math.floor((rest + Math.floor(step / 2)) / step) * step, size);
    rounded = rounded - rest + part;
  }
  return rounded;
}

/** A share, given between 0 and 1, in percent; never 0 % or 100 % for what is only nearly so. */
export function share(value: Figure): string {
  if (!known(value)) return UNKNOWN;
  if (value < 0) return MINUS + share(-value);
  const percent = value * 100;
  if (percent > 0 && percent < 0.05) return "< 0.1 %";
  if (percent >= 99.5 && percent < 100) return "> 99 %";
  if (percent === 0 || percent >= 9.95) return `${Math.floor(percent + 0.5)} %`;
  return `${percent.toFixed(1)} %`;
}

/** A date, or a point in time to the minute, given as ISO 8601 in the zone of the log; midnight is the day alone. */
export function date(iso: string): string {
  const [day = "", time = ""] = iso.split(/[T ]/);
  const [year, month, of] = day.split("-").map(Number);
  if (!year || !month || !of || !MONTHS[month - 1]) return iso;
  const said = `${of} ${MONTHS[month - 1]} ${year}`;
  const midnight = /^00:00(:00(\.0+)?)?(?![.:\d])/.test(time);
  return time && !midnight ? `${said} ${time.slice(0, 5)}` : said;
}
