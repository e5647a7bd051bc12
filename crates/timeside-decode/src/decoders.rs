//! The descriptions of the decoders, which a pipe may name first to say what stretch it analyses. The
//! medium itself is handed to the pipe; its bytes are decoded elsewhere.

use timeside_core::{Info, Kind, Param, Registry};

/// Adds the descriptions of `file_decoder`, `array_decoder`, `live_decoder` and `null_decoder`.
pub fn register(registry: &mut Registry) {
    let rate = Param::integer("samplerate", 44_100, 1, 768_000, "Frames per second of samples that come without a rate; a medium that states its rate keeps it.").unit("Hz");
    registry
        .add_decoder(decoder(
            "file_decoder",
            "File decoder",
            "File decoder",
            "Decodes a file or an address: WAV, FLAC, MP3, AAC, Vorbis, Opus.",
            stretch(),
        ))
        .add_decoder(decoder(
            "array_decoder",
            "Array decoder",
            "Decoder taking an array of samples as input",
            "Takes samples as they are: planar 32-bit floats, full scale ±1.",
            [vec![rate], stretch()].concat(),
        ))
        .add_decoder(decoder(
            "live_decoder",
            "Live decoder",
            "Decoder of a recording in progress",
            "Takes samples as they are recorded, and ends where the recording is stopped.",
            stretch(),
        ))
        .add_decoder(decoder(
            "null_decoder",
            "Null decoder",
            "Decoder of no medium at all",
            "Gives a silent stream, for pipes whose processors need no audio.",
            stretch(),
        ));
}

fn stretch() -> Vec<Param> {
    vec![
        Param::number(
            "start",
            0.0,
            0.0,
            f64::MAX,
            "Where the analysed stretch begins.",
        )
        .unit("s"),
        Param::optional_number(
            "duration",
            0.0,
            f64::MAX,
            "Its length; null is to the end of the medium.",
        )
        .unit("s"),
    ]
}

fn decoder(
    id: &'static str,
    name: &'static str,
    description: &'static str,
    doc: &'static str,
    params: Vec<Param>,
) -> Info {
    Info {
        id,
        version: "1.0",
        name,
        kind: Kind::Decoder,
        unit: "",
        family: "Decoder",
        description,
        doc,
        params,
        results: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use timeside_core::{PipeSpec, Registry, Step, pipe::Plan};

    fn registry() -> Registry {
        let mut registry = Registry::new();
        super::register(&mut registry);
        registry
    }

    #[test]
    fn a_decoder_named_first_gives_the_stretch() {
        let spec = PipeSpec::of([Step::new("file_decoder")
            .with("start", 1.5)
            .with("duration", 2)]);
        let plan = Plan::new(&registry(), &spec).unwrap();
        assert_eq!((plan.spec().start, plan.spec().duration), (1.5, Some(2.0)));
        assert_eq!(plan.ids().count(), 0);
    }

    #[test]
    fn a_decoder_elsewhere_and_a_negative_start_are_refused() {
        let spec = PipeSpec::of(["null_decoder", "file_decoder"]);
        assert!(
            Plan::new(&registry(), &spec)
                .unwrap_err()
                .to_string()
                .contains("only the first")
        );
        let spec = PipeSpec::of([Step::new("null_decoder").with("start", json!(-1))]);
        assert_eq!(
            Plan::new(&registry(), &spec).unwrap_err().code(),
            "bad-parameter"
        );
    }
}
