const MILLISECONDS = 220;

/** Run a change from 0 to 1, eased; at once where the reader prefers less motion. Returns how to stop it. */
export function tween(step: (part: number) => void, done: () => void = () => {}): () => void {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches || document.hidden) {
    step(1);
    done();
    return () => {};
  }
  const start = performance.now();
  let frame = requestAnimationFrame(function next(now) {
    const part = Math.min(Math.max((now - start) / MILLISECONDS, 0), 1);
    step(1 - (1 - part) ** 3);
    if (part < 1) frame = requestAnimationFrame(next);
    else done();
  });
  return () => cancelAnimationFrame(frame);
}
