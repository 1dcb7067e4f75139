//! What `ch05_channels/mutex_channel` must do.

use super::subject::{Disconnected, Receiver, SendError, Sender, TryReceiveError, channel};
use super::sync::{self, cell::Probe, thread, track::Tracked};
use grader::{Check, Moved, Shared, impls};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool as Flag, AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, MutexGuard};

#[path = "clients/mutex_channel.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact(
        "each_end_is_send_and_sync_exactly_where_the_message_is_send",
        are_send_where_message_is,
    ),
    Check::model("messages_come_out_in_the_order_in_which_they_went_in", in_order),
    Check::counted("channel_is_made_of_the_mutex_of_sync", uses_sync),
    Check::model("try_receive_tells_not_yet_from_never", not_yet_or_never),
    Check::model("messages_are_received_also_when_their_senders_are_gone", drained),
    Check::model("send_gives_the_message_back_if_the_receiver_is_gone", receiver_gone),
    Check::model(
        "messages_that_nobody_receives_are_dropped_with_the_receiver",
        dropped_with_receiver,
    ),
    Check::model("message_may_own_a_sender_of_its_channel", owns_a_sender),
    Check::model("message_may_use_its_channel_when_it_is_dropped", uses_the_channel),
    Check::model("receive_waits_for_a_message", waits_for_a_message),
    Check::model("receive_ends_when_the_last_sender_is_dropped", waits_for_the_end),
    Check::model("message_that_is_there_is_found_beside_another_send", found_beside_send),
    Check::model("clone_from_leaves_one_channel_and_joins_another", clone_from),
    Check::model("senders_that_are_dropped_at_once_end_the_receive", last_two_senders),
    Check::model("messages_of_two_threads_all_arrive_each_threads_in_order", two_senders),
    Check::model("two_messages_wake_two_threads_that_receive", two_receivers),
    Check::model("all_threads_that_receive_learn_that_the_senders_are_gone", all_learn),
    Check::model("message_sent_beside_a_receiver_that_is_dropped_has_one_owner", send_beside_drop),
    Check::counted(
        "every_small_program_does_what_a_channel_does",
        clients::check::<small::Channels>,
    ),
];

