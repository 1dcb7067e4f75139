//! One exploration on several OS threads.
//!
//! Its executions have an order: the one in which a single thread explores them. What is left of it is cut into *parts*, each a piece of that
//! order. Whoever has nothing to do is given the later half of what somebody else has left (see [`part`](crate::core::part)), which
//! becomes the next piece in the list. So a failure, and a bound, has its place in the order, whoever comes upon it first:
//!
//! - A part that is explored to its end without a failure is added up when all parts before it are.
//! - At a failure its part stops, all later parts are given up, and the earlier ones are explored to their ends. The first part with a failure then goes on
//!   on one thread, at that failure, with the parts behind it as they were given out. So what is reported is what one thread
//!   reports, and so are the shorter failures that it looks at.
//! - If a bound on executions falls into a part that has gone beyond it, that part is explored once more, on one thread.
//!
//! Time has no place in the order. When it is up, the first failure is reported that was found.
//!
//! The parts share nothing: each OS thread has an engine, an allocator's quarantine and a shadow of its own. The program must not share
//! anything either, though one that keeps an atomic in a `static` does: then each execution would find what others leave in
//! it. An object of the checker's knows by its tag the last execution that has used it, and a tag is exchanged in one step. So of two
//! executions that use the same object, one learns of it, before it has done anything with what the object guards. From then on
//! the program *is for one*: what was explored side by side is forgotten, and explored by one thread. Most programs of that kind are known for what they are
//! before there is anything to forget, since the first executions of an exploration run on one thread.

use crate::core::part::Part;
use crate::core::search::Search;
use crate::runtime::explore::{CLOCK, Plan, Step};
use crate::runtime::parts::{Orders, Parts, Stop};
use crate::runtime::rest::{Rest, Tally, Traits};
use crate::runtime::state::Engine;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope};
use std::time::Instant;

/// What those have in common that explore together.
struct Pool {
    plan: Arc<Plan>,
    traits: Traits,
    start: Instant,
    parts: Mutex<Parts>,
    /// There is a part to take, or no part will be left.
    changed: Condvar,
    /// How many wait for a part that nobody has given out.
    hungry: AtomicUsize,
}

/// What an OS thread is to explore.
pub(super) struct Job {
    pub part: usize,
    pub orders: Arc<Orders>,
}

impl Engine {
    /// Is what is left to explore worth several OS threads, and can it be handed over?
    pub fn is_worth_several(&self) -> bool {
        let Self { plan, progress, .. } = self;
        let config = &plan.config;
        config.threads > 1
            && self.executions >= config.executions_alone
            && !(self.is_for_one || progress.was_handed_out || config.by_address)
            && progress.best.is_none()
            && progress.few.is_none()
            && !(self.is_drawn() || self.is_too_large())
            && config.on_execution.is_none()
            && config.guide.is_none()
            && config.sought.is_none()
    }

    /// The program uses what another execution has used, or will use.
    #[cold]
    pub fn is_found_to_be_for_one(&mut self) {
        self.is_for_one = true;
        // What it does from here on must not meet what another thread does.
        self.pruned |= self.is_one_of_several;
    }

    /// Explores `part`, and nothing else.
    fn begin(&mut self, part: Part, traits: Traits) {
        self.start_over();
        self.set_traits(traits);
        self.sites.clear();
        self.search.begin(part);
    }
}

/// Explores what is left, and returns what is left of that.
pub(crate) fn explore(rest: Rest) -> Rest {
    let config = &rest.plan.config;
    let most = config.max_executions.map_or(u64::MAX, |most| most - rest.executions);
    let is_generous = config.executions_alone == 0;
    let mut parts = Parts::new(rest.search.whole(), most, is_generous);
    parts.shares = vec![0; config.threads];
    let pool = Pool {
        plan: rest.plan.clone(),
        traits: rest.traits.clone(),
        start: rest.progress.start,
        parts: Mutex::new(parts),
        changed: Condvar::new(),
        hungry: AtomicUsize::new(is_generous.into()),
    };
    thread::scope(|scope| {
        for me in 0..config.threads {
            let pool = &pool;
            scope.spawn(move || work(scope, pool, me, None));
        }
    });
    let mut rest = pool.parts.into_inner().unwrap_or_else(PoisonError::into_inner).sum_up(rest);
    rest.progress.was_handed_out = true;
    rest
}

