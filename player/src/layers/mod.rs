//! The layers: what is drawn over time, in which order, in which lanes.
//!
//! A [`Layer`] is data about a picture; what it shows comes from the recording, from a result, or from whoever added it
//! ([`given`]). Layers of one group share a lane. `Layers` is the list, changed by named actions alone.

pub(crate) mod given;
mod list;
mod sounds;
mod style;
mod told;

pub(crate) use list::{Layers, Reader};
pub(crate) use style::{Style, peak_of};

/// A kind of picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum LayerKind {
    /// Extent and RMS of the samples.
    Waveform,
    /// Level over time and frequency.
    Spectrogram,
    /// A few values per frame.
    Curve,
    /// Many values per frame, as colours.
    Matrix,
    /// Moments.
    Events,
    /// Stretches.
    Segments,
    /// Stretches with a pitch.
    Notes,
    /// Stretches whose text is what matters.
    Text,
    /// Stretches of time and frequency.
    Boxes,
}

impl LayerKind {
    const NAMES: [(&'static str, Self); 9] = [
        ("waveform", Self::Waveform),
        ("spectrogram", Self::Spectrogram),
        ("curve", Self::Curve),
        ("matrix", Self::Matrix),
        ("events", Self::Events),
        ("segments", Self::Segments),
        ("notes", Self::Notes),
        ("text", Self::Text),
        ("boxes", Self::Boxes),
    ];

    /// The kinds that need nothing but the recording, as they are stacked when nothing is asked for.
    pub(crate) const OF_RECORDING: [Self; 2] = [Self::Waveform, Self::Spectrogram];

    /// Its word in attributes and settings.
    pub(crate) fn id(self) -> &'static str {
        Self::NAMES[self as usize].0
    }

    pub(crate) fn from_id(id: &str) -> Option<Self> {
        let found = Self::NAMES.iter().find(|(name, _)| *name == id);
        found.map(|(_, kind)| *kind)
    }

    fn is_of_recording(self) -> bool {
        Self::OF_RECORDING.contains(&self)
    }

    /// Does it mark places in time that are worth a tick in the overview and a jump?
    pub(crate) fn has_places(self) -> bool {
        !matches!(
            self,
            Self::Waveform | Self::Spectrogram | Self::Curve | Self::Matrix
        )
    }

    /// Height of its lane unless told otherwise, CSS pixels.
    pub(crate) fn height(self) -> f64 {
        match self {
            Self::Waveform => 128.0,
            Self::Spectrogram => 192.0,
            Self::Curve => 88.0,
            Self::Matrix | Self::Notes | Self::Boxes => 96.0,
            Self::Events | Self::Segments => 64.0,
            Self::Text => 40.0,
        }
    }
}

/// Where the data of a layer comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// The samples.
    Recording,
    /// A result: the run that gave it, and its id.
    Result(u32, String),
    /// Whoever added it: the page, a `<track>`, the medium's own chapters or markers.
    Given(&'static str),
}

/// One picture.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layer {
    /// Unique in the list.
    pub(crate) id: String,
    pub(crate) kind: LayerKind,
    pub(crate) source: Source,
    /// Which of the tiers' colours it has unless told otherwise.
    pub(crate) color: usize,
    pub(crate) visible: bool,
    pub(crate) style: Style,
}

impl Layer {
    /// Layers of one group share a lane; alone unless told otherwise.
    pub(crate) fn group(&self) -> &str {
        self.style.group.as_deref().unwrap_or(&self.id)
    }
}

/// A word of the `layers` attribute: id, kind and options after colons, as in `waveform:db`.
pub(crate) struct Wish<'a> {
    pub(crate) id: String,
    pub(crate) kind: LayerKind,
    pub(crate) options: Vec<&'a str>,
}

/// Reads the `layers` attribute: the layers of the recording that it names, and all ids in its order. A word may name
/// a result that comes later; if no word names a layer of the recording, the default is shown, unless one is `none`.
pub(crate) fn parse(text: &str) -> (Vec<Wish<'_>>, Vec<String>) {
    let mut wishes: Vec<Wish<'_>> = Vec::new();
    let mut order: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let mut parts = word.split(':');
        let name = parts.next().unwrap_or_default();
        let options: Vec<&str> = parts.collect();
        let Some(kind) = LayerKind::from_id(name).filter(|kind| kind.is_of_recording()) else {
            order.push(word.to_owned());
            continue;
        };
        let same = wishes.iter().filter(|wish| wish.kind == kind).count();
        // The same word twice is one layer; the same with other options is another.
        let is_known = wishes
            .iter()
            .any(|wish| wish.kind == kind && wish.options == options);
        if is_known {
            continue;
        }
        let id = numbered(name, same);
        order.push(id.clone());
        wishes.push(Wish { id, kind, options });
    }
    if wishes.is_empty() && !order.iter().any(|word| word == "none") {
        let default = LayerKind::OF_RECORDING.map(|kind| Wish {
            id: kind.id().to_owned(),
            kind,
            options: Vec::new(),
        });
        order.splice(0..0, default.iter().map(|wish| wish.id.clone()));
        wishes.extend(default);
    }
    (wishes, order)
}

/// The words of the attribute that can name no layer. Those that a result's or a processor's id could be are left to
/// the element, which knows the processors.
pub(crate) fn unknown(text: &str) -> String {
    let is_known = |word: &&str| {
        let name = word.split(':').next().unwrap_or_default();
        let of_recording = LayerKind::from_id(name).is_some_and(LayerKind::is_of_recording);
        let other = ["none", "chapters", "markers", "tracks"].contains(word);
        of_recording || other || word.starts_with("track-") || word.contains(['.', '_'])
    };
    let words: Vec<&str> = text
        .split_whitespace()
        .filter(|word| !is_known(word))
        .collect();
    words.join(" ")
}

/// The id of the nth layer (from 0) of one name.
fn numbered(name: &str, n: usize) -> String {
    if n == 0 {
        name.to_owned()
    } else {
        format!("{name}#{}", n + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<String> {
        parse(text).0.into_iter().map(|wish| wish.id).collect()
    }

    #[test]
    fn the_attribute_is_read_tolerantly() {
        assert_eq!(ids("spectrogram waveform"), ["spectrogram", "waveform"]);
        assert_eq!(ids("waveform waveform nonsense"), ["waveform"]);
        assert_eq!(ids(""), ["waveform", "spectrogram"]);
        assert_eq!(ids("gibberish"), ["waveform", "spectrogram"]);
        assert_eq!(
            unknown("waveform:db nonsense none 42 level.rms"),
            "nonsense 42"
        );
        assert_eq!(ids("none"), [""; 0]);
        assert_eq!(ids("waveform waveform:db"), ["waveform", "waveform#2"]);
        assert_eq!(parse("waveform:db:mono").0[0].options, ["db", "mono"]);
        assert_eq!(parse("level.rms waveform").1, ["level.rms", "waveform"]);
    }

    #[test]
    fn every_kind_has_its_name() {
        for (name, kind) in LayerKind::NAMES {
            assert_eq!((kind.id(), LayerKind::from_id(name)), (name, Some(kind)));
        }
    }
}
