//! Runs programs, and holds what they do to the specification.

use crate::program::{Program, Programs};
use crate::size::{Size, size};
use crate::{Clients, Op, Ret, Scene, message, show};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync::history::{Call, End, History};
use sync::{Explored, Model, Moment, Stuck, now, reject, thread};

/// Runs every small program of `C`, the smallest first. One that does what the specification does not allow is shown, with
/// the execution, and the process ends.
pub fn check<C: Clients>() {
    check_with::<C>(&Model::new().faults(0));
}

/// As [`check`], each program explored as `model` says.
fn check_with<C: Clients>(model: &Model) {
    let size = size();
    let scenes: Arc<[Scene<C>]> = C::scenes().into();
    let mut programs = Programs::new(&scenes, size);
    let (mut total, mut count, mut whole) = (0, 0, None);
    'sizes: for calls in 0..=programs.largest() {
        for program in programs.of(calls) {
            if total >= size.executions {
                break 'sizes;
            }
            total += run(&scenes, program, size, model).all;
            count += 1;
        }
        whole = Some(calls);
    }
    let all = if whole == Some(programs.largest()) { "" } else { " within bounds" };
    println!("explored {total} executions of {count} clients, all of up to {} calls{all}", whole.unwrap_or(0));
}

/// What a thread did.
struct Entry<C: Clients> {
    op: Op<C>,
    begin: Moment,
    end: Option<(Ret<C>, Moment)>,
    /// There was nothing to make the call with.
    void: bool,
}

/// What happened in the execution under way, and what is known of those before.
struct Record<C: Clients> {
    entries: Vec<Entry<C>>,
    /// Histories that the specification allows.
    good: HashSet<(History<C::Spec>, bool)>,
}

/// A program, and what its executions leave.
struct Run<C: Clients> {
    scenes: Arc<[Scene<C>]>,
    program: Program<C>,
    record: Mutex<Record<C>>,
}

// SAFETY: all threads of a model run on one thread of the system at a time, and what an operation or a result contains is a
// number or has no owner; see `Op` and `Ret`.
unsafe impl<C: Clients> Send for Run<C> {}
// SAFETY: as above.
unsafe impl<C: Clients> Sync for Run<C> {}

/// What is taken to another thread, whether or not its type allows it: that is a fact checked apart.
struct Moved<T>(T);

// SAFETY: for checks only.
unsafe impl<T> Send for Moved<T> {}

impl<T> Moved<T> {
    fn here(self) -> T {
        self.0
    }
}

fn run<C: Clients>(
    scenes: &Arc<[Scene<C>]>,
    program: Program<C>,
    size: Size,
    model: &Model,
) -> Explored {
    let text = show::program(scenes, &program);
    let record = Mutex::new(Record { entries: Vec::new(), good: HashSet::new() });
    let run = Arc::new(Run { scenes: scenes.clone(), program, record });
    let judge = run.clone();
    let model = model.clone().executions(size.of_one).preface(text);
    let model = if C::WATCH_FREES { model.watch_frees() } else { model };
    model.on_stuck(move |stuck| judge.is_allowed(stuck)).count(move || execute(&run))
}

/// One execution.
fn execute<C: Clients>(run: &Arc<Run<C>>) {
    message::begin();
    run.record().entries.clear();
    let mut hands = (run.scenes[run.program.scene].hands)();
    for (hand, op) in &run.program.before {
        run.make(&mut hands[*hand], op);
    }
    let main = hands.remove(0);
    let mut others = Vec::new();
    for (number, hand) in hands.into_iter().enumerate() {
        // A thread that does nothing is none.
        if run.program.calls[number + 1].is_empty() {
            drop(hand);
            continue;
        }
        let (run, hand) = (run.clone(), Moved(hand));
        others.push(thread::spawn(move || {
            let mut hand = hand.here();
            for op in &run.program.calls[number + 1] {
                run.make(&mut hand, op);
            }
        }));
    }
    for other in others {
        // A panic of a thread has failed the model.
        let _ = other.join();
    }
    let mut main = main;
    for op in &run.program.calls[0] {
        run.make(&mut main, op);
    }
    drop(main);
    if let Err(why) = run.is_good(End::Open) {
        reject(why);
    }
}

impl<C: Clients> Run<C> {
    fn record(&self) -> MutexGuard<'_, Record<C>> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a call, and records it.
    fn make(&self, hand: &mut C::Hand, op: &Op<C>) {
        let begin = now();
        let number = {
            let entries = &mut self.record().entries;
            entries.push(Entry { op: op.clone(), begin, end: None, void: false });
            entries.len() - 1
        };
        let ret = C::perform(hand, op);
        let end = now();
        let entry = &mut self.record().entries[number];
        entry.void = ret.is_none();
        entry.end = ret.map(|ret| (ret, end));
    }

    /// What the threads have done.
    fn history(&self) -> History<C::Spec> {
        let record = self.record();
        let entries: Vec<_> = record.entries.iter().filter(|entry| !entry.void).collect();
        let mut history = History::new();
        for (number, entry) in entries.iter().enumerate() {
            let is_before = |other: &&Entry<C>| {
                let end = other.end.as_ref().map(|(_, end)| end);
                end.is_some_and(|end| other.begin.until_happens_before(end, &entry.begin))
            };
            let bits = (0..number).filter(|&i| is_before(&entries[i])).map(|i| 1 << i);
            history.push(Call {
                thread: entry.begin.thread(),
                op: entry.op.clone(),
                ret: entry.end.as_ref().map(|(ret, _)| ret.clone()),
                after: bits.sum(),
            });
        }
        history
    }

    fn is_good(&self, end: End) -> Result<(), String> {
        let history = self.history();
        let key = (history, end == End::Still);
        if self.record().good.contains(&key) {
            return Ok(());
        }
        let initial = &self.scenes[self.program.scene].spec;
        key.0.check(initial, end).map_err(|violation| show::violation::<C>(&violation))?;
        self.record().good.insert(key);
        Ok(())
    }

    /// May the threads be where they are?
    fn is_allowed(&self, stuck: &Stuck) -> Result<(), String> {
        let waits = |op: &Op<C>, thread| {
            C::never_waits(op) && stuck.threads.iter().any(|(stuck, _)| *stuck == thread)
        };
        let impatient = {
            let record = self.record();
            let mut under_way = record.entries.iter().filter(|e| e.end.is_none() && !e.void);
            under_way.find(|e| waits(&e.op, e.begin.thread())).map(|e| C::show(&e.op))
        };
        match impatient {
            Some(op) => Err(format!("`{op}` waits for another thread, and must never wait")),
            None if stuck.for_ever => self.is_good(End::Still),
            None => Ok(()),
        }
    }
}
