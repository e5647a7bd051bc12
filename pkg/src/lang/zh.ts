import type { Words } from "../player/given-languages.js";

const words: Words = {
  player: {
    play: "播放",
  },
  workbench: {},
};
export default words;
