import type { View } from "../process_map/types";
import { h } from "../shared/dom";
import { whenReleased } from "../shared/held";
import { fitHost } from "../shared/host";
import { type Model, onChange } from "../shared/model";
import { applyTokens, onThemeChange } from "../shared/tokens";
import { Cancelled, Channel, type Post } from "../table/channel";
import { Bars } from "./bars";
import { CasesTab } from "./cases";
import { ActivityColors } from "./colors";
import { button, cancelledNote } from "./controls";
import { Desk } from "./desk";
import { DurationsTab } from "./durations";
import { MapHost } from "./map_host";
import { OverviewStory } from "./overview";
import { ResultTab } from "./result";
import { Side } from "./side";
import { TabBar } from "./tabs";
import type { Overview, Shown, State } from "./types";
import { VariantsTab } from "./variants";
import { Waiting } from "./waiting";

interface Pane {
  element: HTMLElement;
  load(): void | Promise<void>;
}

/** The studio in a page: it draws what Python says is shown, and says what the reader does. */
export class Studio {
  private readonly channel: Channel;
  private readonly desk: Desk;
  private readonly side: Side;
  private readonly tabs: TabBar;
  private readonly bars: Bars;
  private readonly waiting: Waiting;
  private readonly map: MapHost;
  private readonly story: OverviewStory;
  private readonly panes: Record<string, Pane>;
  private readonly overview = h("div", { class: "mz-pane mz-overview" });
  private readonly shares = h("div", { class: "mz-shares-note" });
  private readonly drawing = h("div", { class: "mz-overview-map" });
  private readonly stage = h("div", { class: "mz-stage-area", role: "tabpanel" });
  private readonly error = h("p", { class: "mz-form-error mz-studio-error", role: "alert" });
  private colors = new ActivityColors([]);
  private loaded = "";

  constructor(
    private readonly model: Model<State>,
    private readonly root: HTMLElement,
    signal: AbortSignal,
  ) {
    this.channel = new Channel(model as unknown as Model<Post>, signal);
    this.desk = new Desk(
      this.channel,
      () => model.get("shown"),
      (message) => this.complain(message),
    );
    this.side = new Side(this.desk);
    this.tabs = new TabBar(this.desk);
    this.bars = new Bars(this.desk, root);
    this.waiting = new Waiting(() => this.desk.act({ do: "cancel" }), signal);
    this.map = new MapHost((message) => this.channel.ask({ do: "map", ...message }), signal);
    this.story = new OverviewStory(this.desk);
    const colors = () => this.colors;
    this.panes = {
      variants: new VariantsTab(this.desk, colors),
      cases: new CasesTab(this.desk, colors),
      durations: new DurationsTab(this.desk),
      result: new ResultTab(this.desk),
    };
    this.build();
    this.look();
    onThemeChange(() => this.look(), signal);
    fitHost(this.root, signal);
    const calmly = whenReleased(this.root, signal);
    onChange(
      model,
      ["shown"],
      calmly(() => this.draw()),
      signal,
    );
    onChange(
      model,
      ["map"],
      calmly(() => this.drawMap()),
      signal,
    );
    onChange(
      model,
      ["overview"],
      calmly(() => this.drawStory()),
      signal,
    );
    onChange(model, ["busy"], () => this.waiting.show(model.get("busy")), signal);
    this.draw();
    this.drawMap();
    this.drawStory();
    this.waiting.show(model.get("busy"));
  }

  private build(): void {
    this.drawing.append(this.map.element, this.shares);
    const main = h(
      "main",
      { class: "mz-main" },
      this.tabs.element,
      this.waiting.element,
      this.stage,
      this.error,
    );
    this.root.append(
      this.bars.header,
      h("div", { class: "mz-columns" }, this.side.element, main),
      this.bars.footer,
    );
    this.root.addEventListener("keydown", (event) => this.key(event));
  }

  private look(): void {
    applyTokens(this.root);
  }

  private get shown(): Shown {
    return this.model.get("shown");
  }

  private draw(): void {
    const shown = this.shown;
    if (!shown.tab) return;
    if (shown.height === null) this.root.style.removeProperty("--mz-height");
    else this.root.style.setProperty("--mz-height", `${shown.height}px`);
    this.colors = new ActivityColors(shown.activities);
    this.complain(shown.error);
    this.side.draw();
    this.tabs.draw();
    this.bars.draw();
    this.open(shown);
  }

  private open(shown: Shown): void {
    const tab = shown.tab.startsWith("result:") ? "result" : shown.tab;
    const pane = this.panes[tab];
    this.stage.setAttribute("aria-label", tab);
    if (!pane) {
      const parts = tab === "overview" ? [this.drawing, this.story.element] : [this.drawing];
      this.overview.classList.toggle("mz-with-story", tab === "overview");
      this.put(this.overview, ...parts);
      this.loaded = tab;
      return;
    }
    // Rows depend on the filters that are on, and on the result that is open.
    const key = JSON.stringify([
      shown.tab,
      shown.filters.map(({ operation, on }) => on && operation),
      tab === "result" && shown.results,
    ]);
    this.put(pane.element);
    if (key === this.loaded) return;
    this.loaded = key;
    this.load(pane);
  }

  private load(pane: Pane): void {
    Promise.resolve(pane.load()).catch((error: Error) => {
      if (error instanceof Cancelled) pane.element.replaceChildren(cancelledNote(() => this.load(pane)));
      else this.complain(error.message);
    });
  }

  private put(element: HTMLElement, ...parts: HTMLElement[]): void {
    if (
      parts.length &&
      (element.children.length !== parts.length || parts.some((part, at) => element.children[at] !== part))
    ) {
      element.replaceChildren(...parts);
    }
    if (this.stage.firstElementChild !== element) this.stage.replaceChildren(element);
  }

  private drawMap(): void {
    const values = this.model.get("map");
    this.map.show(values);
    const kept = (values.view as View | undefined)?.kept;
    if (!kept) return;
    const [activities, paths] = [kept.activities, kept.paths].map(([shown, all]) => `${shown} of ${all}`);
    const more = button("Show more", () => this.desk.act({ do: "tab", tab: "map" }));
    this.shares.replaceChildren(`${activities} activities and ${paths} paths, the commonest. `, more);
    this.shares.hidden = kept.activities[0] === kept.activities[1] && kept.paths[0] === kept.paths[1];
  }

  private drawStory(): void {
    const overview = this.model.get("overview");
    if (overview.variants) this.story.draw(overview as Overview, this.colors);
  }

  private complain(message: string): void {
    if (this.error.textContent !== message) this.error.textContent = message;
  }

  private key(event: KeyboardEvent): void {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    if (!(event.ctrlKey || event.metaKey) || typing) return;
    const key = event.key.toLowerCase();
    const act = key === "z" ? (event.shiftKey ? "redo" : "undo") : key === "y" ? "redo" : null;
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    this.desk.act({ do: act });
  }
}
