import { type Model, onChange } from "../shared/model";

/** An answer of Python to a message of this page. */
interface Answer {
  seq: number;
  page: string;
  id: number;
  result?: unknown;
  error?: string;
  cancelled?: boolean;
}

export interface Post {
  asked: { page: string; got: number; messages: Message[] } | null;
  told: Answer[];
}

type Message = { id: number } & Record<string, unknown>;
type Waiting = { resolve: (value: never) => void; reject: (error: Error) => void };

/** Work that nobody waits for any more. */
export class Cancelled extends Error {}

/** Questions and commands to Python over two values of the model; what was not answered is sent again. */
export class Channel {
  private readonly page = Math.random().toString(36).slice(2, 12);
  private readonly waiting = new Map<number, Waiting>();
  private readonly secrets = new Set<number>();
  private open: Message[] = [];
  private last = 0;
  private got = 0;

  constructor(
    private readonly model: Model<Post>,
    signal: AbortSignal,
  ) {
    onChange(model, ["told"], () => this.hear(), signal);
  }

  /** Send a message; the promise fails with what Python says. A secret one leaves the model as soon as it is answered. */
  ask<Result>(message: Record<string, unknown>, secret = false): Promise<Result> {
    this.last += 1;
    const id = this.last;
    this.open.push({ id, ...message });
    if (secret) this.secrets.add(id);
    this.send();
    return new Promise<Result>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (value: never) => void, reject });
    });
  }

  private send(): void {
    this.model.set("asked", { page: this.page, got: this.got, messages: [...this.open] });
    this.model.save_changes();
  }

  private hear(): void {
    let secret = false;
    const answers = this.model.get("told").filter((told) => told.page === this.page && told.seq > this.got);
    for (const answer of answers) {
      this.got = answer.seq;
      secret = this.secrets.delete(answer.id) || secret;
      this.open = this.open.filter((message) => message.id !== answer.id);
      const waiting = this.waiting.get(answer.id);
      this.waiting.delete(answer.id);
      if (answer.error === undefined) waiting?.resolve(answer.result as never);
      else waiting?.reject(new (answer.cancelled ? Cancelled : Error)(answer.error));
    }
    // Values of widgets are saved with notebooks.
    if (secret) this.send();
  }
}
