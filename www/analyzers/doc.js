// The little Markdown that descriptions are written in, as elements: paragraphs, bold, italics, code, links. Everything
// else stays text; nothing is ever parsed as HTML.

const INLINE = /`([^`]+)`|\*\*(.+?)\*\*|\*([^*\s](?:[^*]*[^*\s])?)\*|\[([^\]]+)\]\(([^)\s]+)\)|<?(https?:\/\/[^\s<>)]*[^\s<>).,;:])>?/g;

/** Paragraphs of a text, parted by empty lines. */
export function paragraphs(markdown) {
  return markdown.split(/\n\s*\n/).filter((text) => text.trim()).map((text) => {
    const paragraph = document.createElement("p");
    paragraph.append(...inline(text.replace(/\s*\n\s*/g, " ").trim()));
    return paragraph;
  });
}

/** Nodes of one line. */
export function inline(text) {
  const nodes = [];
  let read = 0;
  for (const found of text.matchAll(INLINE)) {
    const [whole, code, bold, italic, label, target, bare] = found;
    if (found.index > read) nodes.push(text.slice(read, found.index));
    read = found.index + whole.length;
    if (code !== undefined) nodes.push(element("code", code));
    else if (bold !== undefined) nodes.push(element("strong", ...inline(bold)));
    else if (italic !== undefined) nodes.push(element("em", ...inline(italic)));
    else nodes.push(link(target ?? bare, label ?? bare) ?? whole);
  }
  if (read < text.length) nodes.push(text.slice(read));
  return nodes;
}

/** A link to the web; undefined for any other scheme. */
function link(target, label) {
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") return undefined;
  const anchor = element("a", ...inline(label === target ? url.host + url.pathname : label));
  anchor.href = url.href;
  anchor.rel = "noopener noreferrer";
  return anchor;
}

/** An element with its children, or texts. */
export function element(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}
