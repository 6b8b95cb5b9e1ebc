import type { Desk } from "./desk";
import type { Action, Row, Section } from "./rows";
import type { Run, Schedule, Shown } from "./types";

const DAY = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/** Return what the panel shows of a workspace, and what can be done with it. */
export function sections(shown: Shown, desk: Desk): Section[] {
  return [
    {
      key: "investigations",
      title: "Investigations",
      empty: "None yet. Open a notebook and choose Run above it, or Save as investigation in a studio.",
      rows: shown.investigations.map((one) => ({
        ...one,
        ...(one.ready ? { open: () => desk.open("open_investigation", { investigation: one.id }) } : {}),
        actions: one.ready ? investigation(one.id, desk) : [],
      })),
    },
    {
      key: "runs",
      title: "Runs",
      empty: "None yet. Run an investigation: its run is here from the first cell on.",
      rows: shown.runs.map((one) => run(one, desk)),
    },
    {
      key: "schedules",
      title: "Schedules",
      empty: "None yet. The clock beside an investigation lets it run by itself.",
      rows: shown.schedules.map((one) => schedule(one, desk)),
    },
    {
      key: "datasets",
      title: "Data sets",
      empty: 'None yet. Import a log, and publish it: mz.workspace().publish(log, "orders").',
      more: { label: "Import a log", act: () => desk.importLog() },
      rows: shown.datasets.map((one) => ({
        ...one,
        ...(one.ready ? { open: () => desk.open("open_dataset", { dataset: one.id }) } : {}),
        actions: [],
      })),
    },
    {
      key: "dashboards",
      title: "Dashboards",
      empty: "None yet. Open a notebook and choose Publish above it.",
      rows: shown.dashboards.map((one) => ({
        ...one,
        open: () => desk.open("open_dashboard", { dashboard: one.id }),
        actions: [],
      })),
    },
  ];
}

function investigation(id: string, desk: Desk): Action[] {
  return [
    { icon: "run", label: "Run", act: () => desk.run(id) },
    { icon: "clock", label: "Schedule", act: () => desk.schedule(id) },
    { icon: "publish", label: "Publish", act: () => desk.publishInvestigation(id) },
  ];
}

function run(one: Run, desk: Desk): Row {
  const steer = (act: string) => () => desk.act("steer_run", { run: one.id, act });
  const going = one.state === "waiting" || one.state === "running";
  const left = one.state === "done" || one.state === "failed";
  const actions: Action[] = [];
  if (going) actions.push({ icon: "close", label: "Cancel", act: steer("cancel") });
  if (one.state === "done" && !one.accepted)
    actions.push({ icon: "check", label: "Accept its results", act: steer("accept") });
  if (one.state === "failed" || one.state === "cancelled")
    actions.push({ icon: "again", label: "Retry", act: steer("retry") });
  return {
    id: one.id,
    name: one.name,
    project: DAY.format(new Date(one.at)),
    says: one.says,
    state: one.state,
    wrong: one.state === "failed",
    share: one.share,
    ...(left ? { open: () => desk.report(one.id) } : {}),
    actions,
  };
}

function schedule(one: Schedule, desk: Desk): Row {
  const steer = (act: string) => () => desk.act("steer_schedule", { schedule: one.id, act });
  const next = one.next ? `next ${one.next}` : "";
  return {
    ...one,
    says: [next, one.says].filter(Boolean).join(" · "),
    ...(one.active ? {} : { state: "paused" }),
    actions: [
      { icon: "run", label: "Run now", act: steer("run_now") },
      one.active
        ? { icon: "pause", label: "Pause", act: steer("pause") }
        : { icon: "again", label: "Resume", act: steer("resume") },
      { icon: "close", label: "Remove", act: () => desk.removeSchedule(one.id, one.name) },
    ],
  };
}
