/** Tell styles how much room JupyterLab has for an output, as `--mz-host`; elsewhere that of the window counts. */
export function fitHost(root: HTMLElement, signal: AbortSignal): void {
  let host: Element | null = null;
  const resize = new ResizeObserver(() => {
    // Outputs are made before they are shown: only now is it known where.
    if (!host) {
      host = root.closest(".jp-WindowedPanel-outer");
      if (host) resize.observe(host);
    }
    if (host) root.style.setProperty("--mz-host", `${host.clientHeight}px`);
  });
  resize.observe(root);
  signal.addEventListener("abort", () => resize.disconnect());
}
