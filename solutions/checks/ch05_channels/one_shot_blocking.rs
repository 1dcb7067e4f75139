//! What `ch05_channels/one_shot_blocking` must do.

#![allow(
    clippy::drop_non_drop,
    clippy::forget_non_drop,
    reason = "an end may have a `Drop`, or none"
)]

#[path = "ends/counted.rs"]
mod counted;

use super::subject::{Channel, Disconnected, Receiver, Sender};
use super::sync::{
    self, Turn,
    atomic::{AtomicBool, Ordering::Relaxed},
    cell::Probe,
    hint, thread,
    track::Tracked,
};
use counted::Counted;
use grader::{Check, Moved, Unit, allocations, impls};
use std::cell::Cell;
use std::mem;
use std::sync::MutexGuard;

#[path = "clients/one_shot_blocking.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact(
        "channel_and_sender_are_send_exactly_where_the_message_is",
        are_send_where_message_is,
    ),
    Check::fact("receiver_stays_on_its_thread", receiver_is_not_send),
    Check::model("message_that_is_there_is_received_at_once", received_at_once),
    Check::counted("channel_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("receiver_learns_that_the_sender_is_gone", sender_gone),
    Check::model("message_is_dropped_once_received_or_not", dropped_once),
    Check::model("message_whose_drop_panics_is_dropped_once", dropped_once_by_a_panic),
    Check::model("receive_waits_for_the_message", waits_for_the_message),
    Check::model("park_may_return_for_no_reason_again_and_again", wakes_often),
    Check::model("waiting_receiver_learns_that_the_sender_gave_up", sender_gives_up),
    Check::model("split_begins_anew", begins_anew),
    Check::model("token_of_somebody_else_does_not_end_receive", stray_token),
    Check::model("message_is_received_although_the_token_is_gone", token_is_gone),
    Check::model("two_channels_share_one_token", two_channels),
    Check::model("message_that_may_be_received_or_not_is_dropped_once", one_owner),
    Check::model("thread_that_calls_split_is_the_one_that_is_woken", split_elsewhere),
    Check::counted("receiver_sleeps_while_it_waits", sleeps),
    // Last: a channel that hangs is explained by a model, and not by this.
    Check::fact("nothing_is_allocated", allocates_nothing),
    Check::counted("every_small_program_does_what_a_channel_does", clients::check::<small::Ends>),
];

// The ends borrow the channel for as long as they live: that is what makes a second `split` wait until they are gone.
type Split = for<'a> fn(&'a mut Channel<u8>) -> (Sender<'a, u8>, Receiver<'a, u8>);
const _: Split = Channel::split;

