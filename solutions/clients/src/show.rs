//! A program, and what is wrong with one of its executions, in words.

use crate::object::{Object, OpId, Scene, State};
use crate::program::Program;
use rc11::history::Violation;
use std::fmt::Write as _;

/// Of more calls than these, only the first are shown.
const MANY: usize = 12;

/// The program in a few lines.
pub(crate) fn program(object: &dyn Object, scenes: &[Scene], program: &Program) -> String {
    let list = |ops: &[OpId]| {
        let mut shown: Vec<_> = ops.iter().map(|op| object.show(*op)).collect();
        if shown.len() > MANY {
            shown.splice(3.., [format!("and so on, {} calls", ops.len())]);
        }
        shown.join("; ")
    };
    let mut out = String::from("The program:\n\n");
    let _ = writeln!(out, "    {}", scenes[program.scene].text);
    for (_, op) in &program.before {
        let _ = writeln!(out, "    {}", object.show(*op));
    }
    for (thread, ops) in program.threads() {
        let _ = writeln!(out, "    thread {thread}: {}", list(ops));
    }
    if !program.calls[0].is_empty() {
        let _ = writeln!(out, "    then: {}", list(&program.calls[0]));
    }
    out
}

/// Which call a destructor makes.
pub(crate) fn unwinding(object: &dyn Object, program: &Program, call: usize) -> String {
    let (thread, op) = program.call(call);
    let op = object.show(op);
    format!("\nA destructor calls `{op}` while thread {thread} unwinds from a panic.\n")
}

/// What no order explains.
pub(crate) fn violation(object: &dyn Object, violation: &Violation<State>) -> String {
    let mut out = violation.tell(|op| object.show(*op), |ret| object.show_ret(*ret));
    if violation.culprit.is_some() {
        out += ", in whatever order these calls take effect";
    }
    out
}
