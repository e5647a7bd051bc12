import type { Words } from "../player/given-languages.js";

const words: Words = {
  player: {
    play: "Reproducir",
  },
  workbench: {},
};
export default words;
