//! Holds a machine to the outcomes of each program, and finds the step at which it goes wrong.

use super::super::super::subject::Machine;
use super::explore::{Did, Run, Step, outcomes};
use super::machine::{Memory, Right};
use super::program::{Program, all};
use std::fmt::Write as _;

/// Fails with the first program that does not end as it does on an x86.
pub fn judge(is_meant: fn(&Program) -> bool) {
    for program in all().iter().filter(|program| is_meant(program)) {
        if let Err(report) = compare(program) {
            panic!("{report}");
        }
    }
}

fn compare(program: &Program) -> Result<(), String> {
    let name = program.name;
    let found = outcomes::<Machine>(program).map_err(|way| {
        let told = follow(program, &way);
        format!("{name}: after these steps your machine stands still, but the program has not ended{program}\n{told}")
    })?;
    if let Some((end, way)) = found.iter().find(|(end, _)| !program.ends.contains(end)) {
        let end = program.tell(end);
        return Err(format!(
            "{name}: on your machine this program can end with {end}; on an x86 it cannot{program}\n{}",
            follow(program, way)
        ));
    }
    let Some(lost) = program.ends.iter().find(|end| !found.contains_key(*end)) else {
        return Ok(());
    };
    let right = outcomes::<Right>(program).ok().and_then(|ends| ends.get(lost).cloned());
    let way = right.expect("the machine that the others are held against ends as herd7 says");
    Err(format!(
        "{name}: on an x86 this program can end with {}; on your machine it cannot{program}\n{}",
        program.tell(lost),
        follow(program, &way)
    ))
}

/// Does these steps on both machines, as far as they agree.
fn follow(program: &Program, way: &[Step]) -> String {
    let (mut yours, mut right) = (Run::<Machine>::new(program), Run::<Right>::new(program));
    let mut out = String::new();
    for &step in way {
        let text = match step {
            Step::Drain(core) => format!("core {core}: drain"),
            Step::Next(core) => {
                let instruction =
                    yours.instruction(program, core).or(right.instruction(program, core));
                format!("core {core}: {}", instruction.map_or("", |instruction| instruction.text))
            }
        };
        let waiting = tell_waiting(program, &right);
        let (mine, x86) = (yours.step(program, step), right.step(program, step));
        let [mine, x86] = [mine, x86].map(|did| did.unwrap_or(Did::Waits));
        if mine != x86 {
            let _ =
                write!(out, "\n    {text:<24}yours: {}; x86: {}{waiting}", tell(mine), tell(x86));
            return out + &why(mine, x86);
        }
        let _ = write!(out, "\n    {text:<24}{}", tell(mine));
        if let Some(difference) = seen(program, &yours.machine, &right.machine) {
            return out + &difference;
        }
    }
    for core in 0..program.cores.len() {
        if right.machine.drain(core) {
            let _ = write!(
                out,
                "\n  Here your machine has nothing left to drain, but a store of core {core} is still on its way."
            );
            return out;
        }
    }
    out + "\n  Up to here each step does what it should. But your machine does not go on as another that came to this point by \
           another way.\n  Are two machines that differ equal?"
}

/// What the cores would load now, if that differs.
fn seen(program: &Program, yours: &Machine, right: &Right) -> Option<String> {
    for core in 0..program.cores.len() {
        for (location, name) in program.locations.iter().enumerate() {
            let (mine, x86) = (yours.load(core, location), right.load(core, location));
            if mine != x86 {
                return Some(format!(
                    "\n  Now core {core} would load {name} = {mine} on your machine, but {name} = {x86} on an x86."
                ));
            }
        }
    }
    None
}

fn tell(did: Did) -> String {
    match did {
        Did::Read(value) => format!("reads {value}"),
        Did::Stored(value) => format!("{value} goes into the buffer"),
        Did::Passed => "passes".into(),
        Did::Drained => "the oldest store reaches memory".into(),
        Did::Skipped => "not done".into(),
        Did::Waits => "waits".into(),
        Did::Nothing => "nothing is on its way".into(),
    }
}

fn tell_waiting(program: &Program, right: &Run<Right>) -> String {
    let mut out = String::new();
    for (core, stores) in
        right.machine.waiting.iter().enumerate().filter(|(_, stores)| !stores.is_empty())
    {
        let stores: Vec<_> = stores
            .iter()
            .map(|(at, value)| format!("{} = {value}", program.locations[*at]))
            .collect();
        let _ = write!(out, "\n  On their way from core {core}: {}.", stores.join(", "));
    }
    out
}

fn why(mine: Did, right: Did) -> String {
    let why = match (mine, right) {
        (Did::Passed, Did::Waits) => "A fence waits until its core's buffer is empty.",
        (Did::Waits, Did::Passed) => {
            "A fence waits for its own core's buffer, and for nothing else."
        }
        (Did::Read(_), Did::Waits) => {
            "A locked instruction waits until its core's buffer is empty."
        }
        (Did::Waits, Did::Read(_)) => {
            "A locked instruction waits for its own core's buffer, and for nothing else."
        }
        (Did::Read(_), Did::Read(_)) => {
            "A core sees its own stores at once, the newest first, and of others what has reached memory."
        }
        (Did::Drained | Did::Nothing, _) => "What is on its way reaches memory once.",
        _ => return String::new(),
    };
    format!("\n  {why}")
}
