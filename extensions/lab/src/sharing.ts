/** The packages a page shares: by name, then by version. */
export type Scope = Record<string, Record<string, { get(): unknown; loaded?: unknown; from?: string }>>;

/** Load a package that the page shares; of several versions the one in use, else the newest. */
export async function pick(scope: Scope, name: string): Promise<unknown> {
  const versions = Object.entries(scope[name] ?? {}).sort(([a], [b]) => newer(a, b));
  const found = versions.find(([, one]) => one.loaded) ?? versions[0];
  if (!found) throw new Error(`This JupyterLab shares no ${name}: Mindzie needs JupyterLab 4.6 or newer.`);
  const factory = (await found[1].get()) as () => unknown;
  return factory();
}

function newer(a: string, b: string): number {
  return b.localeCompare(a, "en", { numeric: true });
}
