//! The function table that both halves call through. It stays the first half's own: an exported one makes Chromium's
//! tools for memory (`Runtime.queryObjects`) run for ever.
//!
//! So the first half exports a caller for each signature, and a function that fills a place.

use std::collections::{BTreeMap, BTreeSet};

use walrus::{
    ConstExpr, ElementItems, ElementKind, FunctionBuilder, FunctionId, FunctionKind, Module,
    RefType, TableId, TypeId, ValType,
    ir::{
        BinaryOp, Call, CallIndirect, Instr, InstrLocId, Value, Visitor, VisitorMut, dfs_in_order,
        dfs_pre_order_mut,
    },
};

use super::FIRST;
use crate::Result;

/// The names of what the first half exports for the later one's sake.
pub(super) struct Callers {
    /// One for each signature; it takes the place last.
    by_type: Vec<(TypeId, String)>,
    /// Takes a place and a function.
    fill: String,
}

/// Signatures that are called through the table.
#[derive(Default)]
struct Signatures(BTreeSet<TypeId>);

impl Visitor<'_> for Signatures {
    fn visit_call_indirect(&mut self, call: &CallIndirect) {
        self.0.insert(call.ty);
    }
}

/// Has the first half call, and fill its table, for the later one.
pub(super) fn lend(
    first: &mut Module,
    table: TableId,
    moved: &BTreeSet<FunctionId>,
    mut name: impl FnMut() -> String,
) -> Callers {
    let mut signatures = Signatures::default();
    for (_, function) in first
        .funcs
        .iter_local()
        .filter(|(id, _)| moved.contains(id))
    {
        dfs_in_order(&mut signatures, function, function.entry_block());
    }
    let mut by_type = Vec::new();
    for ty in signatures.0 {
        let (params, results) = first.types.params_results(ty);
        let (mut params, results) = (params.to_vec(), results.to_vec());
        params.push(ValType::I32);
        let args: Vec<_> = params.iter().map(|ty| first.locals.add(*ty)).collect();
        let mut caller = FunctionBuilder::new(&mut first.types, &params, &results);
        let mut body = caller.func_body();
        for arg in &args {
            body.local_get(*arg);
        }
        body.call_indirect(ty, table);
        let caller = caller.finish(args, &mut first.funcs);
        let name = name();
        first.exports.add(&name, caller);
        by_type.push((ty, name));
    }
    let place = first.locals.add(ValType::I32);
    let function = first.locals.add(ValType::Ref(RefType::FUNCREF));
    let params = [ValType::I32, ValType::Ref(RefType::FUNCREF)];
    let mut fill = FunctionBuilder::new(&mut first.types, &params, &[]);
    fill.func_body()
        .local_get(place)
        .local_get(function)
        .table_set(table);
    let fill_id = fill.finish(vec![place, function], &mut first.funcs);
    let fill = name();
    first.exports.add(&fill, fill_id);
    Callers { by_type, fill }
}

/// Calls by signature become calls of the first half's callers.
struct ByCaller(BTreeMap<TypeId, FunctionId>);

impl VisitorMut for ByCaller {
    fn visit_instr_mut(&mut self, instr: &mut Instr, _: &mut InstrLocId) {
        if let Instr::CallIndirect(CallIndirect { ty, .. }) = instr
            && let Some(caller) = self.0.get(ty)
        {
            *instr = Call { func: *caller }.into();
        }
    }
}

/// Has the later half call through the first's table, and fill the places of the doors when it comes.
/// `types` of the first half are those of the later, in the same order.
pub(super) fn borrow(
    later: &mut Module,
    types: &[TypeId],
    callers: &Callers,
    moved: &BTreeSet<FunctionId>,
    standing: &BTreeMap<usize, FunctionId>,
) -> Result {
    let twins: BTreeMap<TypeId, TypeId> = types
        .iter()
        .copied()
        .zip(later.types.iter().map(|ty| ty.id()).collect::<Vec<_>>())
        .collect();
    let mut by_type = BTreeMap::new();
    for (ty, name) in &callers.by_type {
        let ty = twins[ty];
        let (params, results) = later.types.params_results(ty);
        let (mut params, results) = (params.to_vec(), results.to_vec());
        params.push(ValType::I32);
        let taken = later.types.add(&params, &results);
        let (caller, _) = later.add_import_func(FIRST, name, taken);
        by_type.insert(ty, caller);
    }
    let mut by_caller = ByCaller(by_type);
    for id in moved {
        if let FunctionKind::Local(function) = &mut later.funcs.get_mut(*id).kind {
            let entry = function.entry_block();
            dfs_pre_order_mut(&mut by_caller, function, entry);
        }
    }
    start(later, callers, standing)
}

/// The function that fills the places, from a table of the later half's own.
fn start(later: &mut Module, callers: &Callers, standing: &BTreeMap<usize, FunctionId>) -> Result {
    let params = [ValType::I32, ValType::Ref(RefType::FUNCREF)];
    let ty = later.types.add(&params, &[]);
    let (fill, _) = later.add_import_func(FIRST, &callers.fill, ty);

    let count = standing.len() as u64;
    let own = later
        .tables
        .add_local(false, count, Some(count), RefType::FUNCREF);
    let offset = ConstExpr::Value(Value::I32(0));
    let all = standing.values().copied().collect();
    let kind = ElementKind::Active { table: own, offset };
    let segment = later.elements.add(kind, ElementItems::Functions(all));
    later.tables.get_mut(own).elem_segments.insert(segment);

    let [place, from, end] = std::array::from_fn(|_| later.locals.add(ValType::I32));
    let mut run = FunctionBuilder::new(&mut later.types, &[ValType::I32; 3], &[]);
    run.func_body().loop_(None, |body| {
        let again = body.id();
        body.local_get(place)
            .local_get(from)
            .table_get(own)
            .call(fill)
            .local_get(place)
            .i32_const(1)
            .binop(BinaryOp::I32Add)
            .local_set(place)
            .local_get(from)
            .i32_const(1)
            .binop(BinaryOp::I32Add)
            .local_tee(from)
            .local_get(end)
            .binop(BinaryOp::I32LtU)
            .br_if(again);
    });
    let run = run.finish(vec![place, from, end], &mut later.funcs);

    let mut start = FunctionBuilder::new(&mut later.types, &[], &[]);
    let mut body = start.func_body();
    let places: Vec<usize> = standing.keys().copied().collect();
    let mut from = 0;
    for neighbours in places.chunk_by(|one, next| one + 1 == *next) {
        let end = from + neighbours.len();
        body.i32_const(i32::try_from(neighbours[0])?)
            .i32_const(i32::try_from(from)?)
            .i32_const(i32::try_from(end)?)
            .call(run);
        from = end;
    }
    later.start = Some(start.finish(Vec::new(), &mut later.funcs));
    Ok(())
}
