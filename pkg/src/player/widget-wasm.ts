/** The wasm of the widget, made ready. */
import { checkAttribute } from "./attribute-checks.js";
import { packagedWords } from "../languages.js";
import { configuration } from "../player-sdk.js";
import type { TimesidePlayer } from "./element.js";
import { type PanelBridge, Panels } from "./panels.js";
import { Playback } from "./playback.js";
import { Received } from "./received.js";
import { bring, firstHalf } from "./later.js";
import { watchRoom } from "./room.js";
import type { Bridge, Widget } from "./joining.js";
import { snapshot } from "./snapshot.js";
import { takeOut } from "./take-out.js";
import { watchTracks } from "./tracks.js";
import init, { css, mount, unknownLayers } from "../../build/player/timeside_player.js";
import type { Media } from "../types.js";
import { Desk } from "./annotation-desk.js";
import type { DeskHost } from "./joining.js";

export async function load(): Promise<Widget> {
  const { playerWasmUrl: own, playerLaterWasmUrl: later } = configuration();
  const exports = await init({ module_or_path: own ?? new URL("./player.wasm", import.meta.url) });
  const beside = own && new URL("./player-later.wasm", new URL(own, document.baseURI));
  firstHalf(exports, later ?? beside ?? new URL("./player-later.wasm", import.meta.url));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css());
  return {
    sheet,
    words: packagedWords,
    checkAttribute: (element, name) => void checkAttribute(element, name, unknownLayers),
    mount: (root: HTMLElement, bridge: Bridge) => {
      const panels = new Panels(bridge.host as TimesidePlayer);
      let later: ReturnType<typeof setTimeout> | undefined;
      const follow = (): void => {
        later = undefined;
        playback.layersChanged();
      };
      const more: PanelBridge = {
        showPanel: (panel, subject) => panels.showPanel(panel, subject),
        changed: (topic) => {
          panels.changed(topic);
          // An analysis that goes on or ends is a layer that says more.
          if (topic === "layers" || topic === "runs") later ||= setTimeout(follow);
        },
        speak: (tag, words) => panels.speak(tag, words),
        wantResults: () => panels.wantResults(),
        leave: () => {
          leaveRoom();
          panels.leave();
          playback.leave();
        },
      };
      const playback = new Playback(bridge.host as TimesidePlayer, bridge.audio);
      const received = new Received(bridge.host as TimesidePlayer, (error) => handle.warn(error));
      const own = { openFile: (file: File) => received.add(file), pasteText: (text: string) => received.paste(text) };
      const handle = mount(root, { ...bridge, ...more, ...playback.bridge, ...own } as never);
      const leaveRoom = watchRoom(bridge.host, root.parentElement ?? root, (px) => handle.spareHeight(px));
      panels.attach(handle);
      playback.attach(handle);
      bridge.works(playback);
      takeOut(bridge.audio);
      const come = (): void => void bring().catch((error: unknown) => handle.warn(error));
      // A hand or the keyboard comes near.
      for (const name of ["pointerenter", "pointerdown", "focusin"]) bridge.host.addEventListener(name, come, { once: true });
      if (["analyzers", "annotations", "wrap"].some((name) => bridge.host.hasAttribute(name))) come();
      return handle;
    },
    desk: (host: DeskHost, media: Media) => new Desk(host, media),
    watchTracks,
    bring,
    snapshot: async (root, handle, options) => {
      await bring();
      return snapshot(root, handle, options);
    },
  };
}
