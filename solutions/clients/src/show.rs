//! A program, and what is wrong with one of its executions, in words.

use crate::program::Program;
use crate::{Clients, Scene};
use std::fmt::Write as _;
use sync::history::Violation;

/// The program in a few lines.
pub(crate) fn program<C: Clients>(scenes: &[Scene<C>], program: &Program<C>) -> String {
    let mut out = String::from("The program:\n\n");
    let _ = writeln!(out, "    {}", scenes[program.scene].text);
    for (hand, op) in &program.before {
        let whose = if *hand == 0 { String::new() } else { format!("  // what thread {hand} gets") };
        let _ = writeln!(out, "    {};{whose}", C::show(op));
    }
    let mut number = 0;
    for ops in program.calls[1..].iter().filter(|ops| !ops.is_empty()) {
        number += 1;
        let _ = writeln!(out, "    thread {number}: {}", list::<C>(ops));
    }
    if !program.calls[0].is_empty() {
        let _ = writeln!(out, "    then: {}", list::<C>(&program.calls[0]));
    }
    out
}

fn list<C: Clients>(ops: &[crate::Op<C>]) -> String {
    ops.iter().map(C::show).collect::<Vec<_>>().join("; ")
}

/// What no order explains.
pub(crate) fn violation<C: Clients>(violation: &Violation<C::Spec>) -> String {
    let mut out = violation.tell(C::show);
    out += ".\n\nNo order of these calls explains it:\n";
    for call in &violation.calls {
        let _ = write!(out, "\n    thread {}: {}", call.thread, C::show(&call.op));
        let _ = match &call.ret {
            Some(ret) => write!(out, " → {ret:?}"),
            None => write!(out, " …"),
        };
    }
    out
}
