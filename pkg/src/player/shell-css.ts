/** The tokens of `<timeside-player>` and what is seen before its wasm has arrived. Each `--timeside-*` property may be
 * set on the element or any ancestor; the private `--_*` ones that everything inside uses fall back to the theme. */
const tokens = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([name, value]) => `--_${name}:var(--timeside-${name},${value});`)
    .join("");

const LIGHT = tokens({
  bg: "#ffffff",
  surface: "#fdfdfc",
  line: "#e3e2de",
  text: "#1d1c1a",
  "text-dim": "#65635d",
  accent: "#b8400e",
  "accent-text": "#ffffff",
  wave: "#8d8b85",
  "wave-rms": "#3b3a37",
  "wave-played": "#e09a76",
  clip: "#d0021b",
  cursor: "#b8400e",
  selection: "rgb(184 64 14 / 14%)",
  focus: "#1f5fd0",
  // OKLCH lightness 0.55, hues apart for every kind of eye.
  "tier-1": "#2f6fb7",
  "tier-2": "#a9610a",
  "tier-3": "#2a7f5d",
  "tier-4": "#a64a94",
  "tier-5": "#5f7714",
  "tier-6": "#7a5cc0",
  "tier-7": "#bb4a55",
  "tier-8": "#127f92",
});

const DARK = tokens({
  bg: "#161615",
  surface: "#111110",
  line: "#2f2e2c",
  text: "#ecebe7",
  "text-dim": "#a3a19a",
  accent: "#ff9460",
  "accent-text": "#1a0d06",
  wave: "#77756f",
  "wave-rms": "#d5d3cc",
  "wave-played": "#a85f38",
  clip: "#ff5a5f",
  cursor: "#ff9460",
  selection: "rgb(255 148 96 / 20%)",
  focus: "#8ab4ff",
  "tier-1": "#7fb2f5",
  "tier-2": "#e5a254",
  "tier-3": "#6cc39d",
  "tier-4": "#e08fce",
  "tier-5": "#a5bd5c",
  "tier-6": "#b9a0fa",
  "tier-7": "#fb939a",
  "tier-8": "#5bc3d8",
});

const FORCED = tokens({
  bg: "Canvas",
  surface: "Canvas",
  line: "GrayText",
  text: "CanvasText",
  "text-dim": "CanvasText",
  accent: "Highlight",
  "accent-text": "HighlightText",
  wave: "GrayText",
  "wave-rms": "CanvasText",
  "wave-played": "Highlight",
  clip: "CanvasText",
  cursor: "CanvasText",
  selection: "Highlight",
  focus: "Highlight",
});

const DERIVED = `
--_wave-played-rms:var(--timeside-wave-played-rms,var(--_accent));
--_hover:color-mix(in srgb,var(--_text) 8%,transparent);
--_accent-soft:color-mix(in srgb,var(--_accent) 12%,transparent);
--_accent-strong:color-mix(in srgb,var(--_accent) 86%,var(--_text));
--_line-strong:color-mix(in srgb,var(--_text) 30%,var(--_line));
--_error:var(--_clip);
--_font:var(--timeside-font,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif);
--_radius:var(--timeside-radius,8px);`;

/** The tokens alone, for every element of the house. */
export const TOKENS_CSS = `
:host{color-scheme:light;${LIGHT}${DERIVED}}
:host([theme="dark"]){color-scheme:dark;${DARK}}
@media (prefers-color-scheme:dark){:host(:not([theme="light"])){color-scheme:dark;${DARK}}}
@media (forced-colors:active){:host{${FORCED}}}
`;

export const SHELL_CSS = `
${TOKENS_CSS}
:host{display:block;contain:content;overflow:hidden auto}
:host([hidden]){display:none}
#frame{container-type:inline-size}
#ui{--_legend:144px}
@container (max-width:639.98px){#ui{--_legend:0px}}
#native{box-sizing:border-box;border:1px solid var(--_line);border-radius:var(--_radius);background:var(--_surface);display:flex;align-items:flex-end}
#native[hidden]{display:none}
#native audio,#native ::slotted(audio){width:100%;display:block}
#own-controls{display:flex;flex-wrap:wrap;align-items:center;gap:var(--timeside-gap,8px)}
slot:not([name]){display:none}
`;
