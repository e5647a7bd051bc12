import type { Words } from "../player/given-languages.js";

const words: Words = {
  player: {
    play: "Abspielen",
  },
  workbench: {},
};
export default words;
