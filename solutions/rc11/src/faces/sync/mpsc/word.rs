//! The word of a channel, and the steps on it.

use crate::core::event::{Op, Request};
use crate::runtime::block;
use crate::runtime::failure::Blocked::{self, Awaiting};
use crate::runtime::object::{Object, Tag, Target};
use crate::runtime::ops;
use crate::runtime::rmw;
use crate::runtime::run::{is_inside, stuck};
use std::cell::{Cell, UnsafeCell};
use std::collections::VecDeque;
use std::panic::Location;
use std::sync::atomic::Ordering::{Acquire, Release};

/// Somebody works on the queue.
const LOCKED: u64 = 1;
/// The receiver is gone.
const DEAF: u64 = 2;
/// The receiver waits, so that a message can be handed over to it. Only kept in a channel without room.
const WAITING: u64 = 4;
/// The senders are counted from this bit on.
const SENDER: u64 = 1 << 3;
/// The messages that were received are counted from this bit on.
const RECEIVED: u64 = 1 << 16;
/// The messages that were sent are counted from this bit on.
const SENT: u64 = 1 << 40;

const SENDERS: u64 = RECEIVED - SENDER;

/// The messages that were received.
const fn received(word: u64) -> u64 {
    (word % SENT) / RECEIVED
}

/// The messages in the channel.
const fn len(word: u64) -> u64 {
    word / SENT - received(word)
}

/// Is there no message, and may one still come?
const fn is_empty(word: u64) -> bool {
    len(word) == 0 && word & SENDERS != 0
}

/// Locks the word if it is free and `may` be locked.
macro_rules! lock {
    ($name:literal, |$word:ident, $a:ident| $may:expr) => {
        Op {
            apply: |$word, $a, _| ($word & LOCKED == 0 && $may).then_some($word | LOCKED),
            updates: true,
            awaits: true,
            ..Op::plain($name, 0, |_| String::new())
        }
    };
}

/// `a`: how many messages there is room for.
static SEND: Op = lock!("send", |word, a| word & DEAF != 0 || len(word) < a);
static RECEIVE: Op = lock!("recv", |word, _a| !is_empty(word));
/// `a`: how many messages must have been received.
static HANDED_OVER: Op =
    lock!("send, until it is received", |word, a| word & DEAF != 0 || received(word) >= a);
/// From hand to hand, a receiver that waits is seen by `try_send`: so it first says that it waits.
static ARRIVE: Op = lock!("recv", |_word, _a| true);
static TAKE_OVER: Op = lock!("recv, until it is handed over", |word, _a| !is_empty(word));
static TRY_SEND: Op = lock!("try_send", |_word, _a| true);
/// Where there is nothing to receive, this is a look that changes nothing: whoever polls makes turns that are like the one before.
static TRY_RECEIVE: Op = Op { awaits: false, ..lock!("try_recv", |word, _a| !is_empty(word)) };
static CLONE: Op = lock!("clone a sender", |_word, _a| true);
static DROP: Op = lock!("drop a sender", |_word, _a| true);
static HANG_UP: Op = lock!("drop the receiver", |_word, _a| true);
static UNLOCK: Op = Op::books("unlock the channel");

/// A channel.
pub struct Channel<T> {
    word: Tag,
    /// The word outside of a model, for one thread; in a model, what it was at the beginning.
    outside: Cell<u64>,
    /// For how many messages there is room, if that matters.
    bound: Option<usize>,
    queue: UnsafeCell<VecDeque<T>>,
}

// SAFETY: the word keeps the threads that use the queue apart; outside of a model there is one thread.
unsafe impl<T: Send> Sync for Channel<T> {}

/// What came of an attempt.
pub enum Sent<T> {
    /// The message is in the channel; so many have been sent.
    Queued(u64),
    /// There is no room.
    Full(T),
    /// Nobody will receive it.
    Deaf(T),
}

/// What came of an attempt.
pub enum Received<T> {
    Message(T),
    Empty,
    /// Empty, and nobody will send.
    Over,
}

impl<T> Channel<T> {
    pub const fn new(bound: Option<usize>) -> Self {
        let queue = UnsafeCell::new(VecDeque::new());
        Self { word: Tag::new(), outside: Cell::new(SENDER), bound, queue }
    }

    /// Room for how many messages? One that must be handed over also needs a place.
    fn room(&self) -> u64 {
        self.bound.map_or(u64::MAX, |bound| bound.max(1) as u64)
    }

    /// Locks, changes the word and the queue, and unlocks. `why` it waits, if it does.
    fn step<R>(
        &self,
        op: &'static Op,
        a: u64,
        why: Blocked,
        at: &'static Location<'static>,
        f: impl FnOnce(&mut u64, &mut VecDeque<T>) -> R,
    ) -> R {
        let word = lock(self.object(), op, a, why, at);
        self.change(word, at, f)
    }

