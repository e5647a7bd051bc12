import type { Words } from "../player/given-languages.js";

const words: Words = {
  player: {
    play: "Lecture",
  },
  workbench: {},
};
export default words;
