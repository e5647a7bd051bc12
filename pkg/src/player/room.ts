/** How much height a page leaves the element: its `height`, its `max-height`, or the grid it is stretched in. */

/** Sides of the element's box that are not its content. */
const EDGES = ["paddingTop", "paddingBottom", "borderTopWidth", "borderBottomWidth"] as const;

/**
 * Tells how many pixels higher (or, below 0, lower) what is inside may be, now and whenever that changes; `undefined`
 * where nothing bounds it. Ends when the function it gives is called.
 */
export function watchRoom(host: HTMLElement, content: HTMLElement, tell: (sparePx: number | undefined) => void): () => void {
  let limit: number | undefined;
  let frame = 0;
  const look = (): void => {
    frame = 0;
    const style = getComputedStyle(host);
    const edges = EDGES.reduce((sum, edge) => sum + parseFloat(style[edge]), 0);
    const own = host.getBoundingClientRect().height - edges;
    const inside = content.getBoundingClientRect().height;
    if (own < 1) return;
    const most = style.maxHeight.endsWith("px") ? parseFloat(style.maxHeight) - (style.boxSizing === "border-box" ? edges : 0) : undefined;
    if (Math.abs(own - inside) > 1) limit = own;
    else if (most !== undefined) limit = most;
    // As high as what is inside: by chance, or because that was told to be so high.
    else if (limit !== undefined && Math.abs(own - limit) > 1) limit = undefined;
    tell(limit === undefined ? undefined : Math.floor(limit - inside));
  };
  // Not at once: what is told changes what is watched.
  const soon = (): void => void (frame ||= requestAnimationFrame(look));
  const observer = new ResizeObserver(soon);
  observer.observe(host);
  observer.observe(content);
  // A greater `max-height` changes no size by itself.
  const styles = new MutationObserver(soon);
  styles.observe(host, { attributeFilter: ["style", "class"] });
  addEventListener("resize", soon);
  return () => {
    observer.disconnect();
    styles.disconnect();
    removeEventListener("resize", soon);
    cancelAnimationFrame(frame);
  };
}
