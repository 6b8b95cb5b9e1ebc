import type { ScaleName } from "../shared/tokens";

export type Point = [x: number, y: number];
export type Range = [low: number, high: number] | null;
export type Values = Record<string, number | null>;

export interface MeasureInfo {
  name: string;
  title: string;
  short: string;
  scale: ScaleName;
}

/** An activity: the centre and size of its box, its name as it is and as it is broken into lines. */
export interface MapNode {
  id: number;
  name: string;
  lines: string[];
  x: number;
  y: number;
  width: number;
  height: number;
  values: Values;
  events: number;
}

/** A path: ids of its ends (null for START and END), and the control points of its curves, flat. */
export interface MapEdge {
  from: number | null;
  to: number | null;
  points: number[];
  /** For each measure, the middle and width of its figure's plate; none where there is no room. */
  plates: Record<string, [x: number, y: number, width: number]>;
  back: boolean;
  values: Values;
}

/** What the sliders keep: shown and all of each, and the shares of cases and events; null where unknown. */
export interface Kept {
  activities: [number, number];
  paths: [number, number];
  events: number | null;
  steps: number | null;
  activity_cases: number | null;
  path_cases: number | null;
}

export interface View {
  /** Positions of the sliders that this answers. */
  at: [activityShare: number, pathShare: number];
  width: number;
  height: number;
  /** Smallest and largest value above zero in the whole map. */
  ranges: Record<string, Range>;
  start: Point;
  end: Point;
  nodes: MapNode[];
  edges: MapEdge[];
  kept: Kept;
  /** Measures whose figures are here; the others come when they are looked at. */
  known: string[];
}

export type Selection = { activity?: string; from?: string | null; to?: string | null };

export interface Action {
  id: string;
  on: "activity" | "path";
  label: string;
}

export interface State {
  view: View;
  measure: string;
  measures: MeasureInfo[];
  activity_share: number;
  path_share: number;
  selection: Selection;
  actions: Action[];
  choice: { action: string; selection: Selection; at: number } | Record<string, never>;
  error: string;
  live: boolean;
  /** Whether the figures of all measures are wanted. */
  detailed: boolean;
  /** Height of the drawing, px; `height` would be the host's own word. */
  room: number;
  title: string;
}
