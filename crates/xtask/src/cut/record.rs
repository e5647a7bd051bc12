//! Records what a page calls at once: `cargo xtask record-halves`.
//!
//! The whole module, in which every function tells its number first, is driven by `tests/browser/halves/record.mjs`
//! through the visits that shall need no later half. What of the later paths they call goes to `at_once.txt`.

use std::{collections::BTreeSet, fs, process::Command};

use walrus::{
    FunctionId, FunctionKind, ValType,
    ir::{Call, Const, InstrLocId, Value},
};

use super::{parse, parts, shorten_imports};
use crate::{
    Result,
    shell::{capture, root},
};

/// A module in which every function tells its number first.
struct Marked {
    wasm: Vec<u8>,
    /// Names and sizes, by number.
    functions: Vec<(String, u64)>,
}

/// Marks a module. The glue is that of the cut: its imports are short.
fn marked(bound: &[u8]) -> Result<Marked> {
    let mut module = parse(bound)?;
    shorten_imports(&mut module, None)?;
    let ty = module.types.add(&[ValType::I32], &[]);
    let (mark, _) = module.add_import_func("mark", "mark", ty);
    let all: Vec<FunctionId> = module.funcs.iter_local().map(|(id, _)| id).collect();
    let mut functions = Vec::new();
    for (number, id) in all.into_iter().enumerate() {
        let function = module.funcs.get_mut(id);
        let name = function.name.clone().unwrap_or_default();
        let FunctionKind::Local(local) = &mut function.kind else {
            continue;
        };
        functions.push((name, local.size()));
        let value = Value::I32(i32::try_from(number)?);
        let entry = local.entry_block();
        let instructions = [Const { value }.into(), Call { func: mark }.into()];
        let instructions = instructions.map(|instruction| (instruction, InstrLocId::default()));
        local.block_mut(entry).instrs.splice(0..0, instructions);
    }
    Ok(Marked {
        wasm: module.emit_wasm(),
        functions,
    })
}

/// Builds, visits, and writes the list.
pub(crate) fn command() -> Result {
    crate::build::package(crate::build::Mode::Release)?;
    let folder = root().join("pkg/build/player");
    let marked = marked(&fs::read(folder.join("timeside_player_bg.wasm"))?)?;
    let file = folder.join("marked.wasm");
    fs::write(&file, &marked.wasm)?;
    let script = root().join("tests/browser/halves/record.mjs");
    let called = capture(Command::new("node").arg(script).arg(&file))?;
    let called: Vec<usize> = serde_json::from_str(called.trim())?;
    let called: BTreeSet<usize> = called.into_iter().collect();
    // What an earlier recording met stays: not every visit goes the same way.
    let known: BTreeSet<&str> = parts::AT_ONCE.lines().collect();
    let functions = marked.functions.iter().enumerate();
    let lines: BTreeSet<String> = functions
        .filter(|(_, (name, size))| parts::is_of_later_paths(name, *size))
        .map(|(number, (name, _))| (called.contains(&number), parts::plain(name)))
        .filter(|(is_called, name)| *is_called || known.contains(name.as_str()))
        .map(|(_, name)| name)
        .collect();
    let mut text = lines.into_iter().collect::<Vec<_>>().join("\n");
    text.push('\n');
    fs::write(root().join("crates/xtask/src/cut/at_once.txt"), text)?;
    Ok(())
}
