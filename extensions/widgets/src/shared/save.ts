import { h } from "./dom";

/** Offer a text as a file. */
export function saveText(name: string, text: string, type = "text/csv"): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  h("a", { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}
