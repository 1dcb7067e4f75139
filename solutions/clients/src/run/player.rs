//! Makes the calls of a program.

use super::{Asks, Run};
use crate::Clients;
use crate::object::{OpId, Typed};
use crate::unwind::at_end;
use rc11::{now, support, thread};
use std::rc::Rc;
use std::sync::Arc;

/// Makes the calls.
pub(super) struct Player<C: Clients> {
    pub typed: Rc<Typed<C>>,
    /// The hands of each scene.
    pub hands: Vec<fn() -> Vec<C::Hand>>,
}

/// What one thread uses at a time.
pub(super) struct Shared<T>(pub T);

// SAFETY: an exploration runs all threads of its model on one of the system's, and when that is a new one the old one waits
// for its end. The next exploration begins when the last one has ended.
unsafe impl<T> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Shared<T> {}

/// What is taken to another thread, whether or not its type allows it: that is a fact checked apart.
struct Moved<T>(T);

// SAFETY: for checks only.
unsafe impl<T> Send for Moved<T> {}

impl<T> Moved<T> {
    fn here(self) -> T {
        self.0
    }
}

impl<C: Clients> Player<C> {
    /// One execution.
    pub fn execute(&self, shared: &Arc<Shared<Self>>, run: &Arc<Run>) {
        run.begin();
        at_end(false);
        let mut hands = self.hands[run.program.scene]();
        for &(hand, op) in &run.program.long_before {
            let op = support::unseen(|| self.typed.op(op));
            let ret = C::perform(&mut hands[hand], op);
            support::unseen(|| drop(ret));
        }
        for call in 0..run.before() {
            let (hand, op) = run.prepared(call);
            self.make(run, &mut hands[hand], call, op);
        }
        let mut main = hands.remove(0);
        let mut others = Vec::new();
        for number in 1..run.hands() {
            let hand = hands.remove(0);
            let Some(first) = run.first_of(number) else {
                // A thread that does nothing is none.
                drop(hand);
                continue;
            };
            let (hand, player, run) = (Moved(hand), shared.clone(), run.clone());
            if run.plays_main(number) {
                player.0.play(&run, hand.here(), number, first);
                continue;
            }
            others.push(thread::spawn(move || player.0.play(&run, hand.here(), number, first)));
        }
        join(others);
        let mut last_calls = || {
            let mut call = run.last();
            while let Some(op) = run.nth_of(0, call - run.last()) {
                self.make(run, &mut main, call, op);
                call += 1;
            }
        };
        at_end(true);
        if let Asks::Unwinding { at_end: true } = run.asks {
            rc11::while_unwinding(last_calls);
        } else {
            last_calls();
        }
        drop(main);
        run.end();
    }

    /// Makes the calls of a hand, of which the first has this number.
    fn play(&self, run: &Arc<Run>, hand: C::Hand, number: usize, first: usize) {
        if run.unwinds() {
            rc11::while_unwinding(|| self.make_all(run, hand, number, first));
        } else {
            self.make_all(run, hand, number, first);
        }
    }

    fn make_all(&self, run: &Arc<Run>, mut hand: C::Hand, number: usize, first: usize) {
        let mut place = 0;
        while let Some(op) = run.nth_of(number, place) {
            self.make(run, &mut hand, first + place, op);
            place += 1;
        }
    }

    /// Makes a call, and records it.
    fn make(&self, run: &Arc<Run>, hand: &mut C::Hand, call: usize, op: OpId) {
        run.begin_call(call, op);
        let op = support::unseen(|| self.typed.op(op));
        let ret = C::perform(hand, op);
        run.is_made(call);
        match ret {
            Some(ret) => {
                let end = now();
                let number = support::unseen(|| {
                    let number = self.typed.ret_id(&ret);
                    drop(ret);
                    number
                });
                run.returns(call, number, end);
            }
            None => run.take_back(call),
        }
    }
}

fn join(others: Vec<thread::JoinHandle<()>>) {
    for other in others {
        // Nobody has dealt with a panic of a thread: it is passed on, and fails the model.
        if let Err(payload) = other.join() {
            std::panic::resume_unwind(payload);
        }
    }
}
