//! A recording in progress (`live_decoder`): samples pushed in at one end, decoders reading at the other.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use timeside_core::{AudioSpec, Block, Decoder, Error, MediaInfo, Result, Warning, time};

/// Frames that are kept, and let go, together.
const CHUNK_FRAMES: usize = 1 << 14;

/// `CHUNK_FRAMES` frames, but for the last.
struct Chunk {
    channels: Vec<Vec<f32>>,
}

struct State {
    chunks: VecDeque<Chunk>,
    /// Chunks let go before the first that is kept.
    dropped: usize,
    frames: i64,
    is_stopped: bool,
    sample_rate: u32,
    channels: usize,
    max_bytes: u64,
}

/// A recording in progress, shared by who pushes samples and by the [`LiveDecoder`]s that read them. Beyond its
/// limit of memory the oldest samples are let go: what has been computed of them stays, they themselves are gone.
#[derive(Clone)]
pub struct Recording {
    state: Rc<RefCell<State>>,
}

impl Recording {
    /// An empty recording of `channels` channels at `sample_rate` Hz that keeps the last `max_bytes` bytes
    /// (4 per sample), at least about a second.
    ///
    /// # Errors
    /// `BadParameter` if there is no channel, or the rate is 0.
    pub fn new(channels: usize, sample_rate: u32, max_bytes: u64) -> Result<Self> {
        if channels == 0 || sample_rate == 0 {
            let reason = format!("is impossible: {channels} channels at {sample_rate} Hz");
            return Err(Error::bad_parameter("live_decoder", "samplerate", reason));
        }
        let state = State {
            chunks: VecDeque::new(),
            dropped: 0,
            frames: 0,
            is_stopped: false,
            sample_rate,
            channels,
            max_bytes,
        };
        Ok(Self {
            state: Rc::new(RefCell::new(state)),
        })
    }

    /// Appends samples, one slice per channel; a channel that is missing or short is silent. Once it is stopped
    /// nothing is appended.
    pub fn push(&self, channels: &[Vec<f32>]) {
        let mut state = self.state.borrow_mut();
        let frames = channels.iter().map(Vec::len).max().unwrap_or(0);
        if state.is_stopped {
            return;
        }
        let mut done = 0;
        while done < frames {
            let filled = (state.frames as usize) % CHUNK_FRAMES;
            if filled == 0 {
                let channels = vec![Vec::with_capacity(CHUNK_FRAMES); state.channels];
                state.chunks.push_back(Chunk { channels });
            }
            let count = (CHUNK_FRAMES - filled).min(frames - done);
            if let Some(chunk) = state.chunks.back_mut() {
                for (c, to) in chunk.channels.iter_mut().enumerate() {
                    let from = channels.get(c).map_or(&[][..], |all| {
                        &all[done.min(all.len())..(done + count).min(all.len())]
                    });
                    to.extend_from_slice(from);
                    to.resize(filled + count, 0.0);
                }
            }
            done += count;
            state.frames += count as i64;
        }
        let chunk_bytes = (CHUNK_FRAMES * state.channels * 4) as u64;
        let kept = (state.max_bytes / chunk_bytes).max(4) as usize;
        while state.chunks.len() > kept {
            state.chunks.pop_front();
            state.dropped += 1;
        }
    }

    /// Ends it: its length is known from now on.
    pub fn stop(&self) {
        self.state.borrow_mut().is_stopped = true;
    }

    /// True once it is stopped.
    pub fn is_stopped(&self) -> bool {
        self.state.borrow().is_stopped
    }

    /// Frames recorded so far, those let go included.
    pub fn frames(&self) -> i64 {
        self.state.borrow().frames
    }

    /// The first frame that is still kept.
    pub fn first_kept_frame(&self) -> i64 {
        (self.state.borrow().dropped * CHUNK_FRAMES) as i64
    }

    /// Bytes of samples that are kept.
    pub fn held_bytes(&self) -> u64 {
        let state = self.state.borrow();
        (state.frames as u64 - (state.dropped * CHUNK_FRAMES) as u64) * state.channels as u64 * 4
    }

    /// A decoder from its first frame.
    pub fn decoder(&self) -> LiveDecoder {
        let mut decoder = LiveDecoder {
            recording: self.clone(),
            info: self.info(),
            next: 0,
        };
        decoder.learn_length();
        decoder
    }

    fn info(&self) -> MediaInfo {
        let state = self.state.borrow();
        MediaInfo {
            name: "live".into(),
            uri: "live_decoder".into(),
            container: "raw".into(),
            codec: "pcm_f32le".into(),
            sample_rate: state.sample_rate,
            channels: state.channels,
            bits_per_sample: Some(32),
            mime_type: "audio/x-raw-float".into(),
            seekable: true,
            live: true,
            ..MediaInfo::default()
        }
    }
}

impl std::fmt::Debug for Recording {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.state.borrow();
        f.debug_struct("Recording")
            .field("frames", &state.frames)
            .field("is_stopped", &state.is_stopped)
            .finish_non_exhaustive()
    }
}

/// A [`Decoder`] over a [`Recording`]: it says [`Error::NotYet`] where the recording has not come to yet, and ends
/// where that was stopped.
#[derive(Debug)]
pub struct LiveDecoder {
    recording: Recording,
    info: MediaInfo,
    next: i64,
}

