import { h } from "../shared/dom";
import { count, counted } from "../shared/words";
import { button } from "./controls";

/** A window over the studio; Escape and a click beside it close it. */
export function dialog(root: HTMLElement, title: string, ...body: (Node | string)[]): void {
  const opener = document.activeElement as HTMLElement | null;
  const made = h("div", {
    class: "mz-dialog",
    role: "dialog",
    "aria-modal": "true",
    "aria-label": title,
    tabindex: -1,
  });
  const veil = h("div", { class: "mz-veil" }, made);
  const close = () => {
    veil.remove();
    opener?.focus({ preventScroll: true });
  };
  const leave = button("", close, { icon: "close", look: "icon", label: "Close" });
  made.append(
    h("div", { class: "mz-dialog-head" }, h("h3", {}, title), leave),
    h("div", { class: "mz-dialog-body" }, ...body),
  );
  veil.addEventListener("pointerdown", (event) => {
    if (event.target === veil) close();
  });
  veil.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Tab") keepFocus(made, event);
    event.stopPropagation();
  });
  root.append(veil);
  made.focus({ preventScroll: true });
}

/** Show a text and put it on the clipboard. */
export function codeDialog(root: HTMLElement, title: string, text: string, copied: string): void {
  const code = h("textarea", {
    readonly: true,
    rows: Math.min(text.split("\n").length + 1, 24),
    spellcheck: "false",
    "aria-label": "Python code",
  });
  code.value = text;
  const note = h("p", { class: "mz-note", role: "status" });
  const write = () => {
    code.select();
    // Clipboards are closed to pages without encryption: there the selected text can be copied by key.
    const done = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("closed"));
    done.then(
      () => note.replaceChildren(copied),
      () => note.replaceChildren("Press Ctrl+C to copy the selected text."),
    );
  };
  dialog(root, title, code, note, button("Copy", write, { look: "main" }));
  write();
}

function keepFocus(box: HTMLElement, event: KeyboardEvent): void {
  const stops = [...box.querySelectorAll<HTMLElement>("button,input,select,textarea,summary,[tabindex='0']")];
  const [first, last] = [stops[0], stops.at(-1)];
  const now = box.getRootNode() as Document | ShadowRoot;
  if (
    event.shiftKey ? now.activeElement === first || now.activeElement === box : now.activeElement === last
  ) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}

export interface Readiness {
  score: number;
  rows_read: number;
  rows_used: number;
  findings: {
    id: string;
    title: string;
    count: number;
    severity: string;
    sample: Record<string, unknown>[];
    done: string;
    change: string;
  }[];
}

/** What was found in the source, and what was done about it. */
export function readinessReport(report: Readiness): HTMLElement {
  const rows = report.findings.map((finding) => {
    const sample = finding.sample.map((row) =>
      h(
        "li",
        {},
        Object.entries(row)
          .map(([name, value]) => `${name} ${value}`)
          .join(", "),
      ),
    );
    const examples = sample.length
      ? h("details", {}, h("summary", {}, "Examples"), h("ul", {}, ...sample))
      : null;
    return h(
      "li",
      { class: `mz-finding mz-${finding.severity}` },
      h("div", {}, h("b", {}, finding.severity), ` ${finding.title}`),
      finding.done ? h("div", {}, finding.done) : null,
      finding.change ? h("div", { class: "mz-note" }, finding.change) : null,
      examples,
    );
  });
  const used = `${count(report.rows_used)} of ${counted(report.rows_read, "row")} became events.`;
  const none = h(
    "p",
    { class: "mz-note" },
    "Nothing was found that could mislead: no ties, no missing or unlikely times, no duplicates.",
  );
  return h(
    "div",
    {},
    h("p", {}, h("b", {}, `${report.score} of 100. `), used),
    rows.length ? h("ul", { class: "mz-findings" }, ...rows) : none,
  );
}
