// A server renders a page with the element in it. The import touches no window; in the browser it begins to live.
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import "timeside/react";

export function page(recording) {
  const player = createElement("timeside-player", { src: recording, layers: "waveform", controls: true });
  const markup = renderToString(createElement("main", null, createElement("h1", null, "A recording"), player));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>TimeSide, rendered by a server</title>
<link rel="icon" href="data:,">
<script type="module" src="/timeside/player.js"></script>
${markup}
</html>
`;
}

if (process.argv[1] === new URL(import.meta.url).pathname) console.log(page("/recording/timeside.mp3"));
