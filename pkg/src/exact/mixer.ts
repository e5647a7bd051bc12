/** Volume, and gain, mute and solo of each channel, as the factors that the audio thread multiplies by. */
import { badParameter } from "../errors.js";
import type { ChannelState } from "../types.js";

export class Mixer {
  volume = 1;
  isMuted = false;
  readonly #channels: { gain: number; muted: boolean; solo: boolean }[];
  readonly #share: number;

  /** `share` is below 1 where several channels are folded into one output. */
  constructor(channels: number, share: number) {
    this.#channels = Array.from({ length: channels }, () => ({ gain: 1, muted: false, solo: false }));
    this.#share = share;
  }

  get channels(): ChannelState[] {
    return this.#channels.map((channel) => ({ ...channel }));
  }

  set(index: number, { gain, muted, solo }: Partial<ChannelState>): void {
    const channel = this.#channels[index];
    if (!channel) throw badParameter("setChannel", "channel", `must be a whole number below ${this.#channels.length}, not ${String(index)}`);
    if (gain !== undefined && !(Number.isFinite(gain) && gain >= 0)) throw badParameter("setChannel", "gain", `must be a factor from 0, not ${String(gain)}`);
    if (gain !== undefined) channel.gain = gain;
    if (muted !== undefined) channel.muted = Boolean(muted);
    if (solo !== undefined) channel.solo = Boolean(solo);
  }

  /** One factor per channel. */
  gains(): number[] {
    const hasSolo = this.#channels.some(({ solo }) => solo);
    const sounds = (channel: ChannelState): boolean => !channel.muted && (!hasSolo || channel.solo);
    // What is folded shares the room among those that sound.
    const share = this.#share === 1 ? 1 : 1 / Math.max(1, this.#channels.filter(sounds).length);
    const volume = this.isMuted ? 0 : this.volume * share;
    return this.#channels.map((channel) => (sounds(channel) ? channel.gain * volume : 0));
  }
}
