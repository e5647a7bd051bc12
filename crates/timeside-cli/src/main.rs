//! The `timeside` command.
fn main() {}
