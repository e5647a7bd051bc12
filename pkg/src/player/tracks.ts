/** Chapters and markers of the medium, and `<track>` children, as layers that are only read. */
import { parseAnnotations } from "../player-sdk.js";
import type { Media } from "../types.js";
import type { LayerItem } from "./layer-settings.js";
import type { PlayerHandle } from "./joining.js";
import { bring, isMissing } from "./later.js";

/** Larger ones are no subtitles, and are not fetched whole. */
const MAX_BYTES = 32 * 1024 * 1024;

interface Kept {
  id: string;
  /** What it was read for: another address or kind is another track. */
  made: string;
  abort: AbortController;
}

/** Shows them until left; children that come, go or change are followed. */
export function watchTracks(host: HTMLElement, handle: PlayerHandle, media: () => Media | null): { opened(): Promise<void>; leave(): void } {
  const shown = new Map<Element, Kept>();
  const drop = (track: Element): void => {
    const kept = shown.get(track);
    if (!kept) return;
    kept.abort.abort();
    shown.delete(track);
    handle.removeLayer(kept.id);
  };
  const read = (): void => {
    if (!media()) return;
    const tracks = [...host.querySelectorAll<HTMLTrackElement>(":scope > track[src], :scope > audio[slot=media] > track[src]")];
    for (const track of shown.keys()) if (!tracks.includes(track as HTMLTrackElement)) drop(track);
    for (const track of tracks) {
      const made = ["src", "kind", "label", "srclang"].map((name) => track.getAttribute(name) ?? "").join("\n");
      if (shown.get(track)?.made === made) continue;
      drop(track);
      const taken = new Set([...shown.values()].map((kept) => kept.id));
      let number = 1;
      while (taken.has(`track-${number}`)) number++;
      const kept = { id: `track-${number}`, made, abort: new AbortController() };
      shown.set(track, kept);
      void show(host, handle, track, kept);
    }
  };
  const observer = new MutationObserver(read);
  observer.observe(host, { childList: true, subtree: true, attributes: true, attributeFilter: ["src", "kind", "label", "srclang"] });
  return {
    async opened() {
      const opened = media();
      const info = opened?.info;
      if (!info) return;
      const hasAny = info.chapters.length + info.markers.length > 0 || host.querySelector("track");
      if (hasAny) await bring().catch((error: unknown) => handle.warn(error));
      // Left meanwhile, or what draws them did not come.
      if (media() !== opened || (hasAny && isMissing())) return;
      const end = info.duration ?? undefined;
      const chapters = info.chapters.map((chapter, i): LayerItem => ({
        start: chapter.start,
        end: chapter.end ?? info.chapters[i + 1]?.start ?? end ?? chapter.start,
        label: chapter.title,
      }));
      if (chapters.length > 0) handle.addLayer({ id: "chapters", origin: "chapters", kind: "text", items: chapters });
      if (info.markers.length > 0) handle.addLayer({ id: "markers", origin: "markers", kind: kindOf(info.markers), items: [...info.markers] });
      // Layers of tracks went with the recording before.
      for (const track of [...shown.keys()]) drop(track);
      read();
    },
    leave() {
      observer.disconnect();
      for (const { abort } of shown.values()) abort.abort();
      shown.clear();
    },
  };
}

/** Points only are events. */
const kindOf = (items: readonly LayerItem[]): "events" | "text" =>
  items.every(({ start, end }) => end === undefined || end === start) ? "events" : "text";

async function show(host: HTMLElement, handle: PlayerHandle, track: HTMLTrackElement, kept: Kept): Promise<void> {
  const name = track.label || track.getAttribute("kind") || track.srclang || "track";
  try {
    const credentials = host.getAttribute("crossorigin") === "use-credentials" ? "include" : "same-origin";
    const answer = await fetch(track.src, { signal: kept.abort.signal, credentials });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    if (Number(answer.headers.get("content-length")) > MAX_BYTES) throw new Error("it is larger than 32 MB");
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const { annotations } = await parseAnnotations(bytes, formatOf(track.src));
    if (kept.abort.signal.aborted) return;
    handle.addLayer({ id: kept.id, origin: "track", kind: kindOf(annotations), name, items: annotations });
  } catch (error) {
    if (kept.abort.signal.aborted) return;
    // As a browser does: a track that cannot be read is left out, and the page can hear of it.
    track.dispatchEvent(new Event("error"));
    console.warn(`<timeside-player> track ${track.src}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A `<track>` is WebVTT unless its name says otherwise. */
function formatOf(address: string): string | undefined {
  const extension = /\.(\w+)$/.exec(new URL(address, document.baseURI).pathname)?.[1]?.toLowerCase();
  return extension === undefined || extension === "vtt" ? "webvtt" : undefined;
}
