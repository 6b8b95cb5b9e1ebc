import { h, iconButton, s } from "../shared/dom";
import { type Model, onChange } from "../shared/model";
import { applyTokens, onThemeChange, type Theme } from "../shared/tokens";
import { legend, measureSwitch, sliders } from "./controls";
import { Look } from "./look";
import { Menu } from "./menu";
import { savePng, saveSvg, svgText } from "./save";
import { Scene, type Shape } from "./scene";
import { BoxShape } from "./shapes";
import { tables } from "./table";
import { Tooltip } from "./tooltip";
import type { MeasureInfo, Selection, State } from "./types";
import { Viewport } from "./viewport";
import { Waiting } from "./waiting";

const HELP =
  "Process map. Tab goes through paths and activities, Enter opens what can be done, arrows pan, plus and minus zoom, 0 shows all.";

const EMPTY = "There are no cases, so there is no map.";

// Below this, the sliders lie under the map.
const NARROW = 560;
// Thousands of cells would hold up the moving map: the tables follow when it has come to rest.
const CALM = 300;

/** The process map in a page: what is drawn follows the model, what the reader does goes to the model. */
export class MapWidget {
  private readonly scene = new Scene();
  private readonly svg = s(
    "svg",
    { class: "mz-canvas", role: "group", "aria-label": HELP },
    this.scene.world,
  );
  private readonly stage = h("div", { class: "mz-stage" });
  private readonly twin = h("div", { class: "mz-twin mz-hidden", tabindex: -1 });
  private readonly legend = h("span", { class: "mz-legend-place" });
  private readonly error = h("p", { class: "mz-error", role: "alert" });
  private readonly empty = h("p", { class: "mz-empty" }, EMPTY);
  private readonly waiting = new Waiting();
  private readonly tip = new Tooltip();
  private readonly menu: Menu;
  private readonly viewport: Viewport;
  private readonly controls: { element: HTMLElement; update: () => void }[];
  /** What the open menu is about. */
  private asked: Selection = {};
  /** What the pointer or the keyboard is on. */
  private hovered: Selection | undefined;
  private theme: Theme = "light";
  private later: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly model: Model<State>,
    private readonly root: HTMLElement,
    signal: AbortSignal,
  ) {
    this.controls = [measureSwitch(model), sliders(model)];
    const [measures, shares] = this.controls.map((control) => control.element) as [HTMLElement, HTMLElement];
    const bar = h("div", { class: "mz-bar-top" }, measures, this.legend, this.buttons());
    root.append(bar, h("div", { class: "mz-body" }, this.stage, shares), this.twin, this.error);
    this.stage.append(this.svg, this.empty, this.waiting.element, this.tip.element);
    this.stage.style.height = `${model.get("room")}px`;
    this.menu = new Menu(this.stage, signal);
    this.viewport = new Viewport(
      this.svg,
      this.scene.world,
      this.stage,
      () => document.fullscreenElement !== null,
    );
    this.listen(signal);
    this.draw();
    onChange(model, ["view", "measure"], () => this.draw(), signal);
    onChange(model, ["activity_share", "path_share"], () => this.slid(), signal);
    signal.addEventListener("abort", () => {
      this.waiting.set(false);
      clearTimeout(this.later);
    });
    onChange(model, ["selection"], () => this.scene.select(model.get("selection")), signal);
    onChange(model, ["error"], () => this.say(), signal);
    onThemeChange(() => this.draw(), signal);
    const resize = new ResizeObserver(() => {
      root.classList.toggle("mz-narrow", root.clientWidth < NARROW);
      // A notebook makes outputs before it shows them: only now is it known what lies behind.
      if (applyTokens(this.root) !== this.theme) this.draw();
      this.viewport.show(model.get("view"));
    });
    resize.observe(this.svg);
    resize.observe(root);
    signal.addEventListener("abort", () => resize.disconnect());
  }

  private get measure(): MeasureInfo {
    const measures = this.model.get("measures");
    return (
      measures.find((measure) => measure.name === this.model.get("measure")) ?? (measures[0] as MeasureInfo)
    );
  }

  private draw(): void {
    this.theme = applyTokens(this.root);
    const view = this.model.get("view");
    const look = new Look(this.measure, this.theme, view);
    this.scene.draw(view, look);
    this.menu.keep(this.scene.shapeOf(this.asked)?.group);
    this.hover(this.hovered && this.scene.shapeOf(this.hovered));
    this.scene.select(this.model.get("selection"));
    this.viewport.show(view);
    this.legend.replaceChildren(legend(look));
    clearTimeout(this.later);
    const known = this.model.get("measures").filter(({ name }) => view.known.includes(name));
    this.later = setTimeout(() => this.twin.replaceChildren(tables(view, known)), CALM);
    this.controls[0]?.update();
    this.slid();
    this.say();
  }

  /** The sliders move at once; the map follows when Python has answered. */
  private slid(): void {
    this.controls[1]?.update();
    const { at, known } = this.model.get("view");
    const moved = at[0] === this.model.get("activity_share") && at[1] === this.model.get("path_share");
    this.waiting.set(this.model.get("live") && !(moved && known.includes(this.measure.name)));
  }

  private say(text = this.model.get("error")): void {
    if (this.error.textContent !== text) this.error.textContent = text;
    this.empty.hidden = this.model.get("view").nodes.length > 0 || text !== "";
  }

  private buttons(): HTMLElement {
    const table = iconButton("table", "Show as table", () => {
      const hidden = this.twin.classList.toggle("mz-hidden");
      table.setAttribute("aria-pressed", String(!hidden));
      if (!hidden) this.detail();
    });
    const text = () => svgText(this.scene.world, this.model.get("view"), this.theme, this.model.get("title"));
    const png = () =>
      savePng(text(), this.model.get("view"), "process-map").catch((error) => this.say(String(error)));
    const full = () =>
      (document.fullscreenElement ? document.exitFullscreen() : this.root.requestFullscreen()).catch(
        (error) => this.say(`Full screen is not possible here: ${error.message}`),
      );
    const save = (label: string, action: () => void) => {
      const button = iconButton("save", `Save as ${label}`, action);
      button.append(label);
      button.classList.add("mz-worded");
      return button;
    };
    return h(
      "span",
      { class: "mz-buttons" },
      iconButton("minus", "Zoom out", () => this.viewport.zoomBy(1 / 1.3)),
      iconButton("plus", "Zoom in", () => this.viewport.zoomBy(1.3)),
      iconButton("fit", "Show the whole map", () => this.viewport.fit()),
      iconButton("expand", "Full screen", full),
      table,
      save("SVG", () => saveSvg(text(), "process-map")),
      save("PNG", png),
    );
  }

  private listen(signal: AbortSignal): void {
    const on = <Name extends keyof SVGElementEventMap>(
      name: Name,
      act: (event: SVGElementEventMap[Name]) => void,
    ) => this.svg.addEventListener(name, act as EventListener, { signal });
    on("pointerover", (event) => this.hover(this.scene.shapeAt(event.target)));
    on("pointermove", (event) => {
      const box = this.stage.getBoundingClientRect();
      this.tip.move(event.clientX - box.left, event.clientY - box.top);
    });
    on("pointerleave", () => this.hover(undefined));
    on("focusin", (event) => this.focused(this.scene.shapeAt(event.target)));
    on("focusout", () => this.hover(undefined));
    on("click", (event) => this.pick(this.scene.shapeAt(event.target), [event.clientX, event.clientY]));
    on("keydown", (event) => this.key(event));
  }

  private hover(shape: Shape | undefined): void {
    this.scene.focus(shape);
    this.hovered = shape && this.scene.selectionOf(shape);
    if (!shape) {
      this.tip.hide();
      return;
    }
    const late = this.detail();
    this.tip.show(shape, this.scene.titleOf(shape), this.model.get("view"), this.model.get("measures"), late);
  }

  /** Ask for the figures of all measures; returns whether they are still on their way. */
  private detail(): boolean {
    const { known } = this.model.get("view");
    const late =
      this.model.get("live") && this.model.get("measures").some(({ name }) => !known.includes(name));
    if (late && !this.model.get("detailed")) {
      this.model.set("detailed", true);
      this.model.save_changes();
    }
    return late;
  }

  private focused(shape: Shape | undefined): void {
    if (!shape?.group.matches(":focus-visible")) return;
    const [x, y] =
      shape instanceof BoxShape ? shape.at : (shape.at[Math.floor(shape.at.length / 2)] ?? [0, 0]);
    this.viewport.reveal(x, y);
    this.hover(shape);
    const [left, top] = this.placeOf(shape);
    this.tip.move(left, top);
  }

  private placeOf(shape: Shape): [number, number] {
    const [box, stage] = [shape.group.getBoundingClientRect(), this.stage.getBoundingClientRect()];
    return [box.left + box.width / 2 - stage.left, box.top + box.height / 2 - stage.top];
  }

  private pick(shape: Shape | undefined, at?: [number, number]): void {
    const selection = shape ? this.scene.selectionOf(shape) : {};
    this.model.set("selection", selection);
    this.model.save_changes();
    this.scene.select(selection);
    this.menu.close();
    if (!shape || !this.model.get("live")) return;
    const stage = this.stage.getBoundingClientRect();
    const place = at ? ([at[0] - stage.left, at[1] - stage.top] as [number, number]) : this.placeOf(shape);
    const on = shape instanceof BoxShape ? "activity" : "path";
    const actions = this.model.get("actions").filter((action) => action.on === on);
    this.detail();
    this.hovered = undefined;
    this.tip.hide();
    this.asked = selection;
    this.menu.open(this.scene.titleOf(shape), actions, place, shape.group, (action) => {
      // The time makes the same choice, made twice, two choices.
      this.model.set("choice", { action, selection, at: Date.now() });
      this.model.save_changes();
    });
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys: Record<string, () => void> = {
      "+": () => this.viewport.zoomBy(1.3),
      "=": () => this.viewport.zoomBy(1.3),
      "-": () => this.viewport.zoomBy(1 / 1.3),
      0: () => this.viewport.fit(),
      ArrowLeft: () => this.viewport.panBy(-1, 0),
      ArrowRight: () => this.viewport.panBy(1, 0),
      ArrowUp: () => this.viewport.panBy(0, -1),
      ArrowDown: () => this.viewport.panBy(0, 1),
      Enter: () => this.pick(this.scene.shapeAt(event.target)),
      " ": () => this.pick(this.scene.shapeAt(event.target)),
      Escape: () => this.pick(undefined),
    };
    const act = keys[event.key];
    if (!act) return;
    // The notebook has its own meaning for these keys.
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}
