//! What `ch05_channels/rendezvous` must do.

#[path = "ends/counted.rs"]
#[allow(dead_code, reason = "one exercise uses all of it")]
mod counted;

use super::subject::{Channel, Disconnected, Receiver, Sender};
use super::sync::{
    self, Turn,
    atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    cell::{Probe, UnsafeCell},
    hint, thread,
    track::Tracked,
};
use counted::Counted;
use grader::{Check, Moved, Shared, impls};
use std::cell::Cell;
use std::mem;
use std::sync::MutexGuard;

#[path = "clients/rendezvous.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact(
        "channel_and_ends_are_send_exactly_where_the_message_is",
        are_send_where_message_is,
    ),
    Check::fact("sender_is_shared_exactly_where_the_message_is_send", sender_is_sync_where_send),
    Check::model("send_without_a_receiver_gives_the_message_back", no_receiver),
    Check::model("receive_without_a_sender_says_so", no_sender),
    Check::model("message_is_received_and_not_copied", received_once),
    Check::model("send_waits_until_receive_has_begun", send_waits),
    Check::model("both_know_what_the_other_did_before_they_met", both_ways),
    Check::model("two_messages_meet_two_receives", two_messages),
    Check::model("waiting_sender_gets_its_message_back", receiver_leaves),
    Check::model("waiting_receiver_learns_that_the_sender_left", sender_leaves),
    Check::model("message_is_taken_or_given_back", taken_or_given_back),
    Check::model("each_of_two_senders_learns_of_its_own_message", one_of_two_senders),
    Check::counted("whoever_waits_sleeps", sleeps),
    Check::counted("every_small_program_does_what_a_channel_does", clients::check::<small::Ends>),
];

// The ends borrow the channel for as long as they live: that is what makes a second `split` wait until they are gone.
type Split = for<'a> fn(&'a mut Channel<u8>) -> (Sender<'a, u8>, Receiver<'a, u8>);
const _: Split = Channel::split;

