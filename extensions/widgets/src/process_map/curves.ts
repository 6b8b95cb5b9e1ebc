import type { Point } from "./types";

/** A chain of cubic Bézier curves: 3 n + 1 control points. */
export type Curve = Point[];

export function curve(flat: number[]): Curve {
  return Array.from({ length: flat.length / 2 }, (_, i) => [
    flat[2 * i] as number,
    flat[2 * i + 1] as number,
  ]);
}

function between(a: Point, b: Point, part: number): Point {
  return [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part];
}

/** The same line in one more piece: its longest one is halved. */
function halved(line: Curve): Curve {
  let longest = 0;
  let length = -1;
  for (let i = 0; i + 3 < line.length; i += 3) {
    const [a, d] = [line[i] as Point, line[i + 3] as Point];
    const here = Math.hypot(d[0] - a[0], d[1] - a[1]);
    if (here > length) [longest, length] = [i, here];
  }
  const [a, b, c, d] = line.slice(longest, longest + 4) as [Point, Point, Point, Point];
  const [ab, bc, cd] = [between(a, b, 0.5), between(b, c, 0.5), between(c, d, 0.5)];
  const [abc, bcd] = [between(ab, bc, 0.5), between(bc, cd, 0.5)];
  return [
    ...line.slice(0, longest),
    a,
    ab,
    abc,
    between(abc, bcd, 0.5),
    bcd,
    cd,
    d,
    ...line.slice(longest + 4),
  ];
}

/** How one line becomes another, both cut into equally many pieces. */
export function morph(from: Curve, to: Curve): (part: number) => Curve {
  let [first, last] = [from, to];
  while (first.length < last.length) first = halved(first);
  while (last.length < first.length) last = halved(last);
  return (part) => (part >= 1 ? to : first.map((point, i) => between(point, last[i] as Point, part)));
}

function at([x, y]: Point): string {
  return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
}

/** SVG path data of a line, which ends inside its arrow head, and of the head. */
export function arrow(line: Curve, width: number): { line: string; head: string } {
  const [before, tip] = line.slice(-2) as [Point, Point];
  const span = Math.hypot(tip[0] - before[0], tip[1] - before[1]) || 1;
  const [ux, uy] = [(tip[0] - before[0]) / span, (tip[1] - before[1]) / span];
  const [length, half] = [6 + width, 2.6 + 0.6 * width];
  const base: Point = [tip[0] - ux * length, tip[1] - uy * length];
  const body = [...line.slice(0, -1), [tip[0] - ux * length * 0.8, tip[1] - uy * length * 0.8] as Point];
  const pieces = [`M${at(body[0] as Point)}`];
  for (let i = 1; i + 2 < body.length; i += 3) {
    pieces.push(
      `C${body
        .slice(i, i + 3)
        .map(at)
        .join(" ")}`,
    );
  }
  const left: Point = [base[0] - uy * half, base[1] + ux * half];
  const right: Point = [base[0] + uy * half, base[1] - ux * half];
  return { line: pieces.join(""), head: `M${at(tip)}L${at(left)}L${at(right)}Z` };
}
