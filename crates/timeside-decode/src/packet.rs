//! The seam inside this crate: a demuxer cuts bytes into packets, a codec turns a packet into samples,
//! and [`Stream`](crate::stream::Stream) makes an exact [`Decoder`](timeside_core::Decoder) of the two.

use timeside_core::{Result, Warning};

/// A coded packet and its place in time.
#[derive(Debug, Default)]
pub(crate) struct Packet {
    /// The coded bytes.
    pub(crate) data: Vec<u8>,
    /// Frame at which its first decoded sample stands, counted from the first that was encoded: negative
    /// within the encoder's delay. `None` if it simply follows the packet before.
    pub(crate) start: Option<i64>,
    /// How many of the decoded frames are valid. `None` if all are, and their number shows only in decoding.
    pub(crate) frames: Option<usize>,
    /// True if packets before it are lost, so that the codec must not overlap with them.
    pub(crate) discontinuous: bool,
}

/// Cuts a container into packets of one audio track.
pub(crate) trait Demuxer {
    /// Reads the next packet into `packet`; false at the end.
    ///
    /// # Errors
    /// The source's errors. Damage is skipped, and told by [`Demuxer::take_warnings`].
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool>;

    /// Goes to a packet early enough that all from `frame` on decodes as in a decode from the start.
    /// The packet that is then read first has a `start`.
    ///
    /// # Errors
    /// The source's errors.
    fn seek(&mut self, frame: i64) -> Result<()>;

    /// Goes to a packet near `frame`, cheaply: by mean bit rate rather than by an index that must be read first.
    /// The packet that is then read first has a `start`, as well as is known.
    ///
    /// # Errors
    /// The source's errors.
    fn seek_near(&mut self, frame: i64) -> Result<()> {
        self.seek(frame)
    }

    /// Takes the warnings that came up since the last call.
    fn take_warnings(&mut self) -> Vec<Warning> {
        Vec::new()
    }
}

impl<D: Demuxer + ?Sized> Demuxer for Box<D> {
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool> {
        (**self).next_packet(packet)
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        (**self).seek(frame)
    }

    fn seek_near(&mut self, frame: i64) -> Result<()> {
        (**self).seek_near(frame)
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        (**self).take_warnings()
    }
}

/// Why a packet could not be decoded.
#[derive(Debug)]
pub(crate) struct Damage(pub(crate) String);

/// Turns packets into planar samples, full scale ±1.
pub(crate) trait Codec {
    /// Decodes `data`, replacing the content of `planes` (one `Vec` per channel, all of one length), and
    /// returns the number of frames. What it gives after [`Codec::reset`] may be fewer than otherwise.
    ///
    /// # Errors
    /// [`Damage`], after which decoding may go on with the next packet.
    fn decode(&mut self, data: &[u8], planes: &mut Vec<Vec<f32>>) -> Result<usize, Damage>;

    /// Forgets the packets before.
    fn reset(&mut self);
}
