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
  /** Where rows seem to be cases: the activity of each column of dates. */
  wide: { columns: Record<string, string>; confidence: number; why: string[] } | null;
}

export interface Plan {
  settings: Record<string, Value | string[]>;
  roles: Partial<Record<Role, string | null>>;
  left_out: string[];
  dates: string[];
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

/** What the wizard is set to, and what is known of its source. */
export interface Shown {
  version: number;
  step: Step;
  offers: { most: number; folder: string | null; files: FileOffer[] };
  source: { label: string; size: number | null } | null;
  reading: {
    settings: string[];
    found: Record<string, string | number>;
    choices: Record<string, string[]>;
  } | null;
  looked: Looked | null;
  plan: Plan;
  preview: Preview | null;
  checked: { readiness: Readiness; figures: Figures } | null;
  troubles: Trouble[];
}

export interface State extends Post {
  shown: Shown;
  busy: { kind?: string; words?: string; part?: number; left?: number };
}

/** What every part of the wizard works with. */
export interface Desk {
  shown(): Shown;
  /** Ask Python; fails with what it says. */
  ask<Result>(message: Record<string, unknown>): Promise<Result>;
  /** Change something; what goes wrong is said at the foot of the page. */
  act(message: Record<string, unknown>): void;
}
