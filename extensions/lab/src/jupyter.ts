/** What is used of JupyterLab, by shape: its packages are those of the page, and none of them is bundled. */

export interface LuminoWidget {
  id: string;
  node: HTMLElement;
  title: { label: string; caption: string; iconClass: string };
}

export interface Context {
  path: string;
  save(): Promise<void>;
  model: {
    getMetadata?(key: string): unknown;
    setMetadata?(key: string, value: unknown): void;
  };
}

export interface Commands {
  addCommand(id: string, command: Command): unknown;
  execute(id: string, options?: Record<string, unknown>): Promise<unknown>;
}

export interface Command {
  label: string;
  caption: string;
  describedBy: { args: Record<string, unknown> };
  isEnabled?(): boolean;
  execute(): unknown;
}

export interface App {
  commands: Commands;
  shell: {
    currentWidget: { context?: Context } | null;
    add(widget: LuminoWidget, area: "left", options: { rank: number }): void;
    activateById(id: string): void;
  };
  serviceManager: { serverSettings: ServerSettings };
}

export interface ServerSettings {
  baseUrl: string;
}

export interface Shared {
  "@lumino/widgets": { Widget: new (options: { node: HTMLElement }) => LuminoWidget };
  "@jupyterlab/application": { ILayoutRestorer: unknown };
  "@jupyterlab/apputils": { ICommandPalette: unknown };
  "@jupyterlab/services": {
    ServerConnection: {
      makeRequest(url: string, init: RequestInit, settings: ServerSettings): Promise<Response>;
    };
  };
}

export interface Restorer {
  add(widget: LuminoWidget, name: string): void;
}

export interface Palette {
  addItem(item: { command: string; category: string }): unknown;
}

export interface Plugin {
  id: string;
  description: string;
  autoStart: true;
  optional: unknown[];
  activate(app: App, restorer: Restorer | null, palette: Palette | null): void;
}