fn are_send_where_message_is() {
    assert!(
        impls!(Sender<'static, u8>: Send),
        "the sender of a `u8` is not `Send`: it could not be taken to another thread"
    );
    assert!(
        impls!(Sender<'static, Cell<u8>>: Send),
        "the sender of a `Cell<u8>` is not `Send`. The message is with one thread at a time: why must it be `Sync`?"
    );
    assert!(
        !impls!(Sender<'static, *const u8>: Send),
        "the sender of a `*const u8`, which is not `Send`, is `Send`: the message goes from its thread to the receiver's"
    );
    assert!(
        !impls!(Sender<'static, MutexGuard<'static, u8>>: Send),
        "the sender of a `MutexGuard`, which is `Sync` but not `Send`, is `Send`: another thread would drop the guard"
    );
    assert!(impls!(Channel<Cell<u8>>: Send), "a channel for data that is `Send` is not `Send`");
    assert!(
        !impls!(Channel<*const u8>: Send),
        "a channel for a `*const u8`, which is not `Send`, is `Send`: a message that nobody received goes along with it"
    );
}

fn receiver_is_not_send() {
    assert!(
        !impls!(Receiver<'static, u8>: Send),
        "the receiver is `Send`. The sender unparks the thread that called `split`: a receiver that has moved to another one \
         would sleep there, and nobody would wake it"
    );
}

fn allocates_nothing() {
    // The first call makes the handle of the thread.
    let _ = thread::current();
    let before = allocations();
    let mut channel = Channel::new();
    for message in 0..3_u32 {
        let (sender, receiver) = channel.split();
        sender.send(message);
        let _ = receiver.receive();
    }
    drop(channel);
    let made = allocations() - before;
    assert!(
        made == 0,
        "{made} allocations for three messages. The ends can borrow what they share from the channel: who keeps it alive for \
         long enough is then known at compile time"
    );
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let mut channel = Channel::new();
        let (sender, receiver) = channel.split();
        sender.send(());
        let _ = receiver.receive();
    });
}

fn received_at_once() {
    sync::model(|| {
        let (mut channel, mut other) = (Channel::new(), Channel::default());
        for round in 0..2 {
            let (sender, receiver) = channel.split();
            let (other_sender, other_receiver) = other.split();
            sender.send(round);
            other_sender.send(round + 10);
            assert_eq!(receiver.receive(), Ok(round), "after `send({round})`");
            assert_eq!(other_receiver.receive(), Ok(round + 10), "after `send({})`", round + 10);
        }
    });
}

fn sender_gone() {
    // An end that is forgotten keeps its handle of the thread.
    sync::Model::new().may_leak().check(|| {
        let mut channel = Channel::<u8>::new();
        let (sender, receiver) = channel.split();
        drop(sender);
        let received = receiver.receive();
        assert_eq!(received, Err(Disconnected), "after the sender was dropped without sending");
        // Nothing of that is left for the next two.
        let (sender, receiver) = channel.split();
        sender.send(2);
        assert_eq!(receiver.receive(), Ok(2), "after `send(2)` to a channel that was split again");
        // Nor of two that were forgotten.
        mem::forget(channel.split());
        let (sender, receiver) = channel.split();
        sender.send(3);
        assert_eq!(receiver.receive(), Ok(3), "after `send(3)` to a channel that was split again");
    });
}

fn dropped_once() {
    sync::model(|| {
        let drops = [const { Cell::new(0) }; 4];
        let [received, left, replaced, closed] = &drops;
        let mut channel = Channel::new();
        let (sender, receiver) = channel.split();
        sender.send(Counted::new(received));
        let message = receiver.receive().expect("the message was sent");
        assert_eq!(received.get(), 0, "drops of a message that was just received");
        drop(message);
        assert_eq!(received.get(), 1, "drops of a message that was received and then dropped");

        let (sender, receiver) = channel.split();
        sender.send(Counted::new(replaced));
        drop(receiver);
        let (sender, receiver) = channel.split();
        assert_eq!(
            replaced.get(),
            1,
            "drops of a message that nobody had received when the channel was split again"
        );
        drop(receiver);
        sender.send(Counted::new(closed));
        drop(channel.split());
        assert_eq!(closed.get(), 1, "drops of a message that was sent when the receiver was gone");

        let (sender, _) = channel.split();
        sender.send(Counted::new(left));
        drop(channel);
        assert_eq!(
            left.get(),
            1,
            "drops of a message that was in the channel when that was dropped"
        );
        let drops = drops.map(|drops| drops.get());
        assert_eq!(drops, [1; 4], "drops of each message in the end");
        let dropped = Unit::dropped_by(|| Channel::new().split().0.send(Unit));
        assert_eq!(dropped, 1, "drops of a message without a size that was left in the channel");
    });
}

fn dropped_once_by_a_panic() {
    sync::model(|| {
        let drops = Cell::new(0);
        let mut channel = Channel::new();
        let (sender, receiver) = channel.split();
        sender.send(Counted::that_panics(&drops));
        // A receiver that is dropped may drop the message, too.
        mem::forget(receiver);
        sync::expect_panic(|| drop(channel.split()));
        drop(channel);
        assert_eq!(
            drops.get(),
            1,
            "drops of a message that panics when `split` drops it. The panic leaves `split` at that very point: what does the \
             state say then?"
        );
    });
}

type Message = Tracked<Probe>;

fn message(value: u32) -> Message {
    Tracked::new(Probe::new(value))
}

/// Receives a message that must be this one.
fn receive(receiver: Receiver<'_, Message>, value: u32) {
    let Ok(mut message) = receiver.receive() else {
        panic!("`receive` says that the sender is gone, but it is on its way to `send`")
    };
    assert_eq!(message.get(), value, "the message is not the one that was sent");
    message.add(1);
}

/// This thread receives, after `before`, what another one sends.
fn one_sends(before: fn()) {
    one_sends_through(&mut Channel::new(), before);
}

fn one_sends_through(channel: &mut Channel<Message>, before: fn()) {
    let (sender, receiver) = channel.split();
    let sender = Moved(sender);
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut message = message(1);
            message.add(1);
            sender.here().send(message);
        });
        before();
        receive(receiver, 2);
    });
}

