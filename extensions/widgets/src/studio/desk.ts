import type { Channel } from "../table/channel";
import type { Form, Operation, Shown } from "./types";

/** What every part of the studio works with: questions, commands, what is shown, and the forms. */
export class Desk {
  private readonly forms = new Map<string, Promise<Form[]>>();

  constructor(
    private readonly channel: Channel,
    readonly shown: () => Shown,
    private readonly complain: (message: string) => void,
  ) {}

  /** Ask what changes nothing. */
  async ask<Value>(message: Record<string, unknown>): Promise<Value> {
    const { value } = await this.channel.ask<{ version: number; value: Value }>(message);
    return value;
  }

  /** Ask for the code as text. */
  code(): Promise<string> {
    return this.channel.ask<string>({ do: "code" });
  }

  /** Change something; fails with what does not fit. */
  command(message: Record<string, unknown>): Promise<unknown> {
    return this.channel.ask(message);
  }

  /** Change something where no form can say what went wrong. */
  act(message: Record<string, unknown>): void {
    this.command(message).catch((error: Error) => this.complain(error.message));
  }

  /** Add a filter that a click made. */
  addFilter(op: string, settings: Record<string, unknown>): void {
    this.act({ do: "add_filter", operation: { kind: "filter", op, settings } satisfies Operation });
  }

  catalogue(kind: string): Promise<Form[]> {
    const known = this.forms.get(kind);
    if (known) return known;
    const asked = this.ask<Form[]>({ do: "catalogue", kind });
    this.forms.set(kind, asked);
    asked.catch(() => this.forms.delete(kind));
    return asked;
  }

  async formOf(operation: Operation): Promise<Form> {
    const form = (await this.catalogue(operation.kind)).find((known) => known.op === operation.op);
    if (!form) throw new Error(`There is no ${operation.kind} ${operation.op} here.`);
    return form;
  }
}
