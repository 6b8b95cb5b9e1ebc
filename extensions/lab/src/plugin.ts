import { Desk } from "./desk";
import type { App, Given, Palette, Plugin, Restorer, Shared } from "./jupyter";
import { Panel } from "./panel";
import { server } from "./server";
import style from "./style.css";

const PANEL = "mindzie-panel";
const MARK = "mz-lab-mark";
const CATEGORY = "Mindzie";
const NO_ARGUMENTS = { args: { type: "object", properties: {} } };
const A_FOLDER = { args: { type: "object", properties: { cwd: { type: "string" } } } };

/** Return the plugin: the panel in the left side bar, and the commands that the notebooks' toolbar names. */
export function plugin(shared: Shared): Plugin {
  const launcher = shared["@jupyterlab/launcher"];
  return {
    id: "@mindzie/lab:plugin",
    description: "The workspace's panel, and buttons above notebooks.",
    autoStart: true,
    optional: [
      shared["@jupyterlab/application"].ILayoutRestorer,
      shared["@jupyterlab/apputils"].ICommandPalette,
      ...(launcher ? [launcher.ILauncher] : []),
    ],
    activate: (app, restorer, palette, launcher) => {
      const desk = addPanel(shared, app, restorer);
      addCommands(app, desk, palette);
      launcher?.add({ command: addImport(app, desk, palette), category: CATEGORY });
    },
  };
}

function addPanel(shared: Shared, app: App, restorer: Restorer | null): Desk {
  const look = document.createElement("style");
  look.textContent = style;
  document.head.append(look);
  const desk = new Desk(app, server(shared, app.serviceManager.serverSettings));
  const widget = new shared["@lumino/widgets"].Widget({ node: new Panel(desk).node });
  widget.id = PANEL;
  widget.title.caption = CATEGORY;
  widget.title.iconClass = `${MARK} jp-SideBar-tabIcon`;
  app.shell.add(widget, "left", { rank: 300 });
  restorer?.add(widget, PANEL);
  desk.show = () => app.shell.activateById(PANEL);
  return desk;
}

function addImport(app: App, desk: Desk, palette: Palette | null): string {
  const command = "mindzie:import";
  app.commands.addCommand(command, {
    label: "Import a log",
    caption: "Import an event log from a file or a database, by clicks",
    iconClass: MARK,
    describedBy: A_FOLDER,
    execute: ({ cwd }: Given) => desk.importLog(cwd),
  });
  palette?.addItem({ command, category: CATEGORY });
  return command;
}

function addCommands(app: App, desk: Desk, palette: Palette | null): void {
  const isEnabled = () => desk.notebook !== undefined;
  const add = (id: string, label: string, caption: string, execute: () => unknown, enabled = true) => {
    const more = enabled ? {} : { isEnabled };
    app.commands.addCommand(id, { label, caption, describedBy: NO_ARGUMENTS, execute, ...more });
    palette?.addItem({ command: id, category: CATEGORY });
  };
  add("mindzie:show", "Show the workspace", "Show the panel of the workspace", () => desk.show());
  add(
    "mindzie:run-notebook",
    "Run as investigation",
    "Save the notebook as an investigation of the workspace, and run that",
    () => desk.runNotebook(),
    false,
  );
  add(
    "mindzie:schedule-notebook",
    "Schedule",
    "Let the notebook run by itself, as an investigation",
    () => desk.scheduleNotebook(),
    false,
  );
  add(
    "mindzie:publish-notebook",
    "Publish",
    "Show the notebook as a dashboard, to people who see no code",
    () => desk.publishNotebook(),
    false,
  );
}