fn waits_for_the_message() {
    sync::model(|| one_sends(|| ()));
}

fn wakes_often() {
    sync::Model::new().faults(30).check(|| one_sends(|| ()));
}

fn begins_anew() {
    sync::Model::new().may_leak().check(|| {
        let mut channel = Channel::new();
        // A sender that gave up, and two ends that were forgotten.
        drop(channel.split());
        one_sends_through(&mut channel, || ());
        mem::forget(channel.split());
        one_sends_through(&mut channel, || ());
    });
}

fn stray_token() {
    sync::model(|| one_sends(|| thread::current().unpark()));
}

fn token_is_gone() {
    sync::model(|| {
        one_sends(|| {
            // Somebody else's `park`, which the sender's token may end: the next one would have nothing to end it.
            thread::current().unpark();
            thread::park();
        });
    });
}

fn sender_gives_up() {
    sync::model(|| {
        let mut channel = Channel::<Message>::new();
        let (sender, receiver) = channel.split();
        let sender = Moved(sender);
        thread::scope(|scope| {
            scope.spawn(move || drop(sender.here()));
            assert!(receiver.receive().is_err(), "a message out of nothing: the sender gave up");
        });
    });
}

fn two_channels() {
    sync::Model::new().faults(0).check(|| {
        let (mut left, mut right) = (Channel::new(), Channel::new());
        let (left_sender, left_receiver) = left.split();
        let (right_sender, right_receiver) = right.split();
        let senders = [(left_sender, 1), (right_sender, 2)].map(Moved);
        thread::scope(|scope| {
            for sender in senders {
                scope.spawn(move || {
                    let (sender, value) = sender.here();
                    sender.send(message(value));
                });
            }
            receive(left_receiver, 1);
            receive(right_receiver, 2);
        });
    });
}

/// The channel goes to another thread, and is split once more there.
fn split_elsewhere() {
    sync::Model::new().faults(0).check(|| {
        let mut channel = Channel::new();
        drop(channel.split());
        let channel = Moved(channel);
        let other = thread::spawn(move || {
            let mut channel = channel.here();
            let (sender, receiver) = channel.split();
            let sender = Moved(sender);
            thread::scope(|scope| {
                scope.spawn(move || sender.here().send(message(1)));
                let received = receiver.receive();
                assert!(received.is_ok(), "`receive` says that the sender gave up, and it did not");
            });
        });
        other.join().unwrap();
    });
}

fn one_owner() {
    sync::model(|| {
        let mut channel = Channel::new();
        let (sender, receiver) = channel.split();
        let sender = Moved(sender);
        thread::scope(|scope| {
            scope.spawn(move || sender.here().send(message(1)));
            drop(receiver);
        });
        // The scope has ended, and with it the borrows: what is left is the channel's.
        let (sender, _receiver) = channel.split();
        sender.send(message(2));
    });
}

fn sleeps() {
    let judge = |turn: &Turn| {
        // The main thread turns for ever as well: otherwise a thread that sleeps would be a deadlock.
        if turn.thread == 0 {
            return Ok(());
        }
        Err(format!(
            "thread {} turns in a loop while it waits for the message. It should go to sleep, with `thread::park`",
            turn.thread
        ))
    };
    sync::Model::new().waits(judge).check(|| {
        let never = AtomicBool::new(false);
        let _other = thread::spawn(|| {
            let mut channel = Channel::<u8>::new();
            let (sender, receiver) = channel.split();
            mem::forget(sender);
            let _ = receiver.receive();
        });
        // Relaxed: nobody writes it.
        while !never.load(Relaxed) {
            hint::spin_loop();
        }
    });
}
