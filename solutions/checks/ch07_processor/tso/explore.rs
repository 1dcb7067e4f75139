//! Runs a program on a machine in every way.

use super::machine::Memory;
use super::program::{Action, Instruction, Place, Program, REGISTERS, Value};
use std::collections::{BTreeMap, HashMap};

/// What comes next: the machine is free to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The core goes on with its program.
    Next(usize),
    /// The oldest store of the core reaches memory.
    Drain(usize),
}

/// What a step did, as far as a program can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    /// Loaded, or read by a locked instruction.
    Read(u32),
    Stored(u32),
    Passed,
    Drained,
    /// The instruction is not to be done.
    Skipped,
    /// The core has to wait.
    Waits,
    /// There is nothing to drain.
    Nothing,
}

impl Did {
    /// Nothing has changed.
    pub fn is_stuck(self) -> bool {
        matches!(self, Self::Waits | Self::Nothing)
    }
}

/// A program that is being run.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Run<M> {
    pub machine: M,
    /// How far each core has come.
    next: Vec<usize>,
    registers: Vec<[u32; REGISTERS]>,
}

/// More states than any program here has.
const MOST: usize = 100_000;

impl<M: Memory> Run<M> {
    pub fn new(program: &Program) -> Self {
        let cores = program.cores.len();
        Self {
            machine: M::new(cores, program.locations.len()),
            next: vec![0; cores],
            registers: vec![[0; REGISTERS]; cores],
        }
    }

    /// The instruction that the core does next.
    pub fn instruction<'a>(&self, program: &'a Program, core: usize) -> Option<&'a Instruction> {
        program.cores[core].get(self.next[core])
    }

    /// `None` if the core has done all.
    pub fn step(&mut self, program: &Program, step: Step) -> Option<Did> {
        let core = match step {
            Step::Drain(core) => {
                return Some(if self.machine.drain(core) { Did::Drained } else { Did::Nothing });
            }
            Step::Next(core) => core,
        };
        let instruction = self.instruction(program, core)?;
        let did = match instruction.only_if {
            Some((register, value)) if self.registers[core][register] != value => Did::Skipped,
            _ => self.execute(core, instruction.action),
        };
        if let (Some(register), Did::Read(value)) = (instruction.register, did) {
            self.registers[core][register] = value;
        }
        self.next[core] += usize::from(!did.is_stuck());
        Some(did)
    }

    fn execute(&mut self, core: usize, action: Action) -> Did {
        let registers = self.registers[core];
        let number = |value| match value {
            Value::Number(number) => number,
            Value::Register(register) => registers[register],
        };
        let machine = &mut self.machine;
        let old = match action {
            Action::Load(location) => Some(machine.load(core, location)),
            Action::Store(location, value) => {
                machine.store(core, location, number(value));
                return Did::Stored(number(value));
            }
            Action::Fence => {
                return if machine.passes_fence(core) { Did::Passed } else { Did::Waits };
            }
            Action::Exchange(location, new) => machine.locked(core, location, |_| number(new)),
            Action::Add(location, more) => machine.locked(core, location, |old| old + more),
            Action::CompareExchange(location, expected, new) => {
                machine.locked(core, location, |old| if old == expected { new } else { old })
            }
        };
        old.map_or(Did::Waits, Did::Read)
    }

    /// What an outcome lists.
    pub fn end(&self, program: &Program) -> Vec<u32> {
        let value = |place: &Place| match *place {
            Place::Register(core, register) => self.registers[core][register],
            Place::Memory(location) => self.machine.load(0, location),
        };
        program.places.iter().map(value).collect()
    }
}

/// Every outcome of the program, with a shortest way to it; or a way after which nothing goes on, though the program has not
/// come to its end.
pub fn outcomes<M: Memory>(program: &Program) -> Result<BTreeMap<Vec<u32>, Vec<Step>>, Vec<Step>> {
    let cores = program.cores.len();
    let steps: Vec<Step> =
        (0..cores).flat_map(|core| [Step::Next(core), Step::Drain(core)]).collect();
    let start = Run::<M>::new(program);
    let mut known = HashMap::from([(start.clone(), 0)]);
    // Each run with the one that it comes from, and by which step. What is nearest comes first.
    let mut runs = vec![(start, 0, Step::Next(0))];
    let mut ends = BTreeMap::new();
    let mut at = 0;
    while at < runs.len() {
        assert!(
            runs.len() < MOST,
            "{}: this machine has more than {MOST} states. Does a store reach memory again and again?",
            program.name
        );
        let run = runs[at].0.clone();
        let mut is_last = true;
        for &step in &steps {
            let mut next = run.clone();
            let went_on = next.step(program, step).is_some_and(|did| !did.is_stuck());
            is_last &= !went_on;
            if went_on && !known.contains_key(&next) {
                known.insert(next.clone(), runs.len());
                runs.push((next, at, step));
            }
        }
        if is_last {
            let way = || way(&runs, at);
            if (0..cores).any(|core| run.instruction(program, core).is_some()) {
                return Err(way());
            }
            ends.entry(run.end(program)).or_insert_with(way);
        }
        at += 1;
    }
    Ok(ends)
}

fn way<M>(runs: &[(Run<M>, usize, Step)], mut at: usize) -> Vec<Step> {
    let mut steps = Vec::new();
    while at != 0 {
        steps.push(runs[at].2);
        at = runs[at].1;
    }
    steps.reverse();
    steps
}
