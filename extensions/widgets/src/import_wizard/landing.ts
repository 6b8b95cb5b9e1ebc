import type { Model } from "../shared/model";
import type { State as StudioState } from "../studio/types";

/** The studio's model inside the wizard's: the same values under a prefix. */
export function studioModel(model: Model<Record<string, unknown>>): Model<StudioState> {
  const own = (event: string) => event.replace("change:", "change:studio_");
  return {
    get: <Key extends keyof StudioState & string>(key: Key) => model.get(`studio_${key}`) as StudioState[Key],
    set: (key, value) => model.set(`studio_${key}`, value),
    save_changes: () => model.save_changes(),
    on: (event, callback) => model.on(own(event), callback),
    off: (event, callback) => model.off(own(event), callback),
  };
}
