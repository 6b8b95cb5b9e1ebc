import { count, counted, duration } from "../shared/words";
import type { Progress, State } from "./types";

const TICK = 500;
const LEFT = " left";

/** What is known of an import at work, said anew twice a second: time passes between two reports. */
export class Pulse {
  private busy: State["busy"] = {};
  private begun = 0;
  private told = 0;
  private news = "";
  private timer = 0;

  constructor(
    private readonly show: (busy: State["busy"]) => void,
    private readonly signal: AbortSignal,
  ) {
    signal.addEventListener("abort", () => clearInterval(this.timer));
  }

  hear(busy: State["busy"]): void {
    const now = performance.now();
    if (!this.busy.kind && !this.busy.words) this.begun = now;
    const news = JSON.stringify(busy.figures ?? {});
    if (news !== this.news) this.told = now;
    this.news = news;
    this.busy = busy;
    const works = Boolean(busy.kind || busy.words);
    clearInterval(this.timer);
    if (works && !this.signal.aborted) this.timer = window.setInterval(() => this.draw(), TICK);
    this.draw();
  }

  private draw(): void {
    const { words, figures } = this.busy;
    if (!words) {
      this.show(this.busy);
      return;
    }
    const now = performance.now();
    const parts = said(figures ?? {}, (now - this.told) / 1000);
    const spent = Math.round((now - this.begun) / 1000);
    if (spent && !parts.some((part) => part.endsWith(LEFT))) parts.push(`${duration(spent)} so far`);
    const all = [words, ...parts];
    this.show({ ...this.busy, words: all.join(" · ") });
  }
}

/** Progress in words, so many seconds after it was told. */
export function said(figures: Progress | Record<string, never>, since: number): string[] {
  if (!("rows_read" in figures)) return [];
  const now = figures as Progress;
  const parts: string[] = [];
  if (now.share) parts.push(`${Math.round(now.share * 100)} % of the file`);
  if (now.rows_read) {
    const all = now.step === "read" && now.rows_expected ? ` of about ${count(now.rows_expected)}` : "";
    parts.push(`${count(now.rows_read)}${all} rows read`);
  }
  if (now.rows_loaded) parts.push(`${count(now.rows_loaded)} loaded`);
  if (now.rows_loaded || now.rows_rejected) parts.push(`${count(now.rows_rejected)} rejected`);
  if (now.rate) parts.push(`${counted(Number(now.rate.toPrecision(2)), "row")}/s`);
  const left = now.seconds_left === null ? 0 : now.seconds_left - since;
  if (left > 0) parts.push(`about ${duration(Math.ceil(left))}${LEFT}`);
  return parts;
}
