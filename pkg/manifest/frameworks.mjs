// Types of the elements for frameworks, made of the manifest: `timeside/react`, `timeside/vue`, `timeside/svelte`.

/** Names of attributes that differ as properties of JSX. */
const camel = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());

const own = (declaration, more) =>
  declaration.attributes
    .map(({ name, type, description }) => `  /** ${description} */\n  ${camel(name)}?: ${type.text === "number" ? "number | string" : type.text}${more[name] ? ` | ${more[name]}` : ""} | undefined;`)
    .join("\n");

const listeners = (declaration, prefix, map) =>
  declaration.events
    .map(({ name, type, description }) => {
      const event = map ? `${map}["${name}"]` : type.text;
      return `  /** ${description} */\n  "${prefix}${name}"?: ((event: ${event}) => void) | undefined;`;
    })
    .join("\n");

/** What properties take beside the text of their attribute. */
const RICHER = {
  "timeside-player": { analyzers: "Step[]", annotations: "AnnotationDocument | Annotation[]" },
  "timeside-chart": {},
};

const imports = `import type { AnalyzerResult, Annotation, AnnotationDocument, Step } from "./index.js";
import type { TimesideChart, TimesidePlayer, TimesidePlayerEventMap } from "./player.js";

export * from "./player.js";
`;

function interfaces(manifest, prefix) {
  const [player, chart] = manifest.modules[0].declarations;
  return `/** Attributes, properties and events of \`<timeside-player>\`. */
export interface TimesidePlayerProps {
${own(player, RICHER["timeside-player"])}
${listeners(player, prefix, "TimesidePlayerEventMap")}
}

/** Attributes, properties and events of \`<timeside-chart>\`. */
export interface TimesideChartProps {
${own(chart, RICHER["timeside-chart"])}
  /** What is drawn. */
  result?: AnalyzerResult | null | undefined;
${listeners(chart, prefix)}
}
`;
}

/** Declaration files by name. */
export function frameworkTypes(manifest) {
  return {
    "react.d.ts": `/** \`import "timeside/react"\` defines the elements and tells JSX (React 19) of them. */
import type { DetailedHTMLProps, HTMLAttributes } from "react";
${imports}
${interfaces(manifest, "on")}
declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "timeside-player": Omit<DetailedHTMLProps<HTMLAttributes<TimesidePlayer>, TimesidePlayer>, keyof TimesidePlayerProps> & TimesidePlayerProps;
      "timeside-chart": Omit<DetailedHTMLProps<HTMLAttributes<TimesideChart>, TimesideChart>, keyof TimesideChartProps> & TimesideChartProps;
    }
  }
}
`,
    "vue.d.ts": `/** \`import "timeside/vue"\` defines the elements and tells Vue's templates of them. */
import type { DefineComponent, HTMLAttributes } from "vue";
${imports}
${interfaces(manifest, "on").replace(/"on([a-z])/g, (_, letter) => `"on${letter.toUpperCase()}`)}
declare module "vue" {
  interface GlobalComponents {
    "timeside-player": DefineComponent<TimesidePlayerProps & Omit<HTMLAttributes, keyof TimesidePlayerProps>>;
    "timeside-chart": DefineComponent<TimesideChartProps & Omit<HTMLAttributes, keyof TimesideChartProps>>;
  }
}
`,
    "svelte.d.ts": `/** \`import "timeside/svelte"\` defines the elements and tells Svelte's templates (5) of them. */
import type { HTMLAttributes } from "svelte/elements";
${imports}
${interfaces(manifest, "on")}
declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "timeside-player": Omit<HTMLAttributes<TimesidePlayer>, keyof TimesidePlayerProps> & TimesidePlayerProps;
    "timeside-chart": Omit<HTMLAttributes<TimesideChart>, keyof TimesideChartProps> & TimesideChartProps;
  }
}
`,
  };
}
