//! Does a call come to its end, though another thread has stopped?

use super::{Asks, Run, lock};
use crate::Progress;
use crate::log::Blame;
use crate::object::OpId;
use crate::program::Beset;
use rc11::{Blocked, Objection, Stuck, now, support};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// A call that makes more steps is taken to run for ever.
pub(super) const LONG: usize = 200;

/// Slow calls let another thread make its calls after so many of their own steps, the second one when it has made one call; or a call before
/// each of their steps.
fn late(beset: Beset, after: Option<usize>, call: usize) {
    let Beset { fast, slow, .. } = beset;
    let is_fast = now().thread() == fast;
    match (after, beset.second) {
        (None, _) if call == beset.call => support::give_way_before_each_step(fast),
        (None, _) if is_fast => support::give_way(slow),
        (Some(after), _) if call == beset.call => support::give_way_after(after, fast),
        (Some(after), Some((second, _))) if call == second => support::give_way_after(after, fast),
        (Some(_), Some((_, thread))) if call == beset.first + 1 => support::give_way(thread),
        (Some(_), _) if is_fast && !support::is_favoured() => support::give_way(slow),
        _ => {}
    }
}

impl Run {
    /// The call is about to begin: how far may it go?
    pub fn watch(self: &Arc<Self>, call: usize, op: OpId) {
        let stop = match self.asks {
            Asks::Results
            | Asks::Unwinding { .. }
            | Asks::Restless(_)
            | Asks::Fickle(_)
            | Asks::Edge
            | Asks::Many => {
                return;
            }
            Asks::Progress(stop) => stop,
            Asks::Beset(beset) => return self.beset(beset, call, op),
            Asks::Late(beset, after) => return late(beset, after, call),
        };
        if let Some(stop) = stop.filter(|stop| stop.call == call) {
            support::stop_after(Some(stop.after));
        }
        let most = match support::unseen(|| self.world.object.progress(op)) {
            // Who is not stopped may be slow, and another one lose again and again meanwhile.
            Progress::LockFree if stop.is_some() => LONG,
            Progress::Blocking | Progress::LockFree => return,
            Progress::WaitFree(most) => most,
        };
        self.limit(call, most);
    }

    fn limit(self: &Arc<Self>, call: usize, most: usize) {
        support::unseen(|| {
            let run = self.clone();
            support::limit(most, move || run.takes_too_long(call, most));
        });
    }

    /// As [`watch`](Self::watch), where one thread is slow and another one fast.
    fn beset(self: &Arc<Self>, beset: Beset, call: usize, op: OpId) {
        if call == beset.call {
            if let Progress::WaitFree(most) = support::unseen(|| self.world.object.progress(op)) {
                self.limit(call, most);
            }
            support::give_way_before_each_step(beset.fast);
        } else if now().thread() == beset.fast {
            support::give_way(beset.slow);
        }
    }

    /// The call of this number, as a line of a program.
    pub fn shown(&self, call: usize) -> String {
        self.world.object.show(self.program.call(call).1)
    }

    fn promised(&self, call: usize) -> Progress {
        self.world.object.progress(self.program.call(call).1)
    }

    fn takes_too_long(&self, call: usize, most: usize) -> Objection {
        let under_way = lock(&self.log).under_way();
        let stop = if let Asks::Progress(stop) = self.asks { stop } else { None };
        let stop = stop.and_then(|stop| under_way.iter().find(|(call, _)| *call == stop.call));
        let meanwhile = match (stop, self.asks) {
            (Some(&(call, thread)), _) => {
                format!(", while thread {thread} has stopped in `{}`", self.shown(call))
            }
            (None, Asks::Beset(beset)) => {
                format!(", while thread {} makes a call before each of them", beset.fast)
            }
            _ => String::new(),
        };
        let op = self.shown(call);
        let why = match self.promised(call) {
            Progress::WaitFree(_) => format!(
                "`{op}` must be wait-free, but makes more than {most} atomic operations{meanwhile}"
            ),
            _ => format!(
                "`{op}` must be lock-free, but makes more than {most} atomic operations without an end{meanwhile}"
            ),
        };
        self.objection(Blame { why, because: String::new(), calls: vec![call] })
    }

    /// Another thread is faster. Does the call do the same again and again, or wait?
    pub fn comes_to_its_end(&self, stuck: &Stuck, beset: Beset) -> Result<(), Objection> {
        let under_way = lock(&self.log).under_way();
        let is_stuck = |thread| stuck.threads.iter().any(|(stuck, _)| *stuck == thread);
        let is_beset = |(call, thread): &&(usize, usize)| *call == beset.call && is_stuck(*thread);
        let Some(&(call, _)) = under_way.iter().find(is_beset) else { return Ok(()) };
        let why = format!(
            "`{}` must be wait-free, but does the same again and again, while thread {} makes a call before each of its steps",
            self.shown(call),
            beset.fast
        );
        Err(self.objection(Blame { why, because: String::new(), calls: vec![call] }))
    }

    /// A thread has stopped. Does a call wait for it that must not?
    pub fn keeps_nobody(&self, stuck: &Stuck) -> Result<(), Objection> {
        let is_halted = |(_, why): &&(usize, Blocked)| *why == Blocked::Halted;
        let Some((halted, _)) = stuck.threads.iter().find(is_halted) else { return Ok(()) };
        self.has_stopped.store(true, Relaxed);
        if !stuck.for_ever {
            return Ok(());
        }
        let under_way = lock(&self.log).under_way();
        let within = under_way.iter().find(|(_, thread)| thread == halted);
        let Some(&(stopped, _)) = within else { return Ok(()) };
        let object = &self.world.object;
        let op_of = |call| self.program.call(call).1;
        let waits = |(call, thread): &&(usize, usize)| {
            thread != halted && !object.may_wait_for(op_of(*call), op_of(stopped))
        };
        let Some(&(call, _)) = under_way.iter().find(waits) else { return Ok(()) };
        let (op, within) = (self.shown(call), self.shown(stopped));
        let must = match self.promised(call) {
            Progress::Blocking => format!("must not wait for `{within}`"),
            _ => "must be lock-free".into(),
        };
        let why = format!(
            "`{op}` {must}, but waits for ever, because thread {halted} has stopped in `{within}`"
        );
        Err(self.objection(Blame { why, because: String::new(), calls: vec![call] }))
    }
}
