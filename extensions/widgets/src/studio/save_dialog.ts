import { h } from "../shared/dom";
import { button } from "./controls";
import type { Desk } from "./desk";
import { dialog } from "./dialog";

interface Homes {
  names: string[];
  /** The project that holds the log's data set. */
  own: string | null;
}

const OWN = "";

/** Keep what is shown in the workspace, under a name and in a project. */
export function saveDialog(root: HTMLElement, desk: Desk): void {
  const name = h("input", { type: "text", maxlength: 200, required: true, placeholder: "Late orders" });
  const where = h("select", { disabled: true });
  const said = h("p", { class: "mz-note", role: "status" });
  const wrong = h("p", { class: "mz-form-error", role: "alert" });
  const save = button("Save", () => void keep(), { look: "main" });
  const keep = async () => {
    if (!name.value.trim()) {
      wrong.textContent = "Give it a name: what it asks.";
      name.focus();
      return;
    }
    const pressed = save.matches(":focus");
    save.disabled = true;
    wrong.textContent = "";
    said.textContent = "Saving…";
    try {
      const made = await desk.command({ do: "save", name: name.value.trim(), project: where.value || null });
      const { name: kept, project, number } = made as { name: string; project: string; number: number };
      said.textContent = `Saved: notebook ${number} of "${kept}" in ${project}. Run it in JupyterLab's panel at the left, or with mindzie runs start "${kept}".`;
    } catch (error) {
      said.textContent = "";
      wrong.textContent = (error as Error).message;
    } finally {
      save.disabled = false;
      // a disabled button loses the focus, and with it Escape
      if (pressed) save.focus({ preventScroll: true });
    }
  };
  name.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !save.disabled) void keep();
  });
  homes(desk, where, wrong);
  const words = "The filters and results on screen become a notebook, a cell for each, that runs by itself.";
  dialog(
    root,
    "Save as investigation",
    h("p", { class: "mz-note" }, words),
    field("Name", name),
    field("Project", where),
    save,
    said,
    wrong,
  );
  name.focus({ preventScroll: true });
}

/** A label over an input. */
export function field(label: string, input: HTMLElement): HTMLElement {
  return h("label", { class: "mz-field" }, h("span", { class: "mz-label" }, label), input);
}

/** Offer projects: first the one of the log's data set, whose value is empty. */
export function homes(desk: Desk, where: HTMLSelectElement, wrong: HTMLElement): void {
  where.replaceChildren(h("option", { value: OWN }, "Looking for projects…"));
  desk.ask<Homes>({ do: "projects" }).then(
    ({ names, own }) => {
      const first = own === null ? "My work" : own;
      const others = names.filter((one) => one !== first);
      const options = others.map((one) => h("option", { value: one }, one));
      where.replaceChildren(h("option", { value: OWN }, first), ...options);
      where.disabled = false;
    },
    (error: Error) => {
      wrong.textContent = error.message;
    },
  );
}
