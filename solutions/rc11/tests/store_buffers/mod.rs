//! The machine of the x86-TSO paper, as it is told there and not as axioms: each thread has a queue of stores that the others do not see
//! yet. All its runs are tried.

use crate::{Op, Program, Registers, Value, ordering};
use rc11::atomic::Ordering::{self, SeqCst};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Thread {
    /// How many of its operations it has performed.
    at: usize,
    registers: Registers,
    /// From the oldest to the newest.
    stores: VecDeque<(String, u64)>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Machine {
    threads: Vec<Thread>,
    memory: BTreeMap<String, u64>,
}

/// The outcomes of a program.
pub fn outcomes(program: &Program) -> BTreeSet<Vec<u64>> {
    let idle = Thread { at: 0, registers: Registers::new(), stores: VecDeque::new() };
    let threads = vec![idle; program.threads.len()];
    let mut left = vec![Machine { threads, memory: BTreeMap::new() }];
    let mut known: BTreeSet<Machine> = left.iter().cloned().collect();
    let mut outcomes = BTreeSet::new();
    while let Some(machine) = left.pop() {
        let mut is_over = true;
        for thread in 0..machine.threads.len() {
            let next = [machine.perform(thread, program), machine.flush(thread)];
            for next in next.into_iter().flatten() {
                is_over = false;
                if known.insert(next.clone()) {
                    left.push(next);
                }
            }
        }
        if is_over {
            outcomes.insert(program.vars.iter().map(|var| machine.value(var)).collect());
        }
    }
    outcomes
}

impl Machine {
    /// The oldest store of the thread comes to be seen by all.
    fn flush(&self, thread: usize) -> Option<Self> {
        let mut next = self.clone();
        let (location, value) = next.threads[thread].stores.pop_front()?;
        next.memory.insert(location, value);
        Some(next)
    }

    /// The thread performs its next operation. `None` if there is none, or if its stores must be seen before.
    fn perform(&self, thread: usize, program: &Program) -> Option<Self> {
        let mut next = self.clone();
        let me = &mut next.threads[thread];
        let op = program.threads[thread].get(me.at)?;
        me.at += 1;
        let register = |name: &str| me.registers.get(name).copied().unwrap_or(0);
        if op.condition.as_ref().is_some_and(|condition| register(&condition.reg) != condition.eq) {
            return Some(next);
        }
        let value = match &op.val {
            Some(Value::Number(value)) => *value,
            Some(Value::Name(name)) => register(name),
            None => 0,
        };
        if is_barrier(op) && !me.stores.is_empty() {
            return None;
        }
        let mine = me.stores.iter().rev().find(|(location, _)| *location == op.loc);
        let old = mine.map(|(_, value)| *value).or_else(|| next.memory.get(&op.loc).copied());
        let old = old.unwrap_or(0);
        if op.op == "load" || op.op == "rmw" {
            me.registers.insert(op.reg.clone(), old);
        }
        if op.op == "store" && !is_barrier(op) {
            me.stores.push_back((op.loc.clone(), value));
        } else if op.op == "store" || op.op == "rmw" {
            let new = match op.rmw.as_str() {
                "add" => old.wrapping_add(value),
                "cas" if op.expect != Some(old) => old,
                _ => value,
            };
            next.memory.insert(op.loc.clone(), new);
        }
        Some(next)
    }

    fn value(&self, var: &str) -> u64 {
        let value = match var.split_once(':') {
            Some((thread, register)) => {
                self.threads[thread.parse::<usize>().unwrap()].registers.get(register)
            }
            None => self.memory.get(var),
        };
        value.copied().unwrap_or(0)
    }
}

fn is_barrier(op: &Op) -> bool {
    let order: Option<Ordering> = ordering(&op.ord);
    op.op == "rmw" || op.op != "load" && order == Some(SeqCst)
}
