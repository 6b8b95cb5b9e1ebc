import type { Readiness } from "../studio/dialog";
import type { CaseStory } from "../studio/timeline";
import type { Post } from "../table/channel";

export type Role = "case" | "activity" | "timestamp" | "start" | "resource" | "order";
export type Step = "source" | "columns" | "check" | "studio";
export type Value = string | number | boolean | null;

export interface ColumnFacts {
  name: string;
  samples: string[];
  distinct: number;
  missing: number;
  looks: "text" | "number" | "boolean" | "date";
}

export interface Candidate {
  column: string;
  confidence: number;
  why: string[];
}

export interface Figures {
  cases: number;
  events: number;
  activities: number;
  rejected: number;
  first: string;
  last: string;
}

export interface Looked {
  /** Counts how often the source was read. */
  reading: number;
  name: string;
  rows: number;
  format: string;
  columns: ColumnFacts[];
  marks: { text: string; cells: number; plain: boolean }[];
  guesses: Partial<Record<Role, Candidate[]>>;
  /** Columns that hold times of day alone. */
  clocks: string[];
  /** Where rows seem to be cases: the activity of each column of dates. */
  wide: { columns: Record<string, string>; confidence: number; why: string[] } | null;
}

export interface Plan {
  settings: Record<string, Value | string[]>;
  roles: Partial<Record<Role, string | null>>;
  left_out: string[];
  dates: string[];
  /** The column with the time of day, where that of the role says the day alone. */
  clocks: Partial<Record<Role, string>>;
  needed: Role[];
}

export interface Preview {
  rows: number;
  figures: Figures;
  /** What is to be known of the rows of a role, though they can be read. */
  notes: Trouble[];
  times: { timestamp_format?: string; day_first?: boolean };
  story: CaseStory | null;
}

export interface Trouble {
  /** A role, a setting, or nothing. */
  at: string;
  message: string;
}

export interface FileOffer {
  path: string;
  size: number;
  modified: number;
}

/** What databases there are to choose from. */
export interface DatabaseOffer {
  kinds: { id: string; label: string; url: string }[];
  names: string[];
  note: string;
}

/** A database that answers. */
export interface Connected {
  name: string;
  address: string;
  seconds: number;
  schemas: string[];
  tables: string[];
}

/** The score of the data and what it lost. */
export interface Quality {
  score: number;
  dimensions: Record<string, number>;
  formula: string;
  deductions: {
    dimension: string;
    check: string;
    attribute: string | null;
    deduction: number;
    count: number;
    total: number;
  }[];
}

/** How far an import is, as its own progress says. */
export interface Progress {
  step: string;
  rows_read: number;
  rows_loaded: number;
  rows_rejected: number;
  rate: number | null;
  seconds_left: number | null;
  rows_expected?: number | null;
  share?: number | null;
}

/** What the wizard is set to, and what is known of its source. */
export interface Shown {
  version: number;
  step: Step;
  offers: { most: number; folder: string | null; files: FileOffer[]; databases: boolean };
  source: { label: string; size: number | null; of?: string } | null;
  reading: {
    settings: string[];
    found: Record<string, string | number>;
    choices: Record<string, string[]>;
  } | null;
  looked: Looked | null;
  plan: Plan;
  preview: Preview | null;
  checked: { readiness: Readiness; quality: Quality; figures: Figures } | null;
  troubles: Trouble[];
}

export interface State extends Post {
  shown: Shown;
  busy: { kind?: string; words?: string; part?: number; figures?: Progress | Record<string, never> };
}

/** What every part of the wizard works with. */
export interface Desk {
  shown(): Shown;
  /** Ask Python; fails with what it says. What is secret is kept nowhere. */
  ask<Result>(message: Record<string, unknown>, secret?: boolean): Promise<Result>;
  /** Change something; what goes wrong is said at the foot of the page. */
  act(message: Record<string, unknown>): void;
}