/// Explores one part after the other.
fn work<'scope>(
    scope: &'scope Scope<'scope, '_>,
    pool: &'scope Pool,
    me: usize,
    begun: Option<(Job, Box<Rest>)>,
) {
    let (mut engine, mut begun) = match begun {
        Some((job, rest)) => {
            let has_run = rest.has_run;
            (rest.into_engine(), Some((job, has_run)))
        }
        None => (Engine::new(pool.plan.clone()), None),
    };
    engine.is_one_of_several = true;
    engine.progress.start = pool.start;
    loop {
        // Another OS thread takes over from one that unwinds for ever.
        if thread::panicking() {
            scope.spawn(move || work(scope, pool, me, None));
            return;
        }
        let job = begun.take().or_else(|| pool.take(&mut engine).map(|job| (job, true)));
        let Some((job, has_run)) = job else { return };
        let has_run = pool.explore(&job, &mut engine, has_run);
        pool.parts().shares[me] += std::mem::take(&mut engine.runs);
        if let Some(has_run) = has_run {
            let rest = Box::new(engine.rest(has_run));
            scope.spawn(move || work(scope, pool, me, Some((job, rest))));
            return;
        }
    }
}

impl Pool {
    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a part. `None` if there will be none.
    fn take(&self, engine: &mut Engine) -> Option<Job> {
        let mut parts = self.parts();
        loop {
            if let Some((job, part)) = parts.take() {
                self.tell(&parts);
                drop(parts);
                engine.begin(part, self.traits.clone());
                return Some(job);
            }
            if parts.are_over() {
                self.changed.notify_all();
                return None;
            }
            parts.waiting += 1;
            self.tell(&parts);
            parts = self.changed.wait(parts).unwrap_or_else(PoisonError::into_inner);
            parts.waiting -= 1;
        }
    }

    /// Says how many are hungry.
    fn tell(&self, parts: &Parts) {
        // Relaxed: who reads an old number gives out a part later, or looks once too often under the lock.
        self.hungry.store(parts.hungry(), Relaxed);
    }

    /// Explores a part to its end, or as far as it is needed. If the OS thread unwinds for ever, says whether the execution has run that the
    /// search stands at.
    fn explore(&self, job: &Job, engine: &mut Engine, mut next: bool) -> Option<bool> {
        loop {
            if thread::panicking() {
                return Some(next);
            }
            if job.orders.is_to_stop() {
                self.parts().give_up(job.part, Tally::of(engine));
                break;
            }
            // Relaxed: as in `tell`.
            if next && self.hungry.load(Relaxed) > 0 {
                self.give_out(job, &mut engine.search);
            }
            if next && !engine.next() {
                self.parts().end(job.part, Tally::of(engine));
                break;
            }
            let step = engine.run_next();
            engine.runs += 1;
            if engine.is_for_one {
                self.parts().are_for_one(job.part);
                break;
            }
            next = !matches!(step, Step::Again);
            if !next {
                continue;
            }
            if matches!(step, Step::Counted) && engine.executions + 1 < job.orders.most() {
                engine.executions += 1;
                if engine.executions.is_multiple_of(CLOCK) && self.plan.is_late(self.start) {
                    self.parts().are_late();
                }
                continue;
            }
            let (traits, search) = (engine.traits(), std::mem::take(&mut engine.search));
            let stop = Stop { tally: Tally::of(engine), traits, search, step };
            self.parts().stop(job.part, stop);
            break;
        }
        self.changed.notify_all();
        None
    }

    fn give_out(&self, job: &Job, search: &mut Search) {
        let mut parts = self.parts();
        if parts.hungry() > 0
            && !job.orders.is_to_stop()
            && let Some(part) = search.split()
        {
            parts.add(job.part, part);
            self.tell(&parts);
            self.changed.notify_one();
        }
    }
}
