//! Cuts a wasm module in two: what a page needs at once, and what it needs later, if ever.
//!
//! Both halves share memory, function table and globals, so the program knows nothing of the cut. Where the first half
//! would call into the later one stands a door: it asks JavaScript for the later half, once, and calls on through the
//! table. A call that comes too early is slow, therefore, but never wrong; `pkg/src/player/later.ts` sees to it that
//! none does.
//!
//! What belongs to which half is told by the names of functions: `parts`.

mod graph;
mod parts;
pub(crate) mod record;
mod table;

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind,
    GlobalKind, ImportKind, ImportedFunction, Module, ModuleConfig, TableId, TypeId, ValType,
    ir::{UnaryOp, Value},
};

use crate::Result;

/// The two halves.
pub(super) struct Halves {
    pub(super) first: Vec<u8>,
    pub(super) later: Vec<u8>,
    /// What stands behind the doors, by place in the function table.
    pub(super) doors: BTreeMap<usize, String>,
    /// The glue, with the names that the halves import by.
    pub(super) glue: String,
}

/// From where the later half imports: the exports of the first.
const FIRST: &str = "f";
/// The exported global that tells whether the later half is there.
const THERE: &str = "later";
/// How wasm-bindgen spells JavaScript's function that brings it.
const BRING: &str = "__wbg_bringNow_";

/// Places in the function table.
type Places = BTreeMap<FunctionId, Vec<usize>>;

/// Changes with how and where is cut.
pub(super) fn stamp() -> u64 {
    let mut hasher = DefaultHasher::new();
    [
        include_str!("mod.rs"),
        include_str!("graph.rs"),
        include_str!("parts.rs"),
        include_str!("table.rs"),
        parts::AT_ONCE,
    ]
    .hash(&mut hasher);
    hasher.finish()
}

/// Cuts what wasm-bindgen made: a module, and the script that it is used by.
pub(super) fn cut(bound: &[u8], glue: &str) -> Result<Halves> {
    let mut first = parse(bound)?;
    let mut later = parse(bound)?;
    let table = first
        .tables
        .main_function_table()?
        .ok_or("there is no function table to cut along")?;
    let moved = graph::moved(&first, parts::is_later);
    let places = places(&mut first, table, &moved)?;
    let name = |id: &FunctionId| first.funcs.get(*id).name.clone().unwrap_or_default();
    let doors = places
        .iter()
        .flat_map(|(id, all)| all.iter().map(|place| (*place, name(id))))
        .collect();
    let types: Vec<TypeId> = first.types.iter().map(|ty| ty.id()).collect();
    let mut names = Names::of(&first);
    let lent = lend(&mut first, &moved, &mut names);
    let callers = table::lend(&mut first, table, &moved, || names.next());
    let (moved, standing) = take(&first, &mut later, &moved, &places, &lent)?;
    table::borrow(&mut later, &types, &callers, &moved, &standing)?;
    build_doors(&mut first, table, &places)?;
    walrus::passes::gc::run(&mut first);
    walrus::passes::gc::run(&mut later);
    Ok(Halves {
        glue: shorten_imports(&mut first, Some(glue))?,
        first: first.emit_wasm(),
        later: later.emit_wasm(),
        doors,
    })
}

fn parse(bytes: &[u8]) -> Result<Module> {
    let mut config = ModuleConfig::new();
    config.generate_producers_section(false);
    Ok(config.parse(bytes)?)
}

/// Where each moved function that somebody else may call stands in the table; those that had no place get one.
fn places(first: &mut Module, table: TableId, moved: &BTreeSet<FunctionId>) -> Result<Places> {
    let mut places = Places::new();
    for (place, id) in graph::table_items(first)? {
        if moved.contains(&id) {
            places.entry(id).or_default().push(place);
        }
    }
    let grown = first.tables.get(table).initial as usize;
    let called = graph::called_from_outside(first, moved);
    let new: Vec<FunctionId> = called
        .into_iter()
        .filter(|id| !places.contains_key(id))
        .collect();
    for (n, id) in new.iter().enumerate() {
        places.insert(*id, vec![grown + n]);
    }
    let offset = ConstExpr::Value(Value::I32(i32::try_from(grown)?));
    let kind = ElementKind::Active { table, offset };
    let added = new.len() as u64;
    let segment = first.elements.add(kind, ElementItems::Functions(new));
    let table = first.tables.get_mut(table);
    table.elem_segments.insert(segment);
    table.initial += added;
    table.maximum = table.maximum.map(|most| most.max(table.initial));
    Ok(places)
}

