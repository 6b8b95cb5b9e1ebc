// Texts of a page's figures that are hard to read: [text, contrast, colour, background].
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a), 1];
  const parent = (at) => at.parentElement ?? (at.getRootNode() instanceof ShadowRoot ? at.getRootNode().host : null);
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = parent(at)) {
      const box = at.classList?.contains("mz-node") ? at.querySelector("rect:not(.mz-ring)") : null;
      const layer = rgba(box ? getComputedStyle(box).fill : getComputedStyle(at).backgroundColor);
      if (layer[3] > 0) layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const light = (color) => {
    const [r, g, b] = color.slice(0, 3).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const poor = [];
  let seen = 0;
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) look(element.shadowRoot);
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
      const figure = element.closest(".mz-root, .mz-still, #mz-page, #rendered_cells");
      if (!own || !figure || element.closest("style, script, option, [disabled], .mz-hidden")) continue;
      if (!element.getClientRects().length || getComputedStyle(element).visibility === "hidden") continue;
      const style = getComputedStyle(element);
      const back = behind(element);
      const color = rgba(element instanceof SVGElement ? style.fill : style.color);
      color[3] *= element instanceof SVGElement ? Number(style.fillOpacity) : 1;
      const ink = over(color, back);
      const [low, high] = [light(ink), light(back)].sort((a, b) => a - b);
      const contrast = (high + 0.05) / (low + 0.05);
      seen += 1;
      const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 600);
      if (contrast < (large ? 3 : 4.5)) {
        poor.push([element.textContent.trim().slice(0, 40), contrast.toFixed(2), ink.join(), back.join(), element.className?.baseVal ?? element.className]);
      }
    }
  };
  look(document);
  return { seen, poor };
}
