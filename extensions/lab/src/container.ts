/**
 * How JupyterLab loads a prebuilt extension: a script leaves a module-federation container under the extension's name. The page
 * gives it the packages that it shares, and gets the plugin. Written out here, since nothing but that handshake is needed of a bundler.
 */
import type { Shared } from "./jupyter";
import { plugin } from "./plugin";
import { pick, type Scope } from "./sharing";

const NAME = "@mindzie/lab";
const NEEDED = [
  "@lumino/widgets",
  "@jupyterlab/application",
  "@jupyterlab/apputils",
  "@jupyterlab/services",
] as const;
const LAUNCHER = "@jupyterlab/launcher";

let scope: Scope = {};

const container = {
  init: (given: Scope) => {
    scope = given;
  },
  get: async (module: string) => {
    if (module !== "./extension") throw new Error(`${NAME} has no ${module}.`);
    const names = [...NEEDED, ...(scope[LAUNCHER] ? [LAUNCHER] : [])];
    const loaded = await Promise.all(names.map((name) => pick(scope, name)));
    const shared = Object.fromEntries(names.map((name, place) => [name, loaded[place]]));
    return () => ({ __esModule: true, default: plugin(shared as unknown as Shared) });
  },
};

const page = window as unknown as { _JUPYTERLAB?: Record<string, unknown> };
page._JUPYTERLAB = { ...page._JUPYTERLAB, [NAME]: container };