/// Exports of the first half all that the later one uses; gives the names.
fn lend(
    first: &mut Module,
    moved: &BTreeSet<FunctionId>,
    names: &mut Names,
) -> Vec<(ExportItem, String)> {
    let mut lent = Vec::new();
    for item in graph::used_by(first, moved) {
        let exported = first.exports.iter().find(|e| same(e.item, item));
        let exported = exported.map(|e| e.name.clone());
        let name = exported.unwrap_or_else(|| {
            let name = names.next();
            first.exports.add(&name, item);
            name
        });
        lent.push((item, name));
    }
    lent
}

fn same(a: ExportItem, b: ExportItem) -> bool {
    match (a, b) {
        (ExportItem::Function(a), ExportItem::Function(b)) => a == b,
        (ExportItem::Table(a), ExportItem::Table(b)) => a == b,
        (ExportItem::Memory(a), ExportItem::Memory(b)) => a == b,
        (ExportItem::Global(a), ExportItem::Global(b)) => a == b,
        _ => false,
    }
}

/// Short names for exports.
struct Names {
    taken: BTreeSet<String>,
    count: usize,
}

impl Names {
    fn of(module: &Module) -> Self {
        Self {
            taken: module.exports.iter().map(|e| e.name.clone()).collect(),
            count: 0,
        }
    }

    fn next(&mut self) -> String {
        loop {
            let name = short(self.count);
            self.count += 1;
            if !self.taken.contains(&name) {
                return name;
            }
        }
    }
}

/// The `n`th of the shortest names.
fn short(mut n: usize) -> String {
    let mut name = String::new();
    loop {
        name.push(char::from(b'a' + (n % 26) as u8));
        n /= 26;
        if n == 0 {
            return name;
        }
        n -= 1;
    }
}

/// Gives imports short names, also in the script: wasm-bindgen's carry a hash each, which nothing compresses.
fn shorten_imports(first: &mut Module, glue: Option<&str>) -> Result<String> {
    let mut glue = glue.map(str::to_owned);
    for (n, import) in first.imports.iter_mut().enumerate() {
        let name = short(n);
        if let Some(glue) = &mut glue {
            let long = format!("\n        {}: function(", import.name);
            if glue.matches(&long).count() != 1 {
                return Err(format!("the script does not define `{}` once", import.name).into());
            }
            // A quoted key: `if` and `do` are among the short names.
            *glue = glue.replace(&long, &format!("\n        \"{name}\": function("));
        }
        import.name = name;
    }
    Ok(glue.unwrap_or_default())
}

/// What one half calls so, and the other.
fn twins<T: Ord>(first: Vec<T>, later: Vec<T>) -> BTreeMap<T, T> {
    first.into_iter().zip(later).collect()
}

