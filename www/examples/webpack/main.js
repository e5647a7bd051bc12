import "timeside/player";

const player = document.querySelector("timeside-player");
player.addEventListener("ready", async ({ detail: { media } }) => {
  const results = await media.run("level");
  document.querySelector("output").textContent = `${results.get("level.rms").data[0].toFixed(2)} dBFS`;
});
