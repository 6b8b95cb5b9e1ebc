import { h, icon } from "../shared/dom";
import { count, counted } from "../shared/words";
import { type Cell, type Column, type Draw, isNumeric, say, title } from "./cells";
import { Cancelled } from "./channel";

export interface Order {
  sort: string | null;
  descending: boolean;
  search: string;
}

/** Where a row stands in the order that it was read in. */
export interface Place extends Order {
  at: number;
}

export interface Page {
  columns: Column[];
  rows: Cell[][];
  offset: number;
  total: number;
  all: number;
}

export interface GridSettings {
  label: string;
  /** In pixels, for the width of the table; all rows have one. */
  rowHeight?(width: number): number;
  /** Reads some rows. */
  read(offset: number, limit: number, order: Order): Promise<Page>;
  /** Offers all rows as CSV. */
  save?(order: Order): Promise<void>;
  /** Columns that look otherwise; null leaves the column out. */
  draw?: Record<string, Draw | null>;
  titles?: Record<string, string>;
  /** What is said of all rows; else how many there are. */
  note?: string;
  /** What stands under a column's name. */
  head?(column: Column): Node | null;
  /** Called with a row that was clicked, or chosen by Enter. */
  pick?(row: Record<string, Cell>, place: Place): void;
  /** Name of a row for those who hear it, and whether it is chosen. */
  chosen?(row: Record<string, Cell>, place: Place): boolean;
}

const CHUNK = 100;
const CHUNKS_KEPT = 40;
// Browsers draw no taller elements.
const TALLEST = 12_000_000;

/** A table that reads its rows as they are seen: a million of them open at once. */
export class Grid {
  readonly element = h("div", { class: "mz-grid" });
  private readonly scroller = h("div", { class: "mz-grid-scroller", tabindex: 0 });
  private readonly sizer = h("div", { class: "mz-grid-sizer" });
  private readonly table = h("table", {});
  private readonly head = h("thead", {});
  private readonly body = h("tbody", {});
  private readonly note = h("span", { class: "mz-grid-note", role: "status" });
  private readonly error = h("p", { class: "mz-error", role: "alert" });
  private readonly chunks = new Map<number, Cell[][]>();
  private readonly asking = new Set<number>();
  private order: Order = { sort: null, descending: false, search: "" };
  private columns: Column[] = [];
  private total = 0;
  private all = 0;
  private turn = 0;
  private active = 0;