    /// Changes the word, which is locked, and the queue, and unlocks.
    fn change<R>(
        &self,
        mut word: u64,
        at: &'static Location<'static>,
        f: impl FnOnce(&mut u64, &mut VecDeque<T>) -> R,
    ) -> R {
        // SAFETY: the word is locked, and the reference ends before it is unlocked.
        let result = f(&mut word, unsafe { &mut *self.queue.get() });
        match is_inside() {
            true => unlock(self.object(), word, at),
            false => self.outside.set(word),
        }
        result
    }

    fn object(&self) -> Object<'_> {
        Object::new(&self.word, self.outside.get())
    }

    /// Sends, if that may be: with `wait`, as soon as it may. Without, and from hand to hand, only to a receiver that waits.
    pub fn send(&self, message: T, wait: bool, at: &'static Location<'static>) -> Sent<T> {
        let room = self.room();
        let op = if wait { &SEND } else { &TRY_SEND };
        self.step(op, room, Awaiting, at, |word, queue| {
            if *word & DEAF != 0 {
                return Sent::Deaf(message);
            }
            let is_alone = !wait && self.is_rendezvous() && *word & WAITING == 0;
            if is_alone || len(*word) >= room {
                return Sent::Full(message);
            }
            *word += SENT;
            queue.push_back(message);
            Sent::Queued(*word / SENT)
        })
    }

    /// Waits until the message that was the last of `sent` is received. The message, if nobody will.
    pub fn hand_over(&self, sent: u64, at: &'static Location<'static>) -> Option<T> {
        self.step(&HANDED_OVER, sent, Awaiting, at, |word, queue| {
            if received(*word) >= sent {
                return None;
            }
            queue.pop_front()
        })
    }

    /// Is each message handed over from hand to hand?
    pub fn is_rendezvous(&self) -> bool {
        self.bound == Some(0)
    }

    /// Receives; with a reason to `wait`, as soon as there is something or never will be.
    pub fn receive(&self, wait: Option<Blocked>, at: &'static Location<'static>) -> Received<T> {
        match wait {
            None => self.try_receive(at),
            Some(why) if self.is_rendezvous() => self.take_over(why, at),
            Some(why) => self.step(&RECEIVE, 0, why, at, take),
        }
    }

    fn try_receive(&self, at: &'static Location<'static>) -> Received<T> {
        if !is_inside() {
            return self.change(self.outside.get(), at, take);
        }
        match rmw::update(self.object(), Request::new(&TRY_RECEIVE, at, Acquire)) {
            (word, true) => self.change(word, at, take),
            (word, false) if word & LOCKED == 0 => Received::Empty,
            // Somebody works on the queue, and will be done.
            (_, false) => stuck(Awaiting),
        }
    }

    /// Receives from hand to hand: what a sender holds out, or what one gives who sees that the receiver waits.
    fn take_over(&self, why: Blocked, at: &'static Location<'static>) -> Received<T> {
        let held_out = self.step(&ARRIVE, 0, Awaiting, at, |word, queue| {
            let held_out = take(word, queue);
            if matches!(held_out, Received::Empty) {
                *word |= WAITING;
            }
            held_out
        });
        if !matches!(held_out, Received::Empty) {
            return held_out;
        }
        self.step(&TAKE_OVER, 0, why, at, |word, queue| {
            *word &= !WAITING;
            take(word, queue)
        })
    }

    pub fn add_sender(&self, at: &'static Location<'static>) {
        self.step(&CLONE, 0, Awaiting, at, |word, _| *word += SENDER);
    }

    pub fn drop_sender(&self, at: &'static Location<'static>) {
        let left = self.step(&DROP, 0, Awaiting, at, |word, queue| {
            *word -= SENDER;
            if *word & SENDERS == 0 && *word & DEAF != 0 {
                std::mem::take(queue)
            } else {
                VecDeque::new()
            }
        });
        drop(left);
    }

    /// Nobody will receive any more. What is left is dropped when the channel is no longer locked: whoever frees the channel finds no
    /// message in it.
    pub fn hang_up(&self, at: &'static Location<'static>) {
        let rendezvous = self.is_rendezvous();
        let left = self.step(&HANG_UP, 0, Awaiting, at, |word, queue| {
            *word |= DEAF;
            // A message that was to be handed over goes back to its sender.
            let goes_back = rendezvous && *word & SENDERS != 0;
            if goes_back { VecDeque::new() } else { std::mem::take(queue) }
        });
        drop(left);
    }
}

/// Takes the next message, and counts it.
fn take<T>(word: &mut u64, queue: &mut VecDeque<T>) -> Received<T> {
    match queue.pop_front() {
        Some(message) => {
            *word += RECEIVED;
            Received::Message(message)
        }
        None if *word & SENDERS == 0 => Received::Over,
        None => Received::Empty,
    }
}

fn lock(
    object: Object<'_>,
    op: &'static Op,
    a: u64,
    why: Blocked,
    at: &'static Location<'static>,
) -> u64 {
    if !is_inside() {
        return object.init;
    }
    let request = Request { a, ..Request::new(op, at, Acquire) };
    block::acquire(Target::Object(object), request, why)
}

fn unlock(object: Object<'_>, word: u64, at: &'static Location<'static>) {
    ops::store(object, word, Request::new(&UNLOCK, at, Release));
}