impl LiveDecoder {
    fn learn_length(&mut self) {
        if self.info.live && self.recording.is_stopped() {
            let frames = self.recording.frames();
            self.info.live = false;
            self.info.frames = Some(frames);
            self.info.duration = Some(time::secs_from_frame(frames, self.info.sample_rate));
        }
    }
}

impl Decoder for LiveDecoder {
    fn info(&self) -> &MediaInfo {
        &self.info
    }

    fn spec(&self) -> AudioSpec {
        AudioSpec {
            sample_rate: self.info.sample_rate,
            channels: self.info.channels,
            frames: self.info.frames,
        }
    }

    fn next_block(&mut self, block: &mut Block, max_frames: usize) -> Result<usize> {
        self.learn_length();
        let state = self.recording.state.borrow();
        block.reset(state.channels, self.next);
        let wanted = i64::try_from(max_frames).unwrap_or(i64::MAX);
        let there = (state.frames - self.next).max(0);
        if there < wanted && !state.is_stopped {
            let at = self.next.saturating_add(wanted).saturating_sub(1);
            return Err(Error::NotYet { at: at as u64 });
        }
        let first_kept = (state.dropped * CHUNK_FRAMES) as i64;
        if self.next < first_kept {
            let secs = time::secs_from_frame(first_kept, state.sample_rate);
            let hint = format!(
                "the first {secs:.1} s of the recording are no longer kept: raise maxMemory, or begin before they go"
            );
            return Err(Error::OutOfMemory {
                needed_bytes: state.frames as u64 * state.channels as u64 * 4,
                limit_bytes: state.max_bytes,
                hint,
            });
        }
        let mut left = there.min(wanted) as usize;
        let mut at = self.next as usize;
        while left > 0 {
            let Some(chunk) = state.chunks.get(at / CHUNK_FRAMES - state.dropped) else {
                break;
            };
            let from = at % CHUNK_FRAMES;
            let count = left.min(CHUNK_FRAMES - from);
            for (to, samples) in block.channels.iter_mut().zip(&chunk.channels) {
                to.extend_from_slice(&samples[from..from + count]);
            }
            at += count;
            left -= count;
        }
        self.next = at as i64;
        Ok(block.frames())
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        self.learn_length();
        self.next = frame.clamp(0, self.info.frames.unwrap_or(i64::MAX));
        Ok(())
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(from: usize, to: usize) -> Vec<Vec<f32>> {
        let left: Vec<f32> = (from..to).map(|n| n as f32).collect();
        let right = left.iter().map(|x| -x).collect();
        vec![left, right]
    }

    #[test]
    fn what_goes_in_comes_out_in_blocks_and_the_rest_at_the_stop() {
        let recording = Recording::new(2, 48_000, 1 << 30).unwrap();
        let mut decoder = recording.decoder();
        let mut block = Block::default();
        assert!(decoder.info().live && decoder.info().frames.is_none());
        assert_eq!(
            decoder.next_block(&mut block, 1000).unwrap_err(),
            Error::NotYet { at: 999 }
        );
        let mut all = Vec::new();
        // Pieces that fit neither chunks nor blocks.
        for from in (0..40_000).step_by(777) {
            recording.push(&ramp(from, (from + 777).min(40_000)));
            while decoder.next_block(&mut block, 1000).is_ok() {
                assert_eq!(block.first_frame, all.len() as i64);
                assert_eq!(block.frames(), 1000);
                all.extend_from_slice(&block.channels[1]);
            }
        }
        assert_eq!(all.len(), 40_000);
        recording.push(&ramp(40_000, 40_123));
        recording.stop();
        recording.push(&ramp(0, 99));
        assert_eq!(decoder.next_block(&mut block, 1000).unwrap(), 123);
        all.extend_from_slice(&block.channels[1]);
        assert_eq!(all, ramp(0, 40_123)[1]);
        assert_eq!(decoder.next_block(&mut block, 1000).unwrap(), 0);
        assert_eq!(decoder.info().frames, Some(40_123));
        assert!(!decoder.info().live);
        decoder.seek(16_380).unwrap();
        decoder.next_block(&mut block, 9).unwrap();
        assert_eq!(block.channels, ramp(16_380, 16_389));
    }

    #[test]
    fn beyond_its_limit_the_oldest_go_and_say_so() {
        let recording = Recording::new(1, 8_000, 5 * 65_536).unwrap();
        for _ in 0..8 {
            recording.push(&[vec![0.5; CHUNK_FRAMES]]);
        }
        assert_eq!(recording.first_kept_frame(), 3 * CHUNK_FRAMES as i64);
        assert_eq!(recording.held_bytes(), 5 * 65_536);
        let mut decoder = recording.decoder();
        let mut block = Block::default();
        let error = decoder.next_block(&mut block, 10).unwrap_err();
        assert_eq!(error.code(), "out-of-memory");
        assert!(error.to_string().contains("first 6.1 s"), "{error}");
        decoder.seek(recording.first_kept_frame()).unwrap();
        assert_eq!(decoder.next_block(&mut block, 10).unwrap(), 10);
    }

    #[test]
    fn a_channel_that_is_missing_is_silent() {
        let recording = Recording::new(2, 8_000, 1 << 20).unwrap();
        recording.push(&[vec![1.0; 4]]);
        recording.stop();
        let mut block = Block::default();
        recording.decoder().next_block(&mut block, 9).unwrap();
        assert_eq!(block.channels, [vec![1.0; 4], vec![0.0; 4]]);
        assert!(Recording::new(0, 8_000, 1).is_err());
    }
}
