//! Who calls whom in a wasm module.

use std::collections::{BTreeMap, BTreeSet};

use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionId, FunctionKind, GlobalId,
    LocalFunction, MemoryId, Module, TableId,
    ir::{Value, Visitor, dfs_in_order},
};

use crate::Result;

/// What a function mentions.
#[derive(Default)]
struct Mentions {
    functions: BTreeSet<FunctionId>,
    globals: BTreeSet<GlobalId>,
    tables: BTreeSet<TableId>,
    memories: BTreeSet<MemoryId>,
}

impl Visitor<'_> for Mentions {
    fn visit_function_id(&mut self, id: &FunctionId) {
        self.functions.insert(*id);
    }

    fn visit_global_id(&mut self, id: &GlobalId) {
        self.globals.insert(*id);
    }

    fn visit_table_id(&mut self, id: &TableId) {
        self.tables.insert(*id);
    }

    fn visit_memory_id(&mut self, id: &MemoryId) {
        self.memories.insert(*id);
    }
}

fn mentions(function: &LocalFunction) -> Mentions {
    let mut found = Mentions::default();
    dfs_in_order(&mut found, function, function.entry_block());
    found
}

/// Every function of the table, by its place.
pub(super) fn table_items(module: &Module) -> Result<Vec<(usize, FunctionId)>> {
    let mut found = Vec::new();
    for segment in module.elements.iter() {
        let ElementKind::Active { offset, .. } = &segment.kind else {
            return Err("the function table is filled at run time".into());
        };
        let (ConstExpr::Value(Value::I32(begin)), ElementItems::Functions(items)) =
            (offset, &segment.items)
        else {
            return Err("the function table is filled by more than constants".into());
        };
        let begin = usize::try_from(*begin)?;
        found.extend(items.iter().enumerate().map(|(n, id)| (begin + n, *id)));
    }
    Ok(found)
}

/// What belongs to the later half: what is named so, and what only that calls.
pub(super) fn moved(module: &Module, is_later: impl Fn(&str, u64) -> bool) -> BTreeSet<FunctionId> {
    let mut callers: BTreeMap<FunctionId, Vec<FunctionId>> = BTreeMap::new();
    let mut moved = BTreeSet::new();
    for (id, function) in module.funcs.iter_local() {
        for callee in mentions(function).functions {
            callers.entry(callee).or_default().push(id);
        }
        let name = module.funcs.get(id).name.as_deref();
        if name.is_some_and(|name| is_later(name, function.size())) {
            moved.insert(id);
        }
    }
    // What the table or JavaScript holds may be called by anybody.
    let mut open: BTreeSet<FunctionId> = module
        .exports
        .iter()
        .filter_map(|export| match export.item {
            ExportItem::Function(id) => Some(id),
            _ => None,
        })
        .chain(module.start)
        .collect();
    for segment in module.elements.iter() {
        if let ElementItems::Functions(items) = &segment.items {
            open.extend(items);
        }
    }
    loop {
        let more: Vec<FunctionId> = callers
            .iter()
            .filter(|(id, by)| {
                let is_local = matches!(module.funcs.get(**id).kind, FunctionKind::Local(_));
                let only_later = by
                    .iter()
                    .all(|caller| caller == *id || moved.contains(caller));
                is_local && only_later && !open.contains(id) && !moved.contains(id)
            })
            .map(|(id, _)| *id)
            .collect();
        if more.is_empty() {
            return moved;
        }
        moved.extend(more);
    }
}

/// Which of the moved functions the first half, or JavaScript, calls by name.
pub(super) fn called_from_outside(
    module: &Module,
    moved: &BTreeSet<FunctionId>,
) -> BTreeSet<FunctionId> {
    let mut called: BTreeSet<FunctionId> = module
        .funcs
        .iter_local()
        .filter(|(id, _)| !moved.contains(id))
        .flat_map(|(_, function)| mentions(function).functions)
        .collect();
    called.extend(
        module
            .exports
            .iter()
            .filter_map(|export| match export.item {
                ExportItem::Function(id) => Some(id),
                _ => None,
            }),
    );
    called.extend(module.start);
    called.retain(|id| moved.contains(id));
    called
}

/// What the moved functions use of the rest.
pub(super) fn used_by(module: &Module, moved: &BTreeSet<FunctionId>) -> Vec<ExportItem> {
    let mut all = Mentions::default();
    for id in moved {
        if let FunctionKind::Local(function) = &module.funcs.get(*id).kind {
            let found = mentions(function);
            all.functions.extend(found.functions);
            all.globals.extend(found.globals);
            all.tables.extend(found.tables);
            all.memories.extend(found.memories);
        }
    }
    // That of functions stays where it is: `table`.
    if let Ok(Some(functions)) = module.tables.main_function_table() {
        all.tables.remove(&functions);
    }
    let functions = all.functions.into_iter().filter(|id| !moved.contains(id));
    functions
        .map(ExportItem::Function)
        .chain(all.globals.into_iter().map(ExportItem::Global))
        .chain(all.tables.into_iter().map(ExportItem::Table))
        .chain(all.memories.into_iter().map(ExportItem::Memory))
        .collect()
}
