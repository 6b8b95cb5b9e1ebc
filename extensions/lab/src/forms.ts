import { h } from "../../widgets/src/shared/dom";
import { ask, boxes, field, select } from "./dialog";
import type { Ask } from "./server";
import type { Field, Form, Opened, Publishable } from "./types";

const NEW = "\u0000";
const PAUSE = 300;

interface Inputs {
  nodes: HTMLElement[];
  /** What was changed, as text. */
  values(): Record<string, string>;
}

/** The form of an investigation's parameters; what is not changed stays as the notebook has it. */
export function parameters(fields: Field[]): Inputs {
  const made = fields.map((one) => ({ one, input: input(one) }));
  return {
    nodes: made.map(({ one, input }) => field(one.name, input, one.optional ? "may be left empty" : "")),
    values: () =>
      Object.fromEntries(
        made
          .filter(({ one, input }) => input.value !== one.value)
          .map(({ one, input }) => [one.name, input.value]),
      ),
  };
}

function input({ kind, choices, value, optional }: Field): HTMLInputElement | HTMLSelectElement {
  if (kind === "choice")
    return select([...(optional ? [["", "none"] as [string, string]] : []), ...choices], value);
  const made = h("input", {
    type: "text",
    inputmode: kind === "number" ? "decimal" : null,
    spellcheck: "false",
  });
  made.value = value;
  return made;
}

/** Run an investigation with its parameters; says whether it was asked for. */
export async function runForm(server: Ask, investigation: string): Promise<boolean> {
  const form = await server<Form>("form", { investigation });
  const given = parameters(form.fields);
  const again = h("input", { type: "checkbox" });
  const tick = h("label", { class: "mz-lab-tick" }, again, "Also where the same was run already");
  const none = form.fields.length ? [] : [h("p", { class: "mz-lab-note" }, "It has no parameters.")];
  return ask({
    title: `Run ${form.name}`,
    words: form.has_data ? "On the current version of its data." : "",
    body: [...none, ...given.nodes, tick],
    action: "Run",
    act: async () => {
      await server("run", { investigation, parameters: given.values(), again: again.checked });
      return undefined;
    },
  });
}

/** Let an investigation run by itself. */
export async function scheduleForm(server: Ask, investigation: string): Promise<boolean> {
  const form = await server<Form>("form", { investigation });
  const name = h("input", { type: "text", required: true, maxlength: 200, value: form.name });
  const cron = h("input", { type: "text", spellcheck: "false", placeholder: "0 6 * * MON-FRI" });
  const zone = h("input", { type: "text", spellcheck: "false", required: true });
  zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const fresh = h("input", { type: "checkbox", disabled: !form.has_data });
  const missed = select([
    ["last", "the last of them"],
    ["all", "all of them"],
    ["skip", "none of them"],
  ]);
  const next = h("div", { class: "mz-lab-next", role: "status" });
  previewed(server, cron, zone, next);
  const given = parameters(form.fields);
  const details = given.nodes.length
    ? [h("details", {}, h("summary", {}, "Parameters"), ...given.nodes)]
    : [];
  return ask({
    title: `Schedule ${form.name}`,
    body: [
      field("Name", name),
      field("Times", cron, "minute, hour, day of the month, month, day of the week"),
      field("Time zone", zone),
      next,
      h("label", { class: "mz-lab-tick" }, fresh, "After each new version of its data"),
      field("What was missed runs", missed),
      ...details,
    ],
    action: "Schedule",
    act: async () => {
      const made = await server<{ words: string; has_workers: boolean }>("schedule", {
        investigation,
        name: name.value,
        cron: cron.value,
        time_zone: zone.value,
        on_new_data: fresh.checked,
        missed: missed.value,
        parameters: given.values(),
      });
      const worker = made.has_workers ? "" : " It runs while `mindzie runs work --watch` is running here.";
      return `${made.words}.${worker}`;
    },
  });
}

