import { ask } from "./dialog";
import type { App, Context, Tab } from "./jupyter";
import { type Kept, keepForm, publishForm } from "./notebook_forms";
import { restored } from "./restored";
import { runForm } from "./run_form";
import { scheduleForm } from "./schedule_form";
import type { Ask } from "./server";
import type { Opened } from "./types";

const MARK = "mindzie";

/** What the panel and the toolbar do: each act says on the panel what went wrong, and lets it look again. */
export class Desk {
  /** Told after each act: nothing, what is to be known, or what went wrong. */
  after: (words: string, isWrong: boolean) => void = () => {};
  /** Bring the panel forward. */
  show: () => void = () => {};

  constructor(
    private readonly app: App,
    readonly server: Ask,
  ) {}

  act(name: string, said: Record<string, unknown>): Promise<void> {
    return this.tried(() => this.server(name, said));
  }

  open(name: string, said: Record<string, unknown>): Promise<void> {
    return this.tried(async () => {
      const place = await this.server<{ path: string; changed: boolean; url?: string }>(name, said);
      if (place.url) window.open(place.url, "_blank", "noopener");
      else await this.app.commands.execute("docmanager:open", { path: place.path });
      return place.changed
        ? `${place.path} differs from what the workspace has: Run above it saves it there.`
        : "";
    });
  }

  /** Open a new notebook with the import wizard, and run it. */
  importLog(folder = ""): Promise<void> {
    return this.tried(async () => {
      const { commands, shell } = this.app;
      const { path } = await this.server<{ path: string }>("open_import", { folder });
      const tab = (await commands.execute("docmanager:open", { path })) as Tab | undefined;
      if (!tab) return;
      await Promise.all([tab.revealed, tab.sessionContext.ready, restored(tab.sessionContext)]);
      shell.activateById(tab.id); // another may be in front meanwhile
      await commands.execute("notebook:run-all-cells");
    }, true);
  }

  report(run: string): void {
    const { baseUrl } = this.app.serviceManager.serverSettings;
    window.open(`${baseUrl}mindzie/reports/${run}`, "_blank", "noopener");
  }

  run(investigation: string): Promise<void> {
    return this.tried(async () => {
      if (await runForm(this.server, investigation)) this.show();
    });
  }

  schedule(investigation: string): Promise<void> {
    return this.tried(() => scheduleForm(this.server, investigation));
  }

  publishInvestigation(investigation: string): Promise<void> {
    return this.tried(async () => {
      const { path } = await this.server<{ path: string }>("open_investigation", { investigation });
      await publishForm(this.server, path);
    });
  }

  removeSchedule(schedule: string, name: string): Promise<void> {
    return this.tried(() =>
      ask({
        title: "Remove the schedule",
        words: `${name} runs no more by itself; its runs stay.`,
        body: [],
        action: "Remove",
        act: async () => {
          await this.server("steer_schedule", { schedule, act: "delete" });
          return undefined;
        },
      }),
    );
  }

  /** The notebook in front, where one is. */
  get notebook(): Context | undefined {
    const context = this.app.shell.currentWidget?.context;
    return context?.path.endsWith(".ipynb") ? context : undefined;
  }

  runNotebook(): Promise<void> {
    return this.withInvestigation(async (id) => {
      if (await runForm(this.server, id)) this.show();
    });
  }

  scheduleNotebook(): Promise<void> {
    return this.withInvestigation((id) => scheduleForm(this.server, id));
  }

  publishNotebook(): Promise<void> {
    return this.tried(async () => {
      const context = this.notebook;
      if (!context) return;
      await context.save();
      await publishForm(this.server, context.path);
    }, true);
  }

  /** Keep the notebook in front as its investigation, or as a new one, and go on with that. */
  private withInvestigation(then: (id: string) => Promise<unknown>): Promise<void> {
    return this.tried(async () => {
      const context = this.notebook;
      if (!context) return;
      await context.save();
      const { path } = context;
      const opened = await this.server<Opened>("opened", { path });
      const kept = opened.investigation
        ? await this.server<Kept>("keep", { path })
        : await keepForm(this.server, path, opened);
      if (!kept) return;
      const before = context.model.getMetadata?.(MARK) as Record<string, unknown> | undefined;
      context.model.setMetadata?.(MARK, { ...before, ...kept.mark });
      await context.save();
      await then(kept.investigation);
    }, true);
  }

  private async tried(act: () => Promise<unknown>, aloud = false): Promise<void> {
    try {
      const words = await act();
      this.after(typeof words === "string" ? words : "", false);
    } catch (error) {
      if (aloud) this.show();
      this.after((error as Error).message, true);
    }
  }
}
