import { h } from "../shared/dom";
import { button } from "./controls";
import type { Desk } from "./desk";
import { dialog } from "./dialog";
import { field, homes } from "./save_dialog";

interface Audience {
  people: { id: string; name: string }[];
  groups: string[];
}

interface Published {
  name: string;
  number: number;
  project: string;
  /** Its page on the hub; null where there is none. */
  link: string | null;
  /** Why it was not shared. */
  unshared?: string;
}

const FEW = 8;

/** Show what is on screen as a dashboard, to people who see no code. */
export function publishDialog(root: HTMLElement, desk: Desk): void {
  const name = h("input", { type: "text", maxlength: 200, required: true, placeholder: "Late orders" });
  const about = h("textarea", { rows: 2, maxlength: 10_000, placeholder: "What it shows, for the gallery" });
  const where = h("select", { disabled: true });
  const readers = new Readers(desk);
  const said = h("p", { class: "mz-note", role: "status" });
  const wrong = h("p", { class: "mz-form-error", role: "alert" });
  const publish = button("Publish", () => void show(), { look: "main" });
  const show = async () => {
    if (!name.value.trim()) {
      wrong.textContent = "Give it a name: what it shows.";
      name.focus();
      return;
    }
    const pressed = publish.matches(":focus");
    publish.disabled = true;
    wrong.textContent = "";
    said.textContent = "Publishing…";
    try {
      const told = { name: name.value.trim(), description: about.value.trim(), project: where.value || null };
      const made = (await desk.command({ do: "publish", ...told, ...readers.chosen })) as Published;
      said.replaceChildren(...done(made));
      wrong.textContent = made.unshared ? `It is shared with nobody new: ${made.unshared}` : "";
    } catch (error) {
      said.textContent = "";
      wrong.textContent = (error as Error).message;
    } finally {
      publish.disabled = false;
      // a disabled button loses the focus, and with it Escape
      if (pressed) publish.focus({ preventScroll: true });
      // below the button, and so perhaps below the window
      (wrong.textContent ? wrong : said).scrollIntoView({ block: "nearest" });
    }
  };
  name.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !publish.disabled) void show();
  });
  homes(desk, where, wrong);
  const words =
    "The filters and results on screen become a dashboard that follows its data. Who may see it sees these figures of the data set, no code, and nothing else.";
  dialog(
    root,
    "Publish as a dashboard",
    h("p", { class: "mz-note" }, words),
    field("Name", name),
    field("Description", about),
    field("Project", where),
    readers.element,
    publish,
    said,
    wrong,
  );
  name.focus({ preventScroll: true });
}

function done({ name, number, project, link }: Published): (Node | string)[] {
  const words = `Published: version ${number} of "${name}" in ${project}. `;
  if (!link) return [`${words}The hub shows it to those it is shared with.`];
  return [words, h("a", { href: link, target: "_blank", rel: "noopener" }, "Open the dashboard")];
}

/** The people and groups who may see it. */
class Readers {
  readonly element = h("fieldset", { class: "mz-readers", hidden: true });
  private readonly list = h("div", { class: "mz-readers-list" });

  constructor(desk: Desk) {
    desk.ask<Audience>({ do: "audience" }).then(
      (found) => this.offer(found),
      () => undefined,
    );
  }

  get chosen(): { people: string[]; groups: string[] } {
    const of = (kind: string) =>
      [...this.list.querySelectorAll<HTMLInputElement>(`input[name=${kind}]:checked`)].map(
        ({ value }) => value,
      );
    return { people: of("person"), groups: of("group") };
  }

  private offer({ people, groups }: Audience): void {
    const rows = [
      ...groups.map((one) => row("group", one, one)),
      ...people.map(({ id, name }) => row("person", id, name)),
    ];
    if (!rows.length) return;
    const search = h("input", {
      type: "search",
      placeholder: "Search people and groups",
      "aria-label": "Search people and groups",
      hidden: rows.length <= FEW,
    });
    search.addEventListener("input", () => {
      const word = search.value.trim().toLowerCase();
      for (const one of rows) {
        const held = one.querySelector("input")?.checked ?? false;
        one.hidden = !held && !(one.textContent ?? "").toLowerCase().includes(word);
      }
    });
    this.list.replaceChildren(...rows);
    this.element.replaceChildren(
      h("legend", { class: "mz-label" }, "Who may see it, beside those who may already"),
      search,
      this.list,
    );
    this.element.hidden = false;
  }
}

function row(kind: "person" | "group", value: string, words: string): HTMLElement {
  const note = kind === "group" ? h("span", { class: "mz-note" }, " group") : "";
  return h("label", { class: "mz-reader" }, h("input", { type: "checkbox", name: kind, value }), words, note);
}
