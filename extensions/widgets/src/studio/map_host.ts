import mapCss from "../process_map/style.css";
import type { State as MapState } from "../process_map/types";
import { MapWidget } from "../process_map/widget";
import { h } from "../shared/dom";
import type { Model } from "../shared/model";

type Values = Record<string, unknown>;
type Send = (message: { changes: Values }) => Promise<unknown>;

export const mapStyle: string = mapCss;

/** The map widget's model inside the studio: its values come and go in the studio's letters. */
class MapModel implements Model<MapState> {
  private readonly heard = new Map<string, Set<() => void>>();
  private pending: Values = {};
  private sending = false;

  constructor(
    private values: Values,
    private readonly send: Send,
  ) {}

  get<Key extends keyof MapState & string>(key: Key): MapState[Key] {
    return (key === "room" ? 400 : this.values[key]) as MapState[Key];
  }

  set<Key extends keyof MapState & string>(key: Key, value: MapState[Key]): void {
    this.pending[key] = value;
    this.take({ [key]: value });
  }

  /** One change is on its way at a time; what the reader does meanwhile goes in the next. */
  save_changes(): void {
    if (this.sending || !Object.keys(this.pending).length) return;
    const changes = this.pending;
    this.pending = {};
    this.sending = true;
    const next = () => {
      this.sending = false;
      this.save_changes();
    };
    this.send({ changes }).then(
      (answer) => {
        if (answer && Object.keys(answer).length) this.update(answer as Values);
        next();
      },
      (error: Error) => {
        this.take({ error: error.message });
        next();
      },
    );
  }

  on(event: string, callback: () => void): void {
    this.heard.set(event, (this.heard.get(event) ?? new Set()).add(callback));
  }

  off(event: string, callback: () => void): void {
    this.heard.get(event)?.delete(callback);
  }

  /** Take Python's values, but for those that the reader is changing now. */
  update(values: Values): void {
    this.take(Object.fromEntries(Object.entries(values).filter(([key]) => !(key in this.pending))));
  }

  private take(values: Values): void {
    const changed = Object.keys(values).filter(
      (key) => JSON.stringify(values[key]) !== JSON.stringify(this.values[key]),
    );
    this.values = { ...this.values, ...values };
    for (const key of changed) for (const callback of this.heard.get(`change:${key}`) ?? []) callback();
  }
}

/** A place for a process map: the same drawing as the map widget's. */
export class MapHost {
  readonly element = h("div", { class: "mz-map-host" });
  private model: MapModel | null = null;

  constructor(
    private readonly send: Send,
    private readonly signal: AbortSignal,
  ) {}

  show(values: Values): void {
    if (!values.view) return;
    if (this.model) {
      this.model.update(values);
      return;
    }
    this.model = new MapModel(values, this.send);
    const root = h("div", { class: "mz-map" });
    this.element.append(root);
    new MapWidget(this.model, root, this.signal);
  }
}
