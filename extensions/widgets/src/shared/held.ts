/**
 * Redraws that wait while the reader holds something down: a button drawn anew between press and release
 * would never hear of its click. Sliders are drawn as they move.
 */
export function whenReleased(root: HTMLElement, signal: AbortSignal): (draw: () => void) => () => void {
  const due = new Set<() => void>();
  let held = false;
  const press = (event: PointerEvent) => {
    held = event.button === 0 && !(event.composedPath()[0] instanceof HTMLInputElement);
  };
  const release = () => {
    if (!held) return;
    // After the click, which comes right after the release.
    setTimeout(() => {
      held = false;
      for (const draw of due) draw();
      due.clear();
    });
  };
  root.addEventListener("pointerdown", press, { signal, capture: true });
  for (const end of ["pointerup", "pointercancel"])
    window.addEventListener(end, release, { signal, capture: true });
  return (draw) => () => {
    if (held) due.add(draw);
    else draw();
  };
}
