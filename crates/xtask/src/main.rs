//! The commands of the house: `cargo xtask serve | test | build | bench | tidy`.
#![expect(clippy::print_stdout, reason = "a command's product is what it prints")]

mod args;
mod bench;
mod build;
mod cut;
mod floors;
mod http;
mod languages;
mod notices;
mod serve;
mod setup;
mod shell;
mod site;
mod suites;
mod tally;
mod test;
mod tidy;

use std::process::ExitCode;

use args::Args;

/// Every command fails with words for the person at the terminal.
pub(crate) type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const USAGE: &str = "\
cargo xtask <command>

  serve [--port N] [--dev] [--isolated] [--no-build] [--also DIR=/prefix]…
        build, then serve the site on http://127.0.0.1:8080/ (--port 0: any free port)
  test  [--fast] [suite…]
        every suite, cheap to dear, and one closing line of counts; --fast leaves out what needs a browser
  build [--dev]
        pkg/dist, ready for `npm pack` in pkg/; --dev: quick to build, not optimised
  bench [name]
        this project beside its alternatives, as JSON, ratios first
  tidy  floors, sizes and names of the house
  record-halves
        what a page calls at once of the widget: it decides where player.wasm is cut (ARCHITECTURE.md)
";

fn main() -> ExitCode {
    match dispatch(Args::from_env()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(mut args: Args) -> Result<ExitCode> {
    match args.next_word().as_deref() {
        Some("serve") => serve::run(args)?,
        Some("test") => return test::run(args),
        Some("build") => build::command(args)?,
        Some("bench") => bench::command(args)?,
        Some("tidy") => tidy::run(args)?,
        Some("record-halves") => cut::record::command()?,
        None | Some("help" | "--help" | "-h") => print!("{USAGE}"),
        Some(other) => return Err(format!("there is no command `{other}`\n\n{USAGE}").into()),
    }
    Ok(ExitCode::SUCCESS)
}
