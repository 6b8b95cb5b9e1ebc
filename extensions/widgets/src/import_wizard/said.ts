import { count } from "../shared/words";
import type { Role } from "./types";

export const ROLES: Role[] = ["case", "activity", "timestamp", "start", "resource", "order"];

export const ROLE_WORDS: Record<Role, { label: string; help: string; none: string }> = {
  case: {
    label: "Case",
    help: "What belongs together: an order, a claim, a ticket",
    none: "Choose a column",
  },
  activity: { label: "Activity", help: "What was done", none: "Choose a column" },
  timestamp: { label: "Time", help: "When it was done", none: "Choose a column" },
  start: { label: "Start", help: "When it was begun, where that is known", none: "None" },
  resource: { label: "Resource", help: "Who did it", none: "None" },
  order: { label: "Order", help: "A number that orders events of equal times", none: "None" },
};

/** Bytes for people. */
export function bytes(size: number): string {
  const units: [string, number][] = [
    ["GiB", 1 << 30],
    ["MiB", 1 << 20],
    ["KiB", 1 << 10],
  ];
  const [unit, least] = units.find(([, smallest]) => size >= smallest) ?? ["bytes", 1];
  return `${count(Number((size / least).toPrecision(3)))} ${unit}`;
}

/** How sure a suggestion is, in a word. */
export function sure(confidence: number): { word: string; level: string } {
  if (confidence >= 0.8) return { word: "sure", level: "good" };
  if (confidence >= 0.5) return { word: "likely", level: "fair" };
  return { word: "please check", level: "poor" };
}

/** Python's format of dates as people write it. */
export function format(form: string): string {
  const parts: Record<string, string> = {
    "%d": "DD", "%m": "MM", "%Y": "YYYY", "%y": "YY", "%H": "hh", "%M": "mm", "%S": "ss", "%I": "hh",
    "%p": "AM", "%b": "Mon", "%B": "Month", "%T": "hh:mm:ss", "%F": "YYYY-MM-DD",
  }; // biome-ignore format: a table
  return form
    .replace(/%\.?[0-9]?f/g, ".fff")
    .replace(/%#?:?z/g, "+hh:mm")
    .replace(/%[a-zA-Z]/g, (part) => parts[part] ?? part);
}