fn are_send_where_message_is() {
    assert!(
        impls!(Sender<Cell<u8>>: Send) && impls!(Receiver<Cell<u8>>: Send),
        "an end of a channel for a `Cell<u8>` is not `Send`. The message is with one thread at a time: why must it be `Sync`?"
    );
    assert!(
        impls!(Sender<Cell<u8>>: Sync) && impls!(Receiver<Cell<u8>>: Sync),
        "an end of a channel for a `Cell<u8>` is not `Sync`: threads could not share it. The mutex lets one in at a time"
    );
    assert!(
        !impls!(Sender<*const u8>: Send) && !impls!(Receiver<*const u8>: Send),
        "an end of a channel for a `*const u8`, which is not `Send`, is `Send`: the message goes from thread to thread"
    );
    assert!(
        !impls!(Sender<*const u8>: Sync) && !impls!(Receiver<*const u8>: Sync),
        "an end of a channel for a `*const u8`, which is not `Send`, is `Sync`: another thread could send or receive through it"
    );
    assert!(
        !impls!(Sender<MutexGuard<'static, u8>>: Sync)
            && !impls!(Receiver<MutexGuard<'static, u8>>: Sync),
        "an end of a channel for a `MutexGuard`, which is `Sync` but not `Send`, is `Sync`: another thread would drop the guard"
    );
}

fn uses_sync() {
    static EARLY: Flag = Flag::new(false);
    static LATE: Flag = Flag::new(false);
    sync::model(|| {
        let (sender, receiver) = channel();
        let other = with(sender, |sender| send(&sender, 1));
        let seen = if receiver.try_receive().is_ok() { &LATE } else { &EARLY };
        // Relaxed: the executions of a model are one after the other.
        seen.store(true, Relaxed);
        other.join().unwrap();
    });
    assert!(
        EARLY.load(Relaxed) && LATE.load(Relaxed),
        "the checker saw only one order of a `send` and a `try_receive` on two threads. Does the file use `std::sync::Mutex` \
         where it should say `sync::Mutex`?"
    );
}

/// Sends a message to a receiver that is there.
fn send<T>(sender: &Sender<T>, message: T) {
    assert!(sender.send(message).is_ok(), "`send` fails although the receiver is there");
}

fn in_order() {
    sync::model(|| {
        let (other, _other_receiver) = channel();
        let (sender, receiver) = channel();
        let second = sender.clone();
        send(&sender, 1);
        send(&second, 2);
        send(&other, 9);
        assert_eq!(receiver.receive(), Ok(1), "the first of two messages");
        send(&sender, 3);
        assert_eq!(receiver.try_receive(), Ok(2), "the second of three messages");
        assert_eq!(receiver.receive(), Ok(3), "the third message");
        // There is room for many.
        for number in 0..100 {
            send(&sender, number);
        }
        for number in 0..100 {
            assert_eq!(receiver.receive(), Ok(number), "message {number} of 100");
        }
    });
}

fn not_yet_or_never() {
    sync::model(|| {
        let (sender, receiver) = channel();
        assert_eq!(receiver.try_receive(), Err(TryReceiveError::Empty), "from a new channel");
        let second = sender.clone();
        drop(sender);
        assert_eq!(
            receiver.try_receive(),
            Err(TryReceiveError::Empty),
            "when one of two senders was dropped: the other one may still send"
        );
        send(&second, 1);
        assert_eq!(receiver.try_receive(), Ok(1), "when a message was sent");
        assert_eq!(
            receiver.try_receive(),
            Err(TryReceiveError::Empty),
            "when the one message was received"
        );
        drop(second);
        for _ in 0..2 {
            assert_eq!(
                receiver.try_receive(),
                Err(TryReceiveError::Disconnected),
                "when both senders were dropped: nobody can send any more"
            );
            assert_eq!(
                receiver.receive(),
                Err(Disconnected),
                "when both senders were dropped: nobody can send any more"
            );
        }
    });
}

fn clone_from() {
    sync::model(|| {
        let (mut sender, left) = channel();
        let (other, joined) = channel();
        sender.clone_from(&other);
        assert_eq!(
            left.try_receive(),
            Err(TryReceiveError::Disconnected),
            "when `clone_from` has taken the only sender's place: it sends elsewhere now"
        );
        drop(other);
        send(&sender, 1);
        assert_eq!(joined.receive(), Ok(1), "from a sender that `clone_from` has made");
        assert_eq!(
            joined.try_receive(),
            Err(TryReceiveError::Empty),
            "when a sender is left that `clone_from` has made"
        );
        drop(sender);
        assert_eq!(
            joined.receive(),
            Err(Disconnected),
            "when both senders were dropped: nobody can send any more"
        );
    });
}

fn drained() {
    sync::model(|| {
        let (sender, receiver) = channel();
        for number in 1..=3 {
            send(&sender, number);
        }
        drop(sender);
        assert_eq!(
            receiver.receive(),
            Ok(1),
            "the first of three messages that were sent before the sender was dropped"
        );
        assert_eq!(
            receiver.try_receive(),
            Ok(2),
            "the second of three messages that were sent before the sender was dropped"
        );
        assert_eq!(
            receiver.receive(),
            Ok(3),
            "the third of three messages that were sent before the sender was dropped"
        );
        assert_eq!(
            receiver.receive(),
            Err(Disconnected),
            "when all messages were received and the sender was dropped"
        );
    });
}

type Message = Tracked<Probe>;

/// A message. The number is written, not only begun with: the checker sees it from then on.
fn message(number: u32) -> Message {
    let mut message = Tracked::new(Probe::new(0));
    message.set(number);
    message
}

fn receiver_gone() {
    sync::model(|| {
        let (sender, receiver) = channel();
        drop(receiver);
        for number in 5..7 {
            match sender.clone().send(message(number)) {
                Ok(()) => panic!(
                    "`send` says `Ok` although the receiver was dropped before: what has become of the message?"
                ),
                Err(SendError(message)) => {
                    assert_eq!(
                        message.get(),
                        number,
                        "the message that came back is not the one that was sent"
                    )
                }
            }
        }
    });
}

thread_local! {
    /// How many [`Counted`] were dropped.
    static DROPS: Cell<u32> = const { Cell::new(0) };
}

/// Counts drops.
struct Counted;

impl Drop for Counted {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
    }
}

fn dropped_with_receiver() {
    sync::model(|| {
        DROPS.set(0);
        let (sender, receiver) = channel();
        for _ in 0..3 {
            send(&sender, Counted);
        }
        assert_eq!(DROPS.get(), 0, "drops by `send`");
        drop(receiver.receive());
        assert_eq!(DROPS.get(), 1, "drops of three messages, when one was received and dropped");
        drop(receiver);
        assert_eq!(
            DROPS.get(),
            3,
            "drops of three messages, when the receiver was dropped and a sender is left: nobody will ever receive them"
        );
        drop(sender);
        assert_eq!(DROPS.get(), 3, "drops of three messages, when both ends were dropped");
    });
    sync::model(|| {
        DROPS.set(0);
        let (sender, receiver) = channel();
        send(&sender, Counted);
        drop(sync::catch_panic(move || {
            let _receiver = receiver;
            sync::panic_quietly(7_u32);
        }));
        assert_eq!(
            DROPS.get(),
            1,
            "drops of a message, when a panic has dropped the receiver: nobody will ever receive it"
        );
        assert!(
            sender.send(Counted).is_err(),
            "`send` says `Ok` although a panic has dropped the receiver before"
        );
    });
}

/// A message that has the means to answer.
struct Letter {
    _number: Message,
    answer: Option<Sender<Letter>>,
}

fn owns_a_sender() {
    sync::model(|| {
        let (sender, receiver) = channel();
        let answer = Some(sender.clone());
        send(&sender, Letter { _number: message(1), answer });
        drop(sender);
        // The last sender is in the channel: nobody can reach it but by receiving.
        drop(receiver);
    });
}

impl Drop for Letter {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
        if let Some(sender) = self.answer.take() {
            // It may still go into the queue, or come back: in both cases it is dropped soon.
            let _ = sender.send(Letter { _number: message(2), answer: None });
        }
    }
}

