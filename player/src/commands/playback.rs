//! The sound.

use super::{Command, Group::Playback, Hands};
use crate::tiers;

/// Shown in this order.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        id: "play",
        group: Playback,
        keys: &["space"],
        name: |s| s.key_play,
        run: |hands| {
            hands.transport.toggle();
            true
        },
    },
    Command {
        id: "play-selection",
        group: Playback,
        keys: &["shift+space"],
        name: |s| s.play_selection,
        run: |hands| {
            if hands.store.selection.get_untracked().is_some() {
                hands.transport.play_selection();
            } else {
                hands.transport.play_around();
            }
            true
        },
    },
    Command {
        id: "play-around",
        group: Playback,
        keys: &["p"],
        name: |s| s.play_around,
        run: |hands| {
            hands.transport.play_around();
            true
        },
    },
    Command {
        id: "loop",
        group: Playback,
        keys: &["r"],
        name: |s| s.key_loop,
        run: |hands| {
            hands.transport.toggle_loop();
            true
        },
    },
    Command {
        id: "slower",
        group: Playback,
        keys: &["j"],
        name: |s| s.key_slower,
        run: |hands| {
            if is_playing(hands) {
                hands.transport.step_rate(-1);
            } else {
                hands.transport.nudge(-1.0);
            }
            true
        },
    },
    Command {
        id: "pause",
        group: Playback,
        keys: &["k"],
        name: |s| s.pause,
        run: |hands| {
            hands.transport.pause();
            true
        },
    },
    Command {
        id: "faster",
        group: Playback,
        keys: &["l"],
        name: |s| s.key_faster,
        run: |hands| {
            if is_playing(hands) {
                hands.transport.step_rate(1);
            } else {
                hands.transport.play();
            }
            true
        },
    },
    Command {
        id: "second-back",
        group: Playback,
        keys: &["arrowleft"],
        name: |s| s.key_second_back,
        run: |hands| nudge(hands, -1.0),
    },
    Command {
        id: "second-on",
        group: Playback,
        keys: &["arrowright"],
        name: |s| s.key_second_on,
        run: |hands| nudge(hands, 1.0),
    },
    Command {
        id: "five-back",
        group: Playback,
        keys: &["shift+arrowleft"],
        name: |s| s.key_five_back,
        run: |hands| nudge(hands, -5.0),
    },
    Command {
        id: "five-on",
        group: Playback,
        keys: &["shift+arrowright"],
        name: |s| s.key_five_on,
        run: |hands| nudge(hands, 5.0),
    },
    Command {
        id: "frame-back",
        group: Playback,
        keys: &["alt+arrowleft"],
        name: |s| s.key_frame_back,
        run: |hands| tiers::nudge(hands.store, -1, false) || nudge_frames(hands, -1),
    },
    Command {
        id: "frame-on",
        group: Playback,
        keys: &["alt+arrowright"],
        name: |s| s.key_frame_on,
        run: |hands| tiers::nudge(hands.store, 1, false) || nudge_frames(hands, 1),
    },
    Command {
        id: "mute",
        group: Playback,
        keys: &["shift+m"],
        name: |s| s.mute,
        run: |hands| {
            hands.transport.toggle_muted();
            true
        },
    },
    Command {
        id: "to-start",
        group: Playback,
        keys: &["home"],
        name: |s| s.key_start,
        run: |hands| to(hands, 0.0),
    },
    Command {
        id: "to-end",
        group: Playback,
        keys: &["end"],
        name: |s| s.key_end,
        run: |hands| {
            to(
                hands,
                hands.store.view.with_untracked(|view| view.total_secs()),
            )
        },
    },
];

fn is_playing(hands: Hands) -> bool {
    hands
        .store
        .playback
        .with_untracked(|playback| playback.playing)
}

fn nudge(hands: Hands, by_secs: f64) -> bool {
    hands.transport.nudge(by_secs);
    true
}

fn nudge_frames(hands: Hands, by: i64) -> bool {
    hands.transport.nudge_frames(by);
    true
}

fn to(hands: Hands, secs: f64) -> bool {
    hands.transport.seek(secs);
    hands.transport.reveal();
    true
}
