import { h } from "../../widgets/src/shared/dom";

interface Question {
  title: string;
  /** What it is about, in a sentence. */
  words?: string;
  body: Node[];
  /** What the main button says. */
  action: string;
  /** Does it, and returns what is said then; nothing closes the dialog at once. */
  act(): Promise<string | undefined>;
}

/** Ask something over the page; Escape closes it, an error stands in it. Resolves when it is closed: whether it was done. */
export function ask({ title, words, body, action, act }: Question): Promise<boolean> {
  let done = false;
  const opener = document.activeElement;
  const wrong = h("p", { class: "mz-lab-wrong", role: "alert" });
  const status = h("p", { class: "mz-lab-note", role: "status" });
  const main = h("button", { type: "submit", class: "mz-lab-button mz-lab-main" }, action);
  const leave = h("button", { type: "button", class: "mz-lab-button" }, "Cancel");
  const fields = h("fieldset", {}, ...body);
  const form = h("form", {}, fields, wrong, status, h("div", { class: "mz-lab-buttons" }, leave, main));
  const heading = h("h2", {}, title);
  const note = words ? h("p", { class: "mz-lab-note" }, words) : null;
  // Shortcuts of JupyterLab are not for what is typed here.
  const box = h(
    "dialog",
    { class: "mz-lab-dialog", "aria-label": title, "data-lm-suppress-shortcuts": true },
    heading,
    note,
    form,
  );
  leave.addEventListener("click", () => box.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.textContent = "";
    status.textContent = "One moment…";
    main.disabled = fields.disabled = true;
    try {
      const said = await act();
      done = true;
      if (!said) return box.close();
      status.textContent = said;
      main.remove();
      leave.textContent = "Close";
      leave.focus();
    } catch (error) {
      status.textContent = "";
      wrong.textContent = (error as Error).message;
      main.disabled = fields.disabled = false;
    }
  });
  document.body.append(box);
  box.showModal();
  form.querySelector<HTMLElement>("input,select,textarea")?.focus();
  return new Promise((resolve) => {
    box.addEventListener("close", () => {
      box.remove();
      if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
      resolve(done);
    });
  });
}

/** An input with its label, and a word of help. */
export function field(label: string, input: HTMLElement, help = ""): HTMLElement {
  return h(
    "label",
    { class: "mz-lab-field" },
    h("span", { class: "mz-lab-label" }, label),
    input,
    help ? h("span", { class: "mz-lab-note" }, help) : null,
  );
}

export function select(options: readonly (string | [string, string])[], value = ""): HTMLSelectElement {
  const made = options.map((one) => {
    const [key, words] = typeof one === "string" ? [one, one] : one;
    return h("option", { value: key, selected: key === value }, words);
  });
  return h("select", {}, ...made);
}

/** Boxes to tick, and which of them are. */
export function boxes(
  legend: string,
  options: [string, string][],
): { node: HTMLElement; chosen(): string[] } {
  const inputs = options.map(([key]) => h("input", { type: "checkbox", value: key }));
  const labels = options.map(([, words], place) =>
    h("label", { class: "mz-lab-tick" }, inputs[place] as HTMLInputElement, words),
  );
  const node = h("fieldset", { class: "mz-lab-ticks" }, h("legend", {}, legend), ...labels);
  return { node, chosen: () => inputs.filter((one) => one.checked).map((one) => one.value) };
}
