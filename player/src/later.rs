//! The half of this module that is wanted later: the build cuts it off (`cargo xtask build`, cut), by paths.
//!
//! Nothing here knows what lies in which half. A call into one that has not come yet waits for it.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "../../src/player/later.ts")]
extern "C" {
    /// Brings the later half before it returns; `place` is where in the function table it was called for.
    #[wasm_bindgen(js_name = bringNow)]
    fn bring_now(place: u32);
}

/// Keeps the import, which only the cut uses.
#[wasm_bindgen(js_name = bringLater)]
pub fn bring_later() {
    bring_now(0);
}
