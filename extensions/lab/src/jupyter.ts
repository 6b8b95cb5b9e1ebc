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
  iconClass?: string;
  describedBy: { args: Record<string, unknown> };
  isEnabled?(): boolean;
  execute(given: Given): unknown;
}

/** What a command is called with: the launcher says which folder it is for. */
export interface Given {
  cwd?: string;
}

/** A notebook's tab, as the command that opens one returns it. */
export interface Tab {
  id: string;
  revealed: Promise<void>;
  sessionContext: Session;
}

/** A notebook's kernel, once it has one. */
export interface Session {
  ready: Promise<void>;
  session: { kernel: { anyMessage: Signal<Message> } | null } | null;
  kernelChanged: Signal<unknown>;
}

export interface Signal<Told> {
  connect(slot: (sender: unknown, told: Told) => void): unknown;
  disconnect(slot: (sender: unknown, told: Told) => void): unknown;
}

export interface Message {
  msg: { header: { msg_type: string }; content: { data?: { method?: string } } };
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
  /** Not each host of the page's part has one. */
  "@jupyterlab/launcher"?: { ILauncher: unknown };
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

export interface Launcher {
  add(item: { command: string; category: string }): unknown;
}

export interface Plugin {
  id: string;
  description: string;
  autoStart: true;
  optional: unknown[];
  activate(app: App, restorer: Restorer | null, palette: Palette | null, launcher?: Launcher | null): void;
}