  constructor(private readonly settings: GridSettings) {
    const search = h("input", {
      type: "search",
      placeholder: "Search",
      "aria-label": `Search ${settings.label}`,
    });
    let timer = 0;
    search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => this.reorder({ ...this.order, search: search.value }), 200);
    });
    const save = h("button", { type: "button", class: "mz-quiet" }, icon("save"), "CSV");
    save.title = "Save all rows as CSV";
    save.addEventListener("click", () => this.attempt(settings.save?.(this.order)));
    this.element.append(
      h("div", { class: "mz-grid-bar" }, search, this.note, settings.save ? save : null),
      this.scroller,
      this.error,
    );
    this.scroller.append(this.sizer);
    this.sizer.append(this.table);
    this.table.append(h("caption", { class: "mz-hidden" }, settings.label), this.head, this.body);
    this.scroller.addEventListener("scroll", () => this.draw(), { passive: true });
    this.scroller.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.scroller);
  }

  /** Read everything anew, from the top. */
  reload(): void {
    this.turn += 1;
    this.chunks.clear();
    this.asking.clear();
    this.scroller.scrollTop = 0;
    this.active = 0;
    this.read(0);
  }

  /** Draw the heads and the rows seen again, such as when a choice has changed. */
  redraw(): void {
    if (this.columns.length) this.drawHead();
    this.draw();
  }

  private get rowHeight(): number {
    return this.settings.rowHeight?.(this.scroller.clientWidth) ?? 32;
  }

  private reorder(order: Order): void {
    this.order = order;
    this.reload();
  }

  private read(chunk: number): void {
    if (this.asking.has(chunk) || this.chunks.has(chunk)) return;
    this.asking.add(chunk);
    const turn = this.turn;
    this.settings.read(chunk * CHUNK, CHUNK, this.order).then(
      (page) => {
        if (turn !== this.turn) return;
        this.asking.delete(chunk);
        this.error.textContent = "";
        this.take(chunk, page);
      },
      (error: Error) => {
        if (turn !== this.turn) return;
        this.asking.delete(chunk);
        if (error instanceof Cancelled) this.cancelled(chunk);
        else this.error.textContent = error.message;
      },
    );
  }

  private cancelled(chunk: number): void {
    const again = h("button", { type: "button", class: "mz-quiet" }, "Read again");
    again.addEventListener("click", () => {
      this.error.textContent = "";
      this.read(chunk);
    });
    this.error.replaceChildren("Cancelled: the rows were not read. ", again);
  }

  private attempt(work: Promise<void> | undefined): void {
    work?.catch((error: Error) => {
      this.error.textContent = error.message;
    });
  }

  private take(chunk: number, page: Page): void {
    this.chunks.set(chunk, page.rows);
    const oldest = this.chunks.keys().next().value;
    if (this.chunks.size > CHUNKS_KEPT && oldest !== undefined) this.chunks.delete(oldest);
    this.total = page.total;
    this.all = page.all;
    if (JSON.stringify(page.columns) !== JSON.stringify(this.columns)) this.columns = page.columns;
    this.drawHead();
    const found = this.order.search
      ? `${count(this.total)} of ${counted(this.all, "row")}`
      : (this.settings.note ?? counted(this.all, "row"));
    this.note.textContent = this.total ? found : this.order.search ? "Nothing found" : "No rows";
    this.table.setAttribute("aria-rowcount", String(this.total + 1));
    this.draw();
  }

  private get shown(): { column: Column; at: number; draw: Draw }[] {
    const plain = (column: Column) => (value: Cell) => say(column, value);
    return this.columns
      .map((column, at) => ({ column, at, draw: this.settings.draw?.[column.name] }))
      .filter((shown) => shown.draw !== null)
      .map(({ column, at, draw }) => ({ column, at, draw: draw ?? plain(column) }));
  }

  private drawHead(): void {
    const cells = this.shown.map(({ column }) => {
      const now = this.order.sort === column.name;
      const way = now ? (this.order.descending ? "descending" : "ascending") : "none";
      const said = this.settings.titles?.[column.name] ?? title(column);
      const button = h("button", { type: "button", "data-column": column.name }, said);
      button.append(
        h(
          "span",
          { class: "mz-sort", "aria-hidden": "true" },
          now ? (this.order.descending ? "▼" : "▲") : "",
        ),
      );
      button.addEventListener("click", () => this.sortBy(column));
      return h(
        "th",
        { scope: "col", "aria-sort": way, class: isNumeric(column) ? "mz-right" : null },
        button,
        this.settings.head?.(column) ?? null,
      );
    });
    const focused = this.head.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.column
      : undefined;
    this.head.replaceChildren(h("tr", { "aria-rowindex": 1 }, ...cells));
    if (focused) this.head.querySelector<HTMLElement>(`[data-column="${CSS.escape(focused)}"]`)?.focus();
  }

  private sortBy(column: Column): void {
    const now = this.order.sort === column.name;
    // Figures are looked at from the largest, names from A; a third click gives the order of the log.
    const first = isNumeric(column);
    if (now && this.order.descending !== first)
      this.reorder({ ...this.order, sort: null, descending: false });
    else this.reorder({ ...this.order, sort: column.name, descending: now ? !first : first });
  }

  private get room(): number {
    const head = this.head.offsetHeight || this.rowHeight;
    return Math.max(Math.floor((this.scroller.clientHeight - head) / this.rowHeight), 1);
  }

  private get first(): number {
    const most = this.sizer.offsetHeight - this.scroller.clientHeight;
    const last = Math.max(this.total - this.room, 0);
    if (most <= 0 || !last) return 0;
    return Math.min(Math.round((this.scroller.scrollTop / most) * last), last);
  }

  private draw(): void {
    const head = this.head.offsetHeight || this.rowHeight;
    this.table.style.setProperty("--mz-row", `${this.rowHeight}px`);
    this.sizer.style.height = `${Math.min(this.total * this.rowHeight + head, TALLEST)}px`;
    const [first, room, shown] = [this.first, this.room + 1, this.shown];
    const rows: HTMLElement[] = [];
    for (let at = first; at < Math.min(first + room, this.total); at++) {
      const chunk = Math.floor(at / CHUNK);
      const cells = this.chunks.get(chunk)?.[at % CHUNK];
      if (!cells) this.read(chunk);
      rows.push(this.row(at, cells, shown));
    }
    this.body.replaceChildren(...rows);
  }

  private row(at: number, cells: Cell[] | undefined, shown: Grid["shown"]): HTMLElement {
    const parts = shown.map(({ column, at: place, draw }, index) => {
      const value = cells?.[place] ?? null;
      const made = cells ? draw(value, cells) : "…";
      const attributes = {
        class: isNumeric(column) ? "mz-right" : null,
        title: typeof made === "string" ? made : null,
      };
      return index === 0 ? h("th", { scope: "row", ...attributes }, made) : h("td", attributes, made);
    });
    const row = h("tr", { "aria-rowindex": at + 2 }, ...parts);
    row.style.height = `${this.rowHeight}px`;
    if (cells && this.settings.pick) {
      const record = this.record(cells);
      const place = { at, ...this.order };
      row.classList.add("mz-pickable");
      row.classList.toggle("mz-chosen", this.settings.chosen?.(record, place) ?? false);
      row.classList.toggle("mz-active", at === this.active);
      row.addEventListener("click", () => {
        this.active = at;
        this.settings.pick?.(record, place);
        this.draw();
      });
    }
    return row;
  }

  private record(cells: Cell[]): Record<string, Cell> {
    return Object.fromEntries(this.columns.map((column, at) => [column.name, cells[at] ?? null]));
  }

  private key(event: KeyboardEvent): void {
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: this.room,
      PageUp: -this.room,
      Home: -this.total,
      End: this.total,
    };
    if (event.target !== this.scroller) return;
    const step = steps[event.key];
    if (event.key === "Enter") {
      const cells = this.chunks.get(Math.floor(this.active / CHUNK))?.[this.active % CHUNK];
      if (cells) this.settings.pick?.(this.record(cells), { at: this.active, ...this.order });
    } else if (step === undefined) return;
    else {
      this.active = Math.min(Math.max(this.active + step, 0), Math.max(this.total - 1, 0));
      this.reveal();
    }
    event.preventDefault();
    event.stopPropagation();
    this.draw();
  }

  private reveal(): void {
    const [first, room] = [this.first, this.room];
    const goal =
      this.active < first ? this.active : this.active >= first + room ? this.active - room + 1 : first;
    const most = this.sizer.offsetHeight - this.scroller.clientHeight;
    const last = Math.max(this.total - room, 0);
    if (goal !== first && last) this.scroller.scrollTop = (goal / last) * most;
  }
}
