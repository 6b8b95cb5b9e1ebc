const ISO = /^(-?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** A stored duration as people type it: P3DT4H is 3 d 4 h. */
export function typedDuration(stored: unknown): string {
  const text = String(stored ?? "");
  const parts = ISO.exec(text);
  if (!parts) return text;
  const [, minus, ...amounts] = parts;
  const units = ["w", "d", "h", "min", "s"];
  const said = amounts.map((amount, at) =>
    amount && Number(amount) ? `${minus}${amount} ${units[at]}` : "",
  );
  return said.filter(Boolean).join(" ") || "0 s";
}
