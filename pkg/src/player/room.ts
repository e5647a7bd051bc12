/** How much height a page leaves the element: its `height`, its `max-height`, or the grid it is stretched in. */

/** Sides of the element's box that are not its content. */
const EDGES = ["paddingTop", "paddingBottom", "borderTopWidth", "borderBottomWidth"] as const;

/** Two heights that no page has, pixels. */
const PROBES = [200_000, 300_000] as const;

/**
 * How high the box of the element may be where its `max-height` is of a percentage, pixels; none where nothing
 * bounds it. Of what a percentage is, and whether of anything, the browser alone knows: so the element is
 * made higher than all pages, and back before anything is painted.
 */
function mostHigh(host: HTMLElement): number | undefined {
  const root = host.shadowRoot;
  if (!root) return undefined;
  const before = [...root.adoptedStyleSheets];
  const scroll = host.scrollTop;
  const sheet = new CSSStyleSheet();
  root.adoptedStyleSheets = [...before, sheet];
  const [a, b] = PROBES.map((px) => {
    sheet.replaceSync(`:host{height:${px}px!important;flex-shrink:0!important;transition:none!important}`);
    return host.getBoundingClientRect().height;
  });
  root.adoptedStyleSheets = before;
  host.scrollTop = scroll;
  // What grows with the element bounds nothing.
  return a !== undefined && a === b && a < PROBES[0] ? a : undefined;
}

/**
 * Tells how many pixels higher (or, below 0, lower) what is inside may be, now and whenever that changes; `undefined`
 * where nothing bounds it. Ends when the function it gives is called.
 */
export function watchRoom(host: HTMLElement, content: HTMLElement, tell: (sparePx: number | undefined) => void): () => void {
  let limit: number | undefined;
  /** Is the limit that of `max-height`? */
  let isMost = false;
  let frame = 0;
  /** What the last bound was found from, and the bound. */
  let found = { from: "", most: undefined as number | undefined };
  let around: Element | null = null;
  const bound = ({ maxHeight, boxSizing, display }: CSSStyleDeclaration, edges: number): number | undefined => {
    if (!maxHeight.includes("%") && !maxHeight.endsWith("px")) return undefined;
    if (/^[\d.]+px$/.test(maxHeight)) return parseFloat(maxHeight) - (boxSizing === "border-box" ? edges : 0);
    const from = [maxHeight, boxSizing, display, edges, innerHeight, around?.clientHeight].join();
    if (from !== found.from) {
      const most = mostHigh(host);
      found = { from, most: most === undefined ? undefined : most - edges };
    }
    return found.most;
  };
  const look = (): void => {
    frame = 0;
    const style = getComputedStyle(host);
    const edges = EDGES.reduce((sum, edge) => sum + parseFloat(style[edge]), 0);
    const own = host.getBoundingClientRect().height - edges;
    const inside = content.getBoundingClientRect().height;
    if (own < 1) return;
    watchAround();
    const most = bound(style, edges);
    if (Math.abs(own - inside) > 1) limit = own;
    else if (most !== undefined) limit = most;
    // As high as what is inside: by chance, or because that was told to be so high.
    else if (isMost || (limit !== undefined && Math.abs(own - limit) > 1)) limit = undefined;
    isMost = most !== undefined && limit === most;
    tell(limit === undefined ? undefined : Math.floor(limit - inside));
  };
  /** Of the height around it a percentage may be. */
  const watchAround = (): void => {
    const now = host.assignedSlot?.parentElement ?? host.parentElement ?? (host.getRootNode() as Partial<ShadowRoot>).host ?? null;
    if (now === around) return;
    if (around) observer.unobserve(around);
    if (now) observer.observe(now);
    around = now;
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
