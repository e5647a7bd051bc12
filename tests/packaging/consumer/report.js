/** Leaves in `globalThis.found` what the SDK and the widget came to. */
export async function report(open) {
  const level = async (media) => (await media.run("level")).get("level.rms").data[0];
  try {
    const media = await open("/files/good.wav");
    const player = document.querySelector("timeside-player");
    await customElements.whenDefined("timeside-player");
    while (!player.media) await new Promise((resolve) => setTimeout(resolve, 50));
    globalThis.found = { sdk: await level(media), widget: await level(player.media) };
  } catch (error) {
    globalThis.found = { error: `${error.code}: ${error.message}` };
  }
}
