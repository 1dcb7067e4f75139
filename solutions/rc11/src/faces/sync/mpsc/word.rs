//! The word of a channel, and the steps on it.

use crate::core::event::{Op, Request};
use crate::runtime::block;
use crate::runtime::failure::Blocked;
use crate::runtime::object::{Object, Tag, Target};
use crate::runtime::ops;
use crate::runtime::run::is_inside;
use std::cell::{Cell, UnsafeCell};
use std::collections::VecDeque;
use std::panic::Location;
use std::sync::atomic::Ordering::{Acquire, Release};

/// Somebody works on the queue.
const LOCKED: u64 = 1;
/// The receiver is gone.
const DEAF: u64 = 2;
/// The senders are counted from this bit on.
const SENDER: u64 = 1 << 2;
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
static RECEIVE: Op = lock!("recv", |word, _a| len(word) > 0 || word & SENDERS == 0);
/// `a`: how many messages must have been received.
static HANDED_OVER: Op =
    lock!("send, until it is received", |word, a| word & DEAF != 0 || received(word) >= a);
static TRY_SEND: Op = lock!("try_send", |_word, _a| true);
static TRY_RECEIVE: Op = lock!("try_recv", |_word, _a| true);
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

    /// Locks, changes the word and the queue, and unlocks.
    fn step<R>(
        &self,
        op: &'static Op,
        a: u64,
        at: &'static Location<'static>,
        f: impl FnOnce(&mut u64, &mut VecDeque<T>) -> R,
    ) -> R {
        let mut word = lock(self.object(), op, a, at);
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

    /// Sends, if that may be: with `wait`, as soon as it may.
    pub fn send(&self, message: T, wait: bool, at: &'static Location<'static>) -> Sent<T> {
        let room = self.room();
        let op = if wait { &SEND } else { &TRY_SEND };
        self.step(op, room, at, |word, queue| {
            if *word & DEAF != 0 {
                return Sent::Deaf(message);
            }
            if len(*word) >= room {
                return Sent::Full(message);
            }
            *word += SENT;
            queue.push_back(message);
            Sent::Queued(*word / SENT)
        })
    }

    /// Waits until the message that was the last of `sent` is received. The message, if nobody will.
    pub fn hand_over(&self, sent: u64, at: &'static Location<'static>) -> Option<T> {
        self.step(&HANDED_OVER, sent, at, |word, queue| {
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

    /// Receives; with `wait`, as soon as there is something or never will be.
    pub fn receive(&self, wait: bool, at: &'static Location<'static>) -> Received<T> {
        let op = if wait { &RECEIVE } else { &TRY_RECEIVE };
        self.step(op, 0, at, |word, queue| match queue.pop_front() {
            Some(message) => {
                *word += RECEIVED;
                Received::Message(message)
            }
            None if *word & SENDERS == 0 => Received::Over,
            None => Received::Empty,
        })
    }

    pub fn add_sender(&self, at: &'static Location<'static>) {
        self.step(&CLONE, 0, at, |word, _| *word += SENDER);
    }

    pub fn drop_sender(&self, at: &'static Location<'static>) {
        let left = self.step(&DROP, 0, at, |word, queue| {
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
        let left = self.step(&HANG_UP, 0, at, |word, queue| {
            *word |= DEAF;
            // A message that was to be handed over goes back to its sender.
            let goes_back = rendezvous && *word & SENDERS != 0;
            if goes_back { VecDeque::new() } else { std::mem::take(queue) }
        });
        drop(left);
    }
}

fn lock(object: Object<'_>, op: &'static Op, a: u64, at: &'static Location<'static>) -> u64 {
    if !is_inside() {
        return object.init;
    }
    let request = Request { a, ..Request::new(op, at, Acquire) };
    block::acquire(Target::Object(object), request, Blocked::Awaiting)
}

fn unlock(object: Object<'_>, word: u64, at: &'static Location<'static>) {
    ops::store(object, word, Request::new(&UNLOCK, at, Release));
}
