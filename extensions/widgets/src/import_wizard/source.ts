import { h } from "../shared/dom";
import { date } from "../shared/words";
import { button, segments } from "../studio/controls";
import { DatabasePane } from "./database";
import { bytes } from "./said";
import type { Desk, FileOffer } from "./types";
import { Upload } from "./upload";

const KINDS = "CSV or any text table, Excel, Parquet, XES, OCEL 2.0, JSON lines; also in gzip or ZIP";
const DEMOS: [process: string, words: string][] = [
  ["order-to-cash", "Order to cash"],
  ["purchase-to-pay", "Purchase to pay"],
];
const MANY = 8;

/** Step one: where the rows come from. */
export class SourceStep {
  readonly element = h("div", { class: "mz-import-source" });
  private readonly pair = h("div", { class: "mz-import-pair" });
  private readonly database: DatabasePane;
  private readonly input = h("input", { type: "file", hidden: true, "aria-label": "File to upload" });
  private readonly drop = h("section", { class: "mz-import-drop", "aria-label": "Upload" });
  private readonly files = h("section", { class: "mz-import-files", "aria-label": "Files" });
  private readonly error = h("p", { class: "mz-form-error", role: "alert" });
  private sending: Upload | null = null;
  private listed = "";

  constructor(private readonly desk: Desk) {
    this.database = new DatabasePane(desk);
    const demos = DEMOS.map(([process, words]) => button(words, () => desk.act({ do: "demo", process })));
    this.pair.append(
      h(
        "div",
        {},
        this.drop,
        this.error,
        h("p", { class: "mz-note mz-import-demos" }, "No file at hand? Try generated data: ", ...demos),
      ),
      this.files,
    );
    this.input.addEventListener("change", () => this.take(this.input.files));
    this.listen();
    this.offer();
    this.offerWays();
  }

  private offerWays(): void {
    if (!this.desk.shown().offers.databases) {
      this.element.replaceChildren(this.pair);
      return;
    }
    const ways = [
      { value: "file", words: "File" },
      { value: "database", words: "Database" },
    ];
    const way = segments("Read from", ways, "file", (chosen) => {
      const pane = chosen === "file" ? this.pair : this.database.element;
      this.element.replaceChildren(way, pane);
      if (chosen === "database") this.database.open();
    });
    this.element.replaceChildren(way, this.pair);
  }

  draw(): void {
    const { folder, files } = this.desk.shown().offers;
    this.files.hidden = folder === null;
    const known = JSON.stringify(files);
    if (folder === null || known === this.listed) return;
    this.listed = known;
    this.list(folder, files);
  }

  private listen(): void {
    this.drop.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.drop.classList.add("mz-over");
    });
    this.drop.addEventListener("dragleave", () => this.drop.classList.remove("mz-over"));
    this.drop.addEventListener("drop", (event) => {
      event.preventDefault();
      event.stopPropagation();
      this.drop.classList.remove("mz-over");
      this.take(event.dataTransfer?.files ?? null);
    });
  }

  private offer(): void {
    const choose = button("Choose a file", () => this.input.click(), { look: "main" });
    this.drop.replaceChildren(
      h("h3", {}, "Drop a file here"),
      choose,
      this.input,
      h("p", { class: "mz-note" }, `${KINDS}. Up to ${bytes(this.desk.shown().offers.most)}.`),
    );
  }

  private take(files: FileList | null): void {
    const file = files?.[0];
    if (!file || this.sending) return;
    this.error.textContent = "";
    const upload = new Upload(this.desk, file);
    this.sending = upload;
    const bar = h("progress", { max: 1, value: 0, "aria-label": `Uploading ${file.name}` });
    const said = h("p", { class: "mz-note", role: "status" });
    this.drop.replaceChildren(
      h("h3", {}, file.name),
      bar,
      said,
      button("Cancel", () => upload.stop()),
    );
    const tell = (part: number) => {
      bar.value = part;
      said.textContent = `${bytes(Math.round(part * file.size))} of ${bytes(file.size)}`;
    };
    tell(0);
    upload
      .send(tell)
      .catch((error: Error) => {
        this.error.textContent = error.message;
      })
      .finally(() => {
        this.sending = null;
        this.input.value = "";
        this.offer();
      });
  }

  private list(folder: string, files: FileOffer[]): void {
    const items = files.map((file) => {
      const row = h(
        "button",
        { type: "button", class: "mz-import-file" },
        h("span", {}, file.path),
        h("span", { class: "mz-note" }, `${bytes(file.size)} · ${day(file.modified)}`),
      );
      row.addEventListener("click", () => this.desk.act({ do: "file", path: file.path }));
      return h("li", { "data-path": file.path }, row);
    });
    const search = h("input", { type: "search", placeholder: "Search", "aria-label": "Search files" });
    search.addEventListener("input", () => {
      for (const item of items) {
        item.hidden = !item.dataset.path?.toLowerCase().includes(search.value.toLowerCase());
      }
    });
    const none = h("p", { class: "mz-note" }, `There is no log in ${folder} yet: upload a file.`);
    this.files.replaceChildren(
      h("h3", {}, `Files in ${folder}`),
      files.length > MANY ? search : "",
      files.length ? h("ul", {}, ...items) : none,
    );
  }
}

function day(seconds: number): string {
  return date(new Date(seconds * 1000).toISOString().slice(0, 10));
}