function previewed(server: Ask, cron: HTMLInputElement, zone: HTMLInputElement, next: HTMLElement): void {
  let waits = 0;
  let turn = 0;
  const look = async () => {
    const mine = ++turn;
    const asked = { cron: cron.value, time_zone: zone.value };
    const said = await server<{ words: string; next: string[] }>("times", asked).then(
      ({ words, next }) =>
        words ? [h("b", {}, words), h("ul", {}, ...next.map((one) => h("li", {}, one)))] : [],
      (error: Error) => [h("span", { class: "mz-lab-wrong" }, error.message)],
    );
    if (mine === turn) next.replaceChildren(...said);
  };
  for (const one of [cron, zone]) {
    one.addEventListener("input", () => {
      window.clearTimeout(waits);
      waits = window.setTimeout(look, PAUSE);
    });
  }
}

/** Where in the workspace: a project that is there, or a new one. */
function home(opened: Opened, first = opened.projects[0] ?? NEW) {
  const where = select([...opened.projects, [NEW, "A new project…"]], first);
  const named = h("input", {
    type: "text",
    maxlength: 200,
    placeholder: "Order desk",
    "aria-label": "Name of the new project",
  });
  const show = () => {
    named.hidden = where.value !== NEW;
    named.required = !named.hidden;
  };
  where.addEventListener("change", show);
  show();
  return { where, named, chosen: () => (where.value === NEW ? named.value.trim() : where.value) };
}

/** Keep a notebook as an investigation of a project; returns what it is then, nothing where it was left. */
export async function keepForm(server: Ask, path: string, opened: Opened): Promise<Kept | undefined> {
  let kept: Kept | undefined;
  const name = h("input", { type: "text", required: true, maxlength: 200, value: opened.name });
  const project = home(opened);
  const data = select([]);
  const fill = () => {
    const names = opened.datasets[project.chosen()] ?? [];
    data.replaceChildren(
      h("option", { value: "" }, "none"),
      ...names.map((one) => h("option", { value: one }, one)),
    );
  };
  project.where.addEventListener("change", fill);
  fill();
  await ask({
    title: "Save as investigation",
    words: "The notebook becomes an investigation of a project: it has runs, and can run by itself.",
    body: [
      field("Name", name),
      field("Project", project.where),
      project.named,
      field("Data set", data, "what a parameter called dataset gets"),
    ],
    action: "Save",
    act: async () => {
      const said = { path, name: name.value, project: project.chosen(), dataset: data.value || null };
      kept = await server<Kept>("keep", said);
      return undefined;
    },
  });
  return kept;
}

export interface Kept {
  investigation: string;
  name: string;
  mark: Record<string, unknown>;
}

/** Show a notebook to people who see no code. */
export async function publishForm(server: Ask, path: string): Promise<boolean> {
  const there = await server<Publishable>("publishable", { path });
  const name = h("input", { type: "text", required: true, maxlength: 200, value: there.name });
  const about = h("textarea", { rows: 2, maxlength: 2000 });
  const project = select(there.projects, there.project ?? there.projects[0]);
  const people = boxes(
    "People who may see it",
    there.people.map((one) => [one.id, one.name]),
  );
  const groups = boxes(
    "Groups who may see it",
    there.groups.map((one) => [one, one]),
  );
  const data = h("div", {});
  let shows = boxes("", []);
  const fill = () => {
    const names = there.datasets[project.value] ?? [];
    shows = boxes(
      "Data sets that it shows",
      names.map((one) => [one, one]),
    );
    const help = h(
      "p",
      { class: "mz-lab-note" },
      'Where none is ticked, those that its code names as ws.datasets["…"].',
    );
    data.replaceChildren(...(names.length ? [shows.node, help] : []));
  };
  project.addEventListener("change", fill);
  fill();
  return ask({
    title: "Publish",
    words:
      "The notebook, as it is now, becomes a dashboard without code; who sees it need not see the project.",
    body: [
      field("Name", name),
      field("Description", about),
      field("Project", project),
      data,
      ...(there.groups.length ? [groups.node] : []),
      ...(there.people.length ? [people.node] : []),
    ],
    action: "Publish",
    act: async () => {
      const made = await server<{ name: string; version: number }>("publish", {
        path,
        name: name.value,
        project: project.value,
        description: about.value,
        datasets: shows.chosen(),
        people: people.chosen(),
        groups: groups.chosen(),
      });
      return `Published: version ${made.version} of "${made.name}".`;
    },
  });
}
