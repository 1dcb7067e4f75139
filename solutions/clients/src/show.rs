//! A program, and what is wrong with one of its executions, in words.

use crate::program::Program;
use crate::{Clients, Op, Scene};
use rc11::history::Violation;
use std::fmt::Write as _;

/// The program in a few lines.
pub(crate) fn program<C: Clients>(scenes: &[Scene<C>], program: &Program<C>) -> String {
    let mut out = String::from("The program:\n\n");
    let _ = writeln!(out, "    {}", scenes[program.scene].text);
    for (_, op) in &program.before {
        let _ = writeln!(out, "    {}", C::show(op));
    }
    for (thread, ops) in program.threads() {
        let _ = writeln!(out, "    thread {thread}: {}", list::<C>(ops));
    }
    if !program.calls[0].is_empty() {
        let _ = writeln!(out, "    then: {}", list::<C>(&program.calls[0]));
    }
    out
}

fn list<C: Clients>(ops: &[Op<C>]) -> String {
    ops.iter().map(C::show).collect::<Vec<_>>().join("; ")
}

/// What no order explains.
pub(crate) fn violation<C: Clients>(violation: &Violation<C::Spec>) -> String {
    let mut out = violation.tell(C::show, C::show_ret);
    if violation.culprit.is_some() {
        out += ", in whatever order these calls take effect";
    }
    out
}
