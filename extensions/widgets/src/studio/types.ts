import type { Post } from "../table/channel";

export interface Operation {
  kind: string;
  op: string;
  settings: Record<string, unknown>;
}

export interface FilterCard {
  operation: Operation;
  title: string;
  on: boolean;
  before?: number;
  cases?: number;
}

export interface Figures {
  cases: number;
  events: number;
  variants: number;
  activities: number;
  median: number | null;
  mean: number | null;
  first: string | null;
  last: string | null;
}

/** What the studio is set to, and the figures that are known of it. */
export interface Shown {
  version: number;
  /** In pixels; null follows the host. */
  height: number | null;
  name: string;
  time_zone: string;
  activities: string[];
  /** Of the log without filters. */
  of: Figures;
  figures: Partial<Figures>;
  filters: FilterCard[];
  results: { operation: Operation; title: string }[];
  tab: string;
  /** `save` where the reader may run code anyway, not in published pages. */
  can: { undo: boolean; redo: boolean; save: boolean };
  readiness: number;
  error: string;
}

export interface Durations {
  edges: number[];
  counts: number[];
  /** Cases longer than the last edge. */
  above?: number;
  mean: number | null;
  median: number | null;
  min?: number;
  max?: number;
}

export interface Overview {
  variants: {
    variant: number;
    activities: string[];
    cases: number;
    share: number;
    median_duration: number;
  }[];
  lost: {
    from_activity: string;
    to_activity: string;
    cases: number;
    median: number;
    total: number;
    share: number;
  }[];
  durations: Durations;
  starts: { period: string; times: string[]; counts: number[] };
}

/** One setting of an operation's form. */
export interface Field {
  name: string;
  label: string;
  help: string;
  control: string;
  required: boolean;
  optional: boolean;
  many: boolean;
  main: boolean;
  default: unknown;
  options?: (string | number)[];
  min?: number;
  max?: number;
  above?: number;
  below?: number;
  types?: string[];
  level?: string;
  of?: string;
  /** Of a comparison: what is offered for each type of attribute. */
  fitting?: Record<string, string[]>;
  /** Of compared values: the comparison's field, how many values each takes (null is any), controls by type. */
  by?: string;
  needed?: Record<string, number | null>;
  typed?: Record<string, string>;
  /** Of a calendar: the hours it begins with. */
  hours?: string[];
  kind?: string;
}

export interface Form {
  kind: string;
  op: string;
  title: string;
  category: string;
  help: string;
  fields: Field[];
}

export interface OfferItem {
  value: string | number | boolean;
  label: string;
  cases?: number;
  type?: string;
  level?: string;
  kind?: string;
}

export interface Offer {
  items: OfferItem[];
  total: number;
  of: number;
  hint?: string;
  range?: [string | number, string | number];
  type?: string;
  /** Of working time. */
  unit?: string;
}

export interface State extends Post {
  shown: Shown;
  map: Record<string, unknown>;
  overview: Partial<Overview>;
  busy: { kind?: string; words?: string; part?: number };
}