fn uses_the_channel() {
    sync::model(|| {
        DROPS.set(0);
        let (sender, receiver) = channel();
        send(&sender, Letter { _number: message(1), answer: Some(sender.clone()) });
        drop(receiver);
        assert_eq!(
            DROPS.get(),
            2,
            "drops of a message and of the one that it sends when it is dropped, when the receiver is gone"
        );
        let back = sender.send(Letter { _number: message(3), answer: None });
        assert!(back.is_err(), "`send` says `Ok` although the receiver was dropped before");
    });
}

/// Runs `f` on another thread, with what is moved there.
fn with<T: 'static, R: Send + 'static>(
    moved: T,
    f: impl FnOnce(T) -> R + Send + 'static,
) -> thread::JoinHandle<R> {
    let moved = Moved(moved);
    thread::spawn(move || f(moved.here()))
}

fn waits_for_a_message() {
    sync::model(|| {
        let (sender, receiver) = channel();
        let other = with(sender.clone(), |sender| send(&sender, message(1)));
        let mut message =
            receiver.receive().expect("`receive` must wait for the message: a sender is there");
        assert_eq!(message.get(), 1, "the message is not the one that was sent");
        message.add(1);
        other.join().unwrap();
        drop(sender);
    });
}

fn waits_for_the_end() {
    sync::model(|| {
        let (sender, receiver) = channel::<u8>();
        let other = with(sender, drop);
        assert_eq!(
            receiver.receive(),
            Err(Disconnected),
            "when the sender was dropped, and nothing was sent"
        );
        other.join().unwrap();
    });
}

fn found_beside_send() {
    sync::model(|| {
        let (sender, receiver) = channel();
        send(&sender, 1);
        let other = with(sender, |sender| send(&sender, 2));
        assert_eq!(
            receiver.try_receive(),
            Ok(1),
            "a message was sent before, and another thread is about to send one more"
        );
        other.join().unwrap();
    });
}

