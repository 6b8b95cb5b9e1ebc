/** What a widget asks of its host: anywidget's model, or the page of an exported picture. */
export interface Model<State> {
  get<Key extends keyof State & string>(key: Key): State[Key];
  set<Key extends keyof State & string>(key: Key, value: State[Key]): void;
  save_changes(): void;
  on(event: string, callback: () => void): void;
  off(event: string, callback: () => void): void;
}

/** Call back on a change of any of the keys, until the signal aborts. */
export function onChange<State>(
  model: Model<State>,
  keys: (keyof State & string)[],
  callback: () => void,
  signal: AbortSignal,
): void {
  for (const key of keys) {
    model.on(`change:${key}`, callback);
    signal.addEventListener("abort", () => model.off(`change:${key}`, callback));
  }
}
