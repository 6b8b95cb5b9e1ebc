const CALENDAR = new Map([
  ["hours", "Hours"],
  ["country", "Holidays"],
  ["region", "Region"],
  ["closures", "More free days"],
  ["extra_days", "More working days"],
  ["time_zone", "Time zone"],
]);

/** What is wrong with an operation, its settings called as the form calls them. */
export function labelled(message: string, op: string, labels: Map<string, string>): string {
  return message
    .split("\n")
    .map((line) => {
      const said = line.startsWith(`${op}: `) ? line.slice(op.length + 2) : line;
      const own = called(said, labels);
      const [, days] = /^[^:]*: working calendar: (.*)$/s.exec(own) ?? [];
      return days === undefined ? own : called(days, CALENDAR);
    })
    .join("\n");
}

/** A line that begins with the name of a setting, or of something in it, with its label in place of the name. */
function called(line: string, labels: Map<string, string>): string {
  const [, name = "", rest = ""] = /^(\w+)(?:\.[\w.]+)?(:? .*)$/s.exec(line) ?? [];
  const label = labels.get(name);
  return label === undefined ? line : `${label}${rest}`;
}
