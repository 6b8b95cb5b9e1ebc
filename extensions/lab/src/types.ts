/** What the server tells of the workspace. */
export interface Thing {
  id: string;
  name: string;
  project: string;
  says: string;
}

export interface Investigation extends Thing {
  ready: boolean;
}

export interface Run {
  id: string;
  name: string;
  investigation: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  says: string;
  share: number | null;
  at: string;
  accepted: boolean;
}

export interface Schedule extends Thing {
  active: boolean;
  wrong: boolean;
  /** In words, in its own time zone. */
  next: string | null;
}

export interface DataSet extends Thing {
  ready: boolean;
}

export interface Shown {
  investigations: Investigation[];
  runs: Run[];
  schedules: Schedule[];
  datasets: DataSet[];
  dashboards: Thing[];
}

export interface Field {
  name: string;
  kind: "choice" | "number" | "text";
  choices: string[];
  value: string;
  optional: boolean;
}

export interface Form {
  name: string;
  has_data: boolean;
  fields: Field[];
}

export interface Opened {
  investigation: string | null;
  name: string;
  project: string | null;
  projects: string[];
  datasets: Record<string, string[]>;
}

export interface Publishable extends Opened {
  people: { id: string; name: string }[];
  groups: string[];
}
