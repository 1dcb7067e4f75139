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
    let mut long_before: Vec<_> =
        program.long_before.iter().take(3).map(|(_, op)| object.show(*op)).collect();
    if !long_before.is_empty() {
        long_before.push(format!("… and so on, {} calls in all", program.long_before.len()));
    }
    for call in long_before {
        let _ = writeln!(out, "    {call}");
    }
    let before: Vec<_> = program.before.iter().map(|(_, op)| object.show(*op)).collect();
    let tail = if before.len() > MANY { before.len() - 3 } else { 0 };
    for (number, call) in before.iter().enumerate() {
        if number < 3 || number >= tail {
            let _ = writeln!(out, "    {call}");
        } else if number == 3 {
            let _ = writeln!(out, "    … and so on, {} calls in all", before.len());
        }
    }
    for (thread, ops) in program.threads() {
        let _ = writeln!(out, "    thread {thread}: {}", list(ops));
    }
    if !program.calls[0].is_empty() {
        let _ = writeln!(out, "    then: {}", list(&program.calls[0]));
    }
    out
}

/// What no order explains.
pub(crate) fn violation(object: &dyn Object, violation: &Violation<State>) -> String {
    let mut out = violation.tell(|op| object.show(*op), |ret| object.show_ret(*ret));
    if violation.culprit.is_some() {
        out += ", in whatever order these calls take effect";
    }
    out
}
