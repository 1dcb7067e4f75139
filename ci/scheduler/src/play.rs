//! A level that is being played: the execution so far, and what each thread does next.

use crate::level::Level;
use crate::program::{Line, Operation, Value, Verb};
use rc11::by_hand::{self, Axiom, Done, Growing, Name};
use std::collections::BTreeMap;

/// A level that is being played.
#[derive(Clone, Debug)]
pub struct Play<'a> {
    /// The level.
    pub level: &'a Level,
    /// What has been done.
    pub execution: Growing,
    /// The next line of each thread.
    pub next: Vec<usize>,
    /// What the registers hold.
    pub registers: BTreeMap<&'a str, u64>,
    /// How the program has been broken.
    pub broken: Option<Broken>,
}

/// How a program was broken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Broken {
    /// A data race of these operations.
    Race(Name, Name),
    /// What must not be is so.
    Test,
}

/// Why a step is not offered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum No {
    /// An axiom forbids it.
    Axiom(Axiom),
    /// The loop would only turn.
    Turns,
}

impl<'a> Play<'a> {
    /// Nothing has been done.
    pub fn new(level: &'a Level) -> Self {
        let values: Vec<u64> = level.memory.iter().map(|location| location.value).collect();
        let mut play = Self {
            level,
            execution: Growing::new(level.threads.len(), &values),
            next: vec![0; level.threads.len()],
            registers: BTreeMap::new(),
            broken: None,
        };
        (0..level.threads.len()).for_each(|thread| play.settle(thread));
        play
    }

    /// The operation that a thread does next.
    pub fn operation(&self, thread: usize) -> Option<&'a Operation> {
        match self.level.threads[thread].1.get(self.next[thread]) {
            Some((_, Line::Does(operation))) => Some(operation),
            _ => None,
        }
    }

    /// That operation with the values that it has now.
    pub fn request(&self, thread: usize) -> Option<by_hand::Operation> {
        let operation = self.operation(thread)?;
        let is_fence = matches!(operation.verb, Verb::Fence);
        Some(by_hand::Operation {
            action: operation.verb.action(|value| self.know(value)),
            location: if is_fence { 0 } else { self.level.location(&operation.location) },
            order: operation.order,
        })
    }

    /// What there is to choose for a thread, for each place in the modification order. Nothing if it has ended.
    pub fn choices(&self, thread: usize) -> Vec<Result<Play<'a>, No>> {
        let Some(request) = self.request(thread).filter(|_| self.broken.is_none()) else {
            return Vec::new();
        };
        let verdicts = self.execution.places(thread, &request);
        let places = verdicts.into_iter().enumerate();
        places
            .map(|(place, verdict)| {
                verdict.map_err(No::Axiom)?;
                let mut next = self.clone();
                next.step(thread, &request, place)?;
                Ok(next)
            })
            .collect()
    }

    fn step(
        &mut self,
        thread: usize,
        request: &by_hand::Operation,
        place: usize,
    ) -> Result<(), No> {
        let operation = self.operation(thread).expect("it was asked for");
        let this = (thread, self.execution.done(thread));
        let Done { read, race, .. } =
            self.execution.grow(thread, request, place).map_err(No::Axiom)?;
        if let (Some(read), Some((equal, value))) = (read, &operation.again)
            && (read == self.know(value)) == *equal
        {
            return Err(No::Turns);
        }
        if let (Some(read), Some(register)) = (read, &operation.register) {
            let ok = operation.is_ok.as_ref().map(|value| u64::from(read == self.know(value)));
            self.registers.insert(register, ok.unwrap_or(read));
        }
        self.next[thread] += 1;
        self.settle(thread);
        self.broken = match race {
            Some(other) => Some(Broken::Race(other, this)),
            None => self.is_broken().then_some(Broken::Test),
        };
        Ok(())
    }

    /// Goes on to the next operation: what is between is nobody's choice.
    fn settle(&mut self, thread: usize) {
        while let Some((_, line)) = self.level.threads[thread].1.get(self.next[thread]) {
            self.next[thread] = match line {
                Line::Does(_) => return,
                Line::If(test, end) => {
                    let holds = (self.know(&test.left) == self.know(&test.right)) == test.equal;
                    if holds { self.next[thread] + 1 } else { *end }
                }
                Line::End => self.next[thread] + 1,
            };
        }
    }

    /// What the last step of a thread has written.
    pub fn written(&self, thread: usize) -> Option<u64> {
        let name = Some((thread, self.execution.done(thread).checked_sub(1)?));
        let locations = 0..self.level.memory.len();
        let mut writes = locations.flat_map(|location| self.execution.writes(location));
        writes.find(|written| written.by == name).map(|written| written.value)
    }

    /// Have all threads ended?
    pub fn is_over(&self) -> bool {
        (0..self.next.len()).all(|thread| self.operation(thread).is_none())
    }

    fn is_broken(&self) -> bool {
        let know = |value: &Value| match value {
            Value::Number(number) => Some(*number),
            Value::Register(name, more) => self
                .register(name)
                .or_else(|| {
                    let location =
                        self.level.memory.iter().position(|known| known.name == *name)?;
                    let last = self.is_over().then(|| self.execution.writes(location));
                    last?.last().map(|written| written.value)
                })
                .map(|value| value.wrapping_add(*more)),
        };
        let holds = |test: &crate::program::Test| {
            let sides = know(&test.left).zip(know(&test.right));
            sides.is_some_and(|(left, right)| (left == right) == test.equal)
        };
        !self.level.broken.is_empty() && self.level.broken.iter().all(holds)
    }

    fn register(&self, name: &str) -> Option<u64> {
        self.registers.get(name).copied()
    }

    fn know(&self, value: &Value) -> u64 {
        match value {
            Value::Number(number) => *number,
            Value::Register(name, more) => {
                let known = self.register(name);
                known.unwrap_or_else(|| panic!("`{name}` holds nothing")).wrapping_add(*more)
            }
        }
    }
}