/// Leaves in the later half what was moved, and imports the rest of what that uses. Gives what was moved, and what
/// stands in which place of the table, as the later half knows them.
fn take(
    first: &Module,
    later: &mut Module,
    moved: &BTreeSet<FunctionId>,
    places: &Places,
    lent: &[(ExportItem, String)],
) -> Result<(BTreeSet<FunctionId>, BTreeMap<usize, FunctionId>)> {
    // Both were parsed from the same bytes: the same order. New things in `first` come last.
    let ids = |module: &Module| module.funcs.iter().map(|f| f.id()).collect::<Vec<_>>();
    let functions = twins(ids(first), ids(later));
    let ids = |module: &Module| module.globals.iter().map(|g| g.id()).collect::<Vec<_>>();
    let globals = twins(ids(first), ids(later));
    let ids = |module: &Module| module.tables.iter().map(|t| t.id()).collect::<Vec<_>>();
    let tables = twins(ids(first), ids(later));

    later.start = None;
    for id in later.exports.iter().map(|e| e.id()).collect::<Vec<_>>() {
        later.exports.delete(id);
    }
    for id in later.data.iter().map(|d| d.id()).collect::<Vec<_>>() {
        later.data.delete(id);
    }
    for id in later.elements.iter().map(|e| e.id()).collect::<Vec<_>>() {
        later.elements.delete(id);
    }
    for memory in later.memories.iter_mut() {
        memory.data_segments.clear();
    }
    for table in later.tables.iter_mut() {
        table.elem_segments.clear();
    }

    for (item, name) in lent {
        match item {
            ExportItem::Function(id) => {
                let id = functions[id];
                let ty = later.funcs.get(id).ty();
                if let FunctionKind::Import(import) = &later.funcs.get(id).kind {
                    // JavaScript's: it comes by way of the first half too.
                    let import = import.import;
                    later.imports.delete(import);
                }
                let import = later.imports.add(FIRST, name, ImportKind::Function(id));
                later.funcs.get_mut(id).kind =
                    FunctionKind::Import(ImportedFunction { import, ty });
            }
            ExportItem::Global(id) => {
                let id = globals[id];
                let import = later.imports.add(FIRST, name, ImportKind::Global(id));
                later.globals.get_mut(id).kind = GlobalKind::Import(import);
            }
            ExportItem::Table(id) => {
                let id = tables[id];
                let import = later.imports.add(FIRST, name, ImportKind::Table(id));
                later.tables.get_mut(id).import = Some(import);
            }
            ExportItem::Memory(_) => {
                let memory = later.memories.iter().next().map(|memory| memory.id());
                let id = memory.ok_or("there is no memory")?;
                let import = later.imports.add(FIRST, name, ImportKind::Memory(id));
                later.memories.get_mut(id).import = Some(import);
            }
            ExportItem::Tag(_) => return Err("exceptions cannot be cut".into()),
        }
    }

    let standing: BTreeMap<usize, FunctionId> = places
        .iter()
        .flat_map(|(id, all)| all.iter().map(|place| (*place, functions[id])))
        .collect();
    let moved = moved.iter().map(|id| functions[id]).collect();
    Ok((moved, standing))
}

/// Puts a door in the place of each moved function that can be called from the first half.
fn build_doors(first: &mut Module, table: TableId, places: &Places) -> Result {
    let bring = first.imports.iter().find_map(|import| match import.kind {
        ImportKind::Function(id) if import.name.starts_with(BRING) => Some(id),
        _ => None,
    });
    let bring = bring.ok_or("nothing brings the later half: is `bringNow` imported?")?;
    let there = first
        .globals
        .add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(0)));
    first.exports.add(THERE, there);

    let place = first.locals.add(ValType::I32);
    let mut ready = FunctionBuilder::new(&mut first.types, &[ValType::I32], &[]);
    ready
        .func_body()
        .global_get(there)
        .unop(UnaryOp::I32Eqz)
        .if_else(
            None,
            |then| {
                then.local_get(place).call(bring);
            },
            |_| {},
        );
    let ready = ready.finish(vec![place], &mut first.funcs);

    for (id, all) in places {
        let Some(at) = all.first() else { continue };
        let at = i32::try_from(*at)?;
        let ty = first.funcs.get(*id).ty();
        let (params, results) = first.types.params_results(ty);
        let (params, results) = (params.to_vec(), results.to_vec());
        let args: Vec<_> = params.iter().map(|ty| first.locals.add(*ty)).collect();
        let mut door = FunctionBuilder::new(&mut first.types, &params, &results);
        let mut body = door.func_body();
        body.i32_const(at).call(ready);
        for arg in &args {
            body.local_get(*arg);
        }
        body.i32_const(at).call_indirect(ty, table);
        first.funcs.get_mut(*id).kind = FunctionKind::Local(door.local_func(args));
    }
    Ok(())
}