fn last_two_senders() {
    three_threads(|| {
        let (sender, receiver) = channel();
        let others = [sender.clone(), sender].map(|sender| with(sender, drop));
        assert_eq!(
            receiver.receive(),
            Err::<u8, _>(Disconnected),
            "when two senders were dropped, and nothing was sent"
        );
        for other in others {
            other.join().unwrap();
        }
    });
}

/// A model of three threads that sleep is large: without wake-ups for no reason, which two threads have had.
fn three_threads(f: impl Fn() + Send + Sync + 'static) {
    sync::Model::new().faults(0).check(f);
}

fn two_senders() {
    three_threads(|| {
        let (sender, receiver) = channel();
        // Two senders and no third: one more to be dropped would be many more executions.
        let others = [(10, sender.clone()), (20, sender)].map(|(number, sender)| {
            with(sender, move |sender| {
                send(&sender, message(number));
                if number == 10 {
                    send(&sender, message(number + 1));
                }
            })
        });
        // Nobody receives meanwhile: that would be a hundred times as many executions.
        for other in others {
            other.join().unwrap();
        }
        let mut numbers = Vec::new();
        while let Ok(message) = receiver.receive() {
            numbers.push(message.get());
        }
        let of_the_first: Vec<_> = numbers.iter().copied().filter(|number| *number < 20).collect();
        assert_eq!(
            of_the_first,
            [10, 11],
            "the messages of one thread, in the order in which they were received"
        );
        assert_eq!(numbers.len(), 3, "messages that were received, of three that were sent");
    });
}

/// Threads that share a receiver. It is to be dropped by the one that has it now, or the checker could not tell two
/// executions apart.
fn receivers<const MANY: usize>(
    receiver: &Shared<Receiver<Message>>,
    expected: fn(Result<Message, Disconnected>),
) -> [thread::JoinHandle<()>; MANY] {
    [(); MANY].map(|()| with(receiver.clone(), move |receiver| expected(receiver.receive())))
}

fn two_receivers() {
    three_threads(|| {
        let (sender, receiver) = channel();
        let receiver = Shared::new(receiver);
        let others = receivers::<2>(&receiver, |received| {
            received.expect("`receive` must wait for the message: a sender is there");
        });
        send(&sender, message(1));
        send(&sender, message(2));
        for other in others {
            other.join().unwrap();
        }
    });
}

fn all_learn() {
    // Whoever wakes one, or two, has not woken all.
    learn_of_the_end::<2>();
    learn_of_the_end::<3>();
}

/// So many threads receive, and nothing is sent.
fn learn_of_the_end<const MANY: usize>() {
    sync::Model::new().faults(0).check(|| {
        let (sender, receiver) = channel();
        let receiver = Shared::new(receiver);
        let others = receivers::<MANY>(&receiver, |received| {
            assert!(received.is_err(), "`receive` gives a message although nothing was sent");
        });
        drop(sender);
        for other in others {
            other.join().unwrap();
        }
    });
}

/// A message that tells how many like it were dropped, on whatever thread.
struct Told {
    drops: Arc<AtomicU32>,
    _message: Message,
}

impl Drop for Told {
    fn drop(&mut self) {
        // Relaxed: the threads are joined before it is read.
        self.drops.fetch_add(1, Relaxed);
    }
}

fn send_beside_drop() {
    sync::model(|| {
        let (sender, receiver) = channel();
        let other = with(receiver, drop);
        let drops = Arc::new(AtomicU32::new(0));
        let result = sender.send(Told { drops: drops.clone(), _message: message(1) });
        other.join().unwrap();
        // Relaxed: see above.
        let dropped = drops.load(Relaxed);
        match result {
            Ok(()) => assert_eq!(
                dropped, 1,
                "drops of a message for which `send` said `Ok` while the receiver was being dropped. Nobody will ever receive \
                 it, and a sender is left"
            ),
            Err(SendError(back)) => {
                assert_eq!(dropped, 0, "drops of a message that came back");
                drop(back);
            }
        }
        drop(sender);
        assert_eq!(drops.load(Relaxed), 1, "drops of the message in the end");
    });
}
