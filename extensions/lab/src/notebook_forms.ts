import { h } from "../../widgets/src/shared/dom";
import { ask, boxes, field, select } from "./dialog";
import type { Ask } from "./server";
import type { Opened, Publishable } from "./types";

const NEW = "\u0000";

export interface Kept {
  investigation: string;
  name: string;
  mark: Record<string, unknown>;
}

interface Published {
  name: string;
  version: number;
  /** Why it is not shared with all who were chosen. */
  unshared: string | null;
}

/** Where in the workspace: a project that is there, or a new one. */
function home(opened: Opened) {
  const where = select([...opened.projects, [NEW, "A new project…"]], opened.projects[0] ?? NEW);
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

/** Show a notebook to people who see no code. */
export async function publishForm(server: Ask, path: string): Promise<boolean> {
  const there = await server<Publishable>("publishable", { path });
  if (!there.projects.length) throw new Error("There is no project yet: Run as investigation makes one.");
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
      const made = await server<Published>("publish", {
        path,
        name: name.value,
        project: project.value,
        description: about.value,
        datasets: shows.chosen(),
        people: people.chosen(),
        groups: groups.chosen(),
      });
      const lacks = made.unshared ? ` It is not shared with all of them: ${made.unshared}` : "";
      return `Published: version ${made.version} of "${made.name}".${lacks}`;
    },
  });
}
