//! The floors of the house as data. A room may use only lower floors.

/// A floor's height: 10 for floor 1; 25 is floor 2b.
pub(crate) type Height = u8;

/// Every room and its floor, from the roof down.
const FLOORS: &[(Height, &str, &[&str])] = &[
    (60, "6 (tests)", &["timeside-tests"]),
    (
        40,
        "4 (faces)",
        &[
            "timeside-wasm",
            "timeside-player",
            "timeside-workbench",
            "timeside-cli",
            "timeside-server",
        ],
    ),
    (35, "3b (elements of the faces)", &["timeside-elements"]),
    (30, "3 (façade)", &["timeside"]),
    (25, "2b (graphers)", &["timeside-graphers"]),
    (
        20,
        "2 (rooms of one trade)",
        &[
            "timeside-decode",
            "timeside-encode",
            "timeside-analyzers",
            "timeside-vamp",
            "timeside-annotations",
            "timeside-editing",
            "timeside-export",
            "timeside-view",
            "timeside-protocol",
        ],
    ),
    (10, "1 (words)", &["timeside-core"]),
    (0, "0 (mathematics)", &["timeside-dsp"]),
];

/// What only floor 4, and the elements it is made of, may know of the browser.
const BROWSER: [&str; 5] = ["wasm-bindgen", "js-sys", "web-sys", "leptos", "gloo"];

/// Tools stand beside the house.
const TOOLS: [&str; 1] = ["xtask"];

fn floor(room: &str) -> Option<(Height, &'static str)> {
    let row = FLOORS.iter().find(|(_, _, rooms)| rooms.contains(&room));
    row.map(|(height, name, _)| (*height, *name))
}

/// What is wrong with `room` using `dependency`, and where it belongs instead.
pub(crate) fn objection(room: &str, dependency: &str) -> Option<String> {
    if TOOLS.contains(&room) {
        return None;
    }
    let Some((height, name)) = floor(room) else {
        return Some(format!(
            "{room} stands on no floor: give it one in crates/xtask/src/floors.rs and ARCHITECTURE.md"
        ));
    };
    let from_the_browser = BROWSER.iter().any(|b| {
        dependency == *b
            || dependency
                .strip_prefix(b)
                .is_some_and(|r| r.starts_with('-'))
    });
    if from_the_browser && height < 35 {
        return Some(format!(
            "{room} (floor {name}) uses {dependency}: only floor 4 knows the browser; put a trait here and implement it in timeside-wasm or player"
        ));
    }
    let (other_height, other_name) = floor(dependency)?;
    if other_height < height {
        return None;
    }
    let cure = match height {
        _ if other_height > height => format!("move what it needs down to floor {name} or lower, or this code up"),
        20 => "rooms of one trade never see one another; words that both need go to timeside-core (floor 1), \
               mathematics to timeside-dsp (floor 0), their meeting to timeside (floor 3)"
            .to_owned(),
        40 => "faces never see one another; what both need goes to timeside (floor 3)".to_owned(),
        _ => format!("a room uses only floors below {name}"),
    };
    Some(format!(
        "{room} (floor {name}) uses {dependency} (floor {other_name}): {cure}"
    ))
}

#[cfg(test)]
mod tests {
    use super::objection;

    #[test]
    fn down_is_allowed() {
        for (room, below) in [
            ("timeside-tests", "timeside-dsp"),
            ("timeside-wasm", "timeside"),
            ("timeside-player", "timeside-view"),
            ("timeside-graphers", "timeside-view"),
            ("timeside-decode", "timeside-core"),
            ("timeside-core", "timeside-dsp"),
            ("timeside-player", "timeside-elements"),
            ("timeside-elements", "leptos"),
            ("timeside-wasm", "wasm-bindgen-futures"),
            ("timeside-core", "serde"),
            ("xtask", "wasm-bindgen-cli-support"),
        ] {
            assert_eq!(objection(room, below), None, "{room} → {below}");
        }
    }

    #[test]
    fn sideways_and_up_are_refused_with_the_right_floor() {
        for (room, other, hint) in [
            (
                "timeside-decode",
                "timeside-analyzers",
                "timeside-core (floor 1)",
            ),
            ("timeside-dsp", "timeside-core", "floor 0"),
            ("timeside-view", "timeside", "floor 2"),
            ("timeside-wasm", "timeside-player", "timeside (floor 3)"),
            ("timeside-elements", "timeside-player", "floor 3b"),
            ("timeside", "timeside-elements", "floor 3"),
            ("timeside-decode", "web-sys", "only floor 4"),
            ("timeside", "gloo-timers", "only floor 4"),
            ("timeside-new", "timeside-core", "no floor"),
        ] {
            let said = objection(room, other).unwrap_or_default();
            assert!(said.contains(hint), "{room} → {other}: {said}");
        }
    }
}
