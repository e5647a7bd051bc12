import type { Words } from "../player/given-languages.js";

const words: Words = {
  player: {
    play: "تشغيل",
  },
  workbench: {},
};
export default words;