fn are_send_where_message_is() {
    assert!(
        impls!(Sender<'static, Cell<u8>>: Send) && impls!(Receiver<'static, Cell<u8>>: Send),
        "an end of a channel for a `Cell<u8>`, which is `Send`, is not `Send`: it could not be taken to another thread"
    );
    assert!(
        !impls!(Sender<'static, *const u8>: Send),
        "the sender of a `*const u8`, which is not `Send`, is `Send`: the message goes from its thread to the receiver's"
    );
    assert!(
        !impls!(Receiver<'static, *const u8>: Send),
        "the receiver of a `*const u8`, which is not `Send`, is `Send`: the message comes from the sender's thread to its own"
    );
    assert!(
        !impls!(Sender<'static, MutexGuard<'static, u8>>: Send)
            && !impls!(Receiver<'static, MutexGuard<'static, u8>>: Send),
        "an end of a channel for a `MutexGuard`, which is `Sync` but not `Send`, is `Send`: another thread would drop the guard"
    );
}

fn sender_is_sync_where_send() {
    assert!(
        impls!(Sender<'static, Cell<u8>>: Sync),
        "the sender of a `Cell<u8>`, which is `Send`, is not `Sync`: no two threads could send through it"
    );
    assert!(
        !impls!(Sender<'static, *const u8>: Sync),
        "the sender of a `*const u8`, which is not `Send`, is `Sync`: a thread with a `&Sender` could send one away"
    );
    assert!(
        !impls!(Sender<'static, MutexGuard<'static, u8>>: Sync),
        "the sender of a `MutexGuard`, which is `Sync` but not `Send`, is `Sync`: a thread with a `&Sender` could send one away"
    );
}

fn no_receiver() {
    sync::model(|| {
        let mut channel = Channel::default();
        let (sender, receiver) = channel.split();
        drop(receiver);
        for message in [5, 6] {
            let sent = sender.send(message);
            assert_eq!(sent, Err(message), "of `send({message})`, after the receiver was dropped");
        }
        let drops = Cell::new(0);
        let mut channel = Channel::new();
        let (sender, _) = channel.split();
        let given_back = sender.send(Counted::new(&drops));
        drop(sender);
        drop(channel);
        assert_eq!(drops.get(), 0, "drops of a message that `send` has given back");
        drop(given_back);
        assert_eq!(
            drops.get(),
            1,
            "drops of a message that `send` has given back and that was then dropped"
        );
    });
}

fn no_sender() {
    sync::model(|| {
        let mut channel = Channel::<u8>::new();
        let (sender, mut receiver) = channel.split();
        drop(sender);
        for _ in 0..2 {
            assert_eq!(receiver.receive(), Err(Disconnected), "after the sender was dropped");
        }
        drop(receiver);
        // A channel that is split again has two ends again.
        let (sender, receiver) = channel.split();
        drop(receiver);
        assert_eq!(sender.send(7), Err(7), "after the receiver was dropped");
    });
}

type Message = Tracked<Probe>;

fn message(value: u32) -> Message {
    Tracked::new(Probe::new(value))
}

/// One thread has the sender, and this one the receiver.
fn meet<T>(send: impl FnOnce(Sender<'_, T>), receive: impl FnOnce(Receiver<'_, T>)) {
    let mut channel = Channel::new();
    let (sender, receiver) = channel.split();
    let sender = Moved((sender, send));
    thread::scope(|scope| {
        scope.spawn(move || {
            let (sender, send) = sender.here();
            send(sender);
        });
        receive(receiver);
    });
}

fn send(sender: &Sender<'_, Message>, value: u32) {
    let mut message = message(0);
    message.set(value);
    let sent = sender.send(message);
    assert!(sent.is_ok(), "`send` gave the message back, although the receiver is there");
}

fn receive(receiver: &mut Receiver<'_, Message>, value: u32) {
    let Ok(mut message) = receiver.receive() else {
        panic!("`receive` says that the sender is gone, but it is there")
    };
    assert_eq!(message.get(), value, "the message is not the one that was sent");
    message.add(1);
}

fn received_once() {
    sync::model(|| meet(|sender| send(&sender, 3), |mut receiver| receive(&mut receiver, 3)));
}

fn send_waits() {
    waits_for_receive(|sender| send(sender, 1), |receiver| receive(receiver, 1));
    // Of nothing there is nothing to take, and yet they meet.
    waits_for_receive(
        |sender| assert_eq!(sender.send(()), Ok(()), "of `send(())`"),
        |receiver| assert_eq!(receiver.receive(), Ok(()), "of `receive`"),
    );
}

fn waits_for_receive<T: 'static>(send: fn(&Sender<'_, T>), receive: fn(&mut Receiver<'_, T>)) {
    sync::model(move || {
        let begun = Shared::new(AtomicU32::new(0));
        let theirs = begun.clone();
        meet(
            move |sender| {
                send(&sender);
                // Relaxed: a read-modify-write never misses another one, and nothing else is handed over.
                let begun = theirs.fetch_add(0, Relaxed);
                assert_eq!(begun, 1, "`send` returned before the receiver had come");
                // If it did not return too early, the receiver may come in any moment, and find it here.
                mem::forget(sender);
            },
            |mut receiver| {
                begun.fetch_add(1, Relaxed);
                receive(&mut receiver);
            },
        );
    });
}

/// Data beside the message, of which the checker knows every access.
struct Beside(UnsafeCell<Probe>);

impl Beside {
    fn set(&self) {
        // SAFETY: whether this access is ordered against the other one is what is checked.
        unsafe { (*self.0.get()).set(1) }
    }

    fn assert_set(&self, what: &str) {
        // SAFETY: as in `set`.
        let seen = unsafe { (*self.0.get()).get() };
        assert_eq!(seen, 1, "{what}");
    }
}

fn both_ways() {
    sync::model(|| {
        let new = || Beside(UnsafeCell::new(Probe::new(0)));
        let beside = Shared::new((new(), new()));
        let theirs = beside.clone();
        meet(
            move |sender| {
                theirs.0.set();
                send(&sender, 1);
                theirs
                    .1
                    .assert_set("what the receiver did before `receive` is not seen after `send`");
            },
            |mut receiver| {
                beside.1.set();
                receive(&mut receiver, 1);
                beside
                    .0
                    .assert_set("what the sender did before `send` is not seen after `receive`");
            },
        );
    });
}

fn two_messages() {
    sync::Model::new().faults(0).check(|| {
        meet(
            |sender| (1..=2).for_each(|value| send(&sender, value)),
            |mut receiver| (1..=2).for_each(|value| receive(&mut receiver, value)),
        );
    });
}

/// Sends, and the receiver is not going to take it.
fn send_in_vain(sender: &Sender<'_, Message>, value: u32) {
    let Err(message) = sender.send(message(value)) else {
        panic!("`send` says that the message was taken, but the receiver has left without it")
    };
    assert_eq!(message.get(), value, "`send` gave back another message");
}

fn receiver_leaves() {
    sync::model(|| meet(|sender| send_in_vain(&sender, 1), |receiver| drop(receiver)));
    // By a panic.
    sync::model(|| {
        meet(
            |sender| send_in_vain(&sender, 1),
            |receiver| {
                drop(sync::catch_panic(move || {
                    let _receiver = receiver;
                    sync::panic_quietly(7_u32);
                }));
            },
        );
    });
}

fn sender_leaves() {
    sync::model(|| {
        meet(
            |sender: Sender<'_, Message>| drop(sender),
            |mut receiver| {
                assert!(receiver.receive().is_err(), "a message out of nothing: the sender left");
            },
        );
    });
    sync::Model::new().faults(0).check(|| {
        meet(
            |sender| send(&sender, 1),
            |mut receiver| {
                receive(&mut receiver, 1);
                assert!(receiver.receive().is_err(), "a message out of nothing: the sender left");
            },
        );
    });
}

fn taken_or_given_back() {
    sync::model(|| {
        meet(
            |sender| {
                send(&sender, 1);
                send_in_vain(&sender, 2);
            },
            |mut receiver| receive(&mut receiver, 1),
        );
    });
}

fn one_of_two_senders() {
    sync::Model::new().faults(0).check(|| {
        let mut channel = Channel::new();
        let (sender, mut receiver) = channel.split();
        let (received, sent) = thread::scope(|scope| {
            let senders = [1, 2].map(|value| {
                let sender = Moved(&sender);
                scope.spawn(move || Moved(sender.here().send(value)))
            });
            let received = receiver.receive();
            drop(receiver);
            (received, senders.map(|sender| sender.join().unwrap().here()))
        });
        let expected = match received {
            Ok(1) => [Ok(()), Err(2)],
            Ok(2) => [Err(1), Ok(())],
            other => panic!("`receive` returned {other:?}, when one thread sent 1 and another one 2"),
        };
        assert_eq!(
            sent, expected,
            "what `send(1)` and `send(2)` returned, when {received:?} was received and the receiver then left"
        );
    });
    one_of_three_senders();
}

/// The search begins with the execution in which all three are under way, and few more are worth their time.
fn one_of_three_senders() {
    sync::Model::new().faults(0).main_last().executions(200).check(|| {
        let mut channel = Channel::new();
        let (sender, mut receiver) = channel.split();
        let (received, sent) = thread::scope(|scope| {
            let senders = [1, 2, 3].map(|value| {
                let sender = Moved(&sender);
                scope.spawn(move || Moved(sender.here().send(value)))
            });
            let received = receiver.receive();
            drop(receiver);
            (received, senders.map(|sender| sender.join().unwrap().here()))
        });
        let expected = [1, 2, 3].map(|value| if received == Ok(value) { Ok(()) } else { Err(value) });
        assert!(received.is_ok(), "`receive` returned {received:?}, when three threads had sent");
        assert_eq!(
            sent, expected,
            "what `send` of 1, 2 and 3 returned, when {received:?} was received and the receiver then left"
        );
    });
}

/// Another thread waits for what does not come, and must sleep.
fn must_sleep(wait: fn(Sender<'_, u8>, Receiver<'_, u8>)) {
    let judge = |turn: &Turn| {
        // The main thread turns for ever as well: otherwise a thread that sleeps would be a deadlock.
        if turn.thread == 0 {
            return Ok(());
        }
        Err(format!(
            "thread {} turns in a loop while it waits for the other end. It should go to sleep, with `futex::wait`",
            turn.thread
        ))
    };
    sync::Model::new().waits(judge).check(move || {
        let never = AtomicBool::new(false);
        let _other = thread::spawn(move || {
            let mut channel = Channel::new();
            let (sender, receiver) = channel.split();
            wait(sender, receiver);
        });
        // Relaxed: nobody writes it.
        while !never.load(Relaxed) {
            hint::spin_loop();
        }
    });
}

fn sleeps() {
    must_sleep(|sender, receiver| {
        mem::forget(receiver);
        let _ = sender.send(1);
    });
    must_sleep(|sender, mut receiver| {
        mem::forget(sender);
        let _ = receiver.receive();
    });
}
