/** Figures in words, as mindzie.pictures.words says them; group separators are the reader's. */

export const UNKNOWN = "not computed";

type Figure = number | null | undefined;

const MAGNITUDES = ["", "k", "M", "G", "T", "P"];
const UNITS: [name: string, milliseconds: number][] = [
  ["y", 31_536_000_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
  ["ms", 1],
];

function known(value: Figure): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** A count, exact. */
export function count(value: Figure): string {
  return known(value)
    ? value.toLocaleString(undefined, { maximumFractionDigits: 2 }).replace("-", "−")
    : UNKNOWN;
}

/** A count in three figures. */
export function shortCount(value: Figure): string {
  if (!known(value)) return UNKNOWN;
  if (Math.abs(value) < 1000) return count(Number(value.toPrecision(3)));
  const rounded = Number(value.toPrecision(3));
  const thousands = Math.min(Math.floor(Math.log10(Math.abs(rounded)) / 3 + 1e-9), MAGNITUDES.length - 1);
  const figures = Number((rounded / 1000 ** thousands).toPrecision(3));
  return `${figures.toLocaleString(undefined, { maximumSignificantDigits: 3 })} ${MAGNITUDES[thousands]}`.replace(
    "-",
    "−",
  );
}

/** A duration, given in seconds, in its two largest units. */
export function duration(seconds: Figure): string {
  if (!known(seconds)) return UNKNOWN;
  let rest = roundToTwoUnits(Math.round(Math.abs(seconds) * 1000));
  if (rest === 0) return "0 s";
  const parts: string[] = [];
  for (const [name, size] of UNITS) {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount) parts.push(`${count(amount)} ${name}`);
  }
  return (seconds < 0 ? "−" : "") + parts.slice(0, 2).join(" ");
}

function roundToTwoUnits(milliseconds: number): number {
  let rounded = milliseconds;
  // Twice, because rounding may carry into a larger unit: 23 h 59 min 50 s is 1 d.
  for (let turn = 0; turn < 2; turn++) {
    const at = UNITS.findIndex(([, size], index) => index < UNITS.length - 1 && rounded >= size);
    if (at < 0) break;
    const [name, size] = UNITS[at] as [string, number];
    const [, smaller] = UNITS[at + 1] as [string, number];
    // 35 s 108 ms tells no more than 35 s.
    const step = name === "s" && rounded >= 10 * size ? size : smaller;
    rounded = Math.floor((rounded + Math.floor(step / 2)) / step) * step;
  }
  return rounded;
}

/** A share, given between 0 and 1, in percent; never 0 % or 100 % for what is only nearly so. */
export function share(value: Figure): string {
  if (!known(value)) return UNKNOWN;
  const percent = value * 100;
  if (percent > 0 && percent < 0.05) return "< 0.1 %";
  if (percent >= 99.5 && percent < 100) return "> 99 %";
  if (percent === 0 || percent >= 9.95) return `${Math.floor(percent + 0.5)} %`;
  return `${percent.toLocaleString(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} %`;
}
