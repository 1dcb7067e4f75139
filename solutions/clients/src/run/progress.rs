//! Does a call come to its end, though another thread has stopped?

use super::{Asks, Run, lock};
use crate::Progress;
use crate::log::Blame;
use crate::object::OpId;
use rc11::{Blocked, Objection, Stuck, support};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// A call that makes more steps is taken to run for ever.
pub(super) const LONG: usize = 200;

impl Run {
    /// The call is about to begin: how far may it go?
    pub fn watch(self: &Arc<Self>, call: usize, op: OpId) {
        let Asks::Progress(stop) = self.asks else { return };
        if let Some(stop) = stop.filter(|stop| stop.call == call) {
            support::stop_after(Some(stop.after));
        }
        let most = match support::unseen(|| self.world.object.progress(op)) {
            // Who is not stopped may be slow, and another one lose again and again meanwhile.
            Progress::LockFree if stop.is_some() => LONG,
            Progress::Blocking | Progress::LockFree => return,
            Progress::WaitFree(most) => most,
        };
        support::unseen(|| {
            let run = self.clone();
            support::limit(most, move || run.takes_too_long(call, most));
        });
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
        let while_stopped = stop.map_or_else(String::new, |&(call, thread)| {
            format!(", while thread {thread} has stopped in `{}`", self.shown(call))
        });
        let op = self.shown(call);
        let why = match self.promised(call) {
            Progress::WaitFree(_) => format!(
                "`{op}` must be wait-free, and makes more than {most} atomic operations{while_stopped}"
            ),
            _ => format!(
                "`{op}` must be lock-free, and makes more than {most} atomic operations without an end{while_stopped}"
            ),
        };
        self.objection(Blame { why, because: String::new(), calls: vec![call] })
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
            "`{op}` {must}, and waits for ever, because thread {halted} has stopped in `{within}`"
        );
        Err(self.objection(Blame { why, because: String::new(), calls: vec![call] }))
    }
}
