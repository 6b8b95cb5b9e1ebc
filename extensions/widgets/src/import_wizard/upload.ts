import type { Desk } from "./types";

const PIECE = 196_608;

/** Sends a file piece by piece; each waits for the one before, so that nothing piles up. */
export class Upload {
  private stopped = false;

  constructor(
    private readonly desk: Desk,
    private readonly file: File,
  ) {}

  stop(): void {
    this.stopped = true;
  }

  /** Send it; says the share that has come. Fails with what Python says; false where it was stopped. */
  async send(tell: (part: number) => void): Promise<boolean> {
    const { name, size } = this.file;
    await this.desk.ask({ do: "upload", name, size });
    let offset = 0;
    while (offset < size) {
      if (this.stopped) return false;
      const piece = new Uint8Array(await this.file.slice(offset, offset + PIECE).arrayBuffer());
      const { received } = await this.desk.ask<{ received: number }>({
        do: "piece",
        offset,
        data: inBase64(piece),
      });
      offset = received;
      tell(offset / size);
    }
    return true;
  }
}

function inBase64(bytes: Uint8Array): string {
  let text = "";
  // In parts: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}
