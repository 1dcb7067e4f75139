//! What `ch05_channels/one_shot_typed` must do.

use super::subject::{
    ReceiveError::{Disconnected, Empty},
    Receiver, SendError, Sender, channel,
};
use super::sync::{
    self,
    cell::{Probe, UnsafeCell},
    hint, thread,
    track::Tracked,
};
use grader::{Check, Moved, Shared, Unit, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

#[path = "clients/one_shot_typed.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("each_end_is_send_exactly_where_the_message_is", are_send_where_message_is),
    Check::fact("each_end_is_used_up_by_its_one_use", are_used_up),
    Check::model("message_comes_out_as_it_went_in", comes_out),
    Check::counted("channel_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("receiver_learns_that_the_sender_is_gone", sender_gone),
    Check::model("sender_gets_the_message_back_if_the_receiver_is_gone", receiver_gone),
    Check::model(
        "message_that_nobody_receives_is_dropped_with_the_receiver",
        dropped_with_receiver,
    ),
    Check::model("ends_without_a_message_drop_none", drops_nothing),
    Check::model("message_whose_drop_panics_is_dropped_once", dropped_by_a_panic),
    Check::model("waiting_receiver_learns_that_the_sender_gave_up", sender_gives_up),
    Check::model("what_came_before_send_happens_before_the_return_of_receive", hand_over),
    Check::model("receive_beside_send_has_the_whole_message_or_the_receiver", receive_beside_send),
    Check::model("message_sent_beside_a_receiver_that_is_dropped_has_one_owner", send_beside_drop),
    Check::model("two_ends_may_be_dropped_at_once", drop_beside_drop),
    Check::counted("every_small_program_does_what_a_channel_does", clients::check::<small::Ends>),
];

fn are_send_where_message_is() {
    assert!(
        impls!(Sender<u8>: Send) && impls!(Receiver<u8>: Send),
        "an end of a channel for a `u8` is not `Send`: it could not be taken to another thread"
    );
    assert!(
        impls!(Sender<Cell<u8>>: Send) && impls!(Receiver<Cell<u8>>: Send),
        "an end of a channel for a `Cell<u8>` is not `Send`. The message is with one thread at a time: why must it be `Sync`?"
    );
    assert!(
        !impls!(Sender<*const u8>: Send),
        "the sender of a `*const u8`, which is not `Send`, is `Send`: the message goes from its thread to the receiver's"
    );
    assert!(
        !impls!(Receiver<*const u8>: Send),
        "the receiver of a `*const u8`, which is not `Send`, is `Send`: the message comes from the sender's thread to its own"
    );
    assert!(
        !impls!(Sender<MutexGuard<'static, u8>>: Send)
            && !impls!(Receiver<MutexGuard<'static, u8>>: Send),
        "an end of a channel for a `MutexGuard`, which is `Sync` but not `Send`, is `Send`: another thread would drop the guard"
    );
}

/// A function of a type, to be asked whether it takes its first argument by value. The method of a trait that fits the type is
/// found before that of one which fits a reference to it.
struct Method<F>(F);

trait TakesAnEnd {
    fn takes_it(&self) -> bool;
}

impl<R, F: FnOnce(Receiver<u8>) -> R> TakesAnEnd for Method<F> {
    fn takes_it(&self) -> bool {
        true
    }
}

trait TakesAnEndAndAMessage {
    fn takes_it(&self) -> bool;
}

impl<R, F: FnOnce(Sender<u8>, u8) -> R> TakesAnEndAndAMessage for Method<F> {
    fn takes_it(&self) -> bool {
        true
    }
}

#[allow(dead_code, reason = "used only if an end is borrowed where it should be taken")]
trait Borrows {
    fn takes_it(&self) -> bool;
}

impl<F> Borrows for &Method<F> {
    fn takes_it(&self) -> bool {
        false
    }
}

#[allow(
    clippy::needless_borrow,
    reason = "the borrow is what makes one trait come before the other"
)]
fn are_used_up() {
    assert!(
        (&Method(Sender::<u8>::send)).takes_it(),
        "`send` does not take the sender itself: it could be used for a second message. The signature is `send(self, …)`"
    );
    assert!(
        (&Method(Receiver::<u8>::receive)).takes_it(),
        "`receive` does not take the receiver itself: it could be used for a second message. The signature is `receive(self)`"
    );
    assert!(
        !impls!(Sender<u8>: Clone),
        "a sender can be cloned. Each clone could be used once: two messages for a channel that has room for one"
    );
    assert!(
        !impls!(Receiver<u8>: Clone),
        "a receiver can be cloned. Each clone could receive: the one message would come out twice"
    );
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let (sender, receiver) = channel();
        let _ = sender.send(1);
        let _ = receiver.receive();
    });
}

/// The message that was sent to this receiver.
fn received<T>(receiver: Receiver<T>) -> T {
    match receiver.receive() {
        Ok(message) => message,
        Err(Empty(_)) => panic!("`receive` says `Empty` although a message was sent"),
        Err(Disconnected) => panic!("`receive` says `Disconnected` although a message was sent"),
    }
}

/// The receiver, from which nothing can be received yet.
fn empty<T>(receiver: Receiver<T>) -> Receiver<T> {
    match receiver.receive() {
        Ok(_) => panic!("`receive` gives a message although nothing was sent"),
        Err(Empty(receiver)) => receiver,
        Err(Disconnected) => {
            panic!("`receive` says `Disconnected` although the sender is still there")
        }
    }
}

fn comes_out() {
    #[derive(Debug, PartialEq)]
    #[repr(align(128))]
    struct Aligned(u8);

    sync::model(|| {
        let (other_sender, other_receiver) = channel();
        let (sender, mut receiver) = channel();
        // As often as it is asked, and more often than a byte can count.
        for _ in 0..260 {
            receiver = empty(receiver);
        }
        assert!(sender.send(5).is_ok(), "`send` fails although the receiver is there");
        let other_receiver = empty(other_receiver);
        assert_eq!(received(receiver), 5, "the message is not the one that was sent");
        assert!(other_sender.send(6).is_ok(), "`send` fails although the receiver is there");
        assert_eq!(received(other_receiver), 6, "the message is not the one that was sent");

        let (sender, receiver) = channel();
        assert!(sender.send(()).is_ok(), "`send` fails although the receiver is there");
        received(receiver);
        let (sender, receiver) = channel();
        assert!(
            sender.send([Aligned(7), Aligned(8)]).is_ok(),
            "`send` fails although the receiver is there"
        );
        assert_eq!(
            received(receiver),
            [Aligned(7), Aligned(8)],
            "the message is not the one that was sent"
        );
    });
}

fn sender_gone() {
    sync::model(|| {
        let (sender, receiver) = channel::<u8>();
        let receiver = empty(receiver);
        drop(sender);
        match receiver.receive() {
            Ok(_) => panic!("`receive` gives a message although nothing was sent"),
            Err(Empty(_)) => panic!(
                "`receive` says `Empty` although the sender was dropped: nobody can send any more"
            ),
            Err(Disconnected) => {}
        }
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
        drop(empty(receiver));
        match sender.send(message(5)) {
            Ok(()) => panic!(
                "`send` says `Ok` although the receiver was dropped before: what has become of the message?"
            ),
            Err(SendError(message)) => {
                assert_eq!(
                    message.get(),
                    5,
                    "the message that came back is not the one that was sent"
                )
            }
        }
    });
}

thread_local! {
    /// How many [`Counted`] were dropped.
    static DROPS: Cell<u32> = const { Cell::new(0) };
}

/// Counts drops without looking into itself: memory that was never written may be taken for one.
struct Counted {
    panics: bool,
}

impl Drop for Counted {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
        if self.panics && !std::thread::panicking() {
            panic!("on purpose, in a message's `drop`");
        }
    }
}

fn dropped_with_receiver() {
    sync::model(|| {
        DROPS.set(0);
        let (sender, receiver) = channel();
        assert!(
            sender.send(Counted { panics: false }).is_ok(),
            "`send` fails although the receiver is there"
        );
        assert_eq!(DROPS.get(), 0, "drops by `send`, which succeeded");
        drop(receiver);
        assert_eq!(
            DROPS.get(),
            1,
            "drops of a message that was sent, when its receiver is dropped"
        );

        let (sender, receiver) = channel();
        assert!(
            sender.send(Counted { panics: false }).is_ok(),
            "`send` fails although the receiver is there"
        );
        let message = received(receiver);
        assert_eq!(
            DROPS.get(),
            1,
            "drops so far, when a second message was received: the first one's"
        );
        drop(message);
        assert_eq!(DROPS.get(), 2, "drops of two messages");
        let dropped = Unit::dropped_by(|| {
            let (sender, receiver) = channel();
            assert!(sender.send(Unit).is_ok(), "`send` fails, but the receiver is there");
            drop(receiver);
        });
        assert_eq!(dropped, 1, "drops of a message without a size that nobody received");
    });
}

fn drops_nothing() {
    sync::model(|| {
        DROPS.set(0);
        drop(channel::<Counted>());
        let (sender, receiver) = channel::<Counted>();
        drop(receiver);
        drop(sender);
        let (sender, receiver) = channel::<Counted>();
        drop(sender);
        let _ = receiver.receive();
        assert_eq!(DROPS.get(), 0, "drops by three channels on which nothing was sent");
    });
}

fn dropped_by_a_panic() {
    sync::model(|| {
        DROPS.set(0);
        let (sender, receiver) = channel();
        assert!(
            sender.send(Counted { panics: true }).is_ok(),
            "`send` fails although the receiver is there"
        );
        sync::expect_panic(|| drop(receiver));
        assert_eq!(DROPS.get(), 1, "drops of a message whose `drop` panics");
    });
}

/// Looks until there is a message, or never will be.
fn wait_for<T>(mut receiver: Receiver<T>) -> Option<T> {
    loop {
        match receiver.receive() {
            Ok(message) => return Some(message),
            Err(Disconnected) => return None,
            Err(Empty(again)) => receiver = again,
        }
        hint::spin_loop();
    }
}

fn sender_gives_up() {
    sync::model(|| {
        let (sender, receiver) = channel::<u8>();
        let sender = Moved(sender);
        let other = thread::spawn(move || drop(sender.here()));
        assert!(
            wait_for(receiver).is_none(),
            "`receive` gives a message although nothing was sent"
        );
        other.join().unwrap();
    });
}

fn hand_over() {
    sync::model(|| {
        let (sender, receiver) = channel();
        let beside = Shared::new(UnsafeCell::new(0));
        let moved = Moved((sender, beside.clone()));
        let other = thread::spawn(move || {
            let (sender, beside) = moved.here();
            // SAFETY: the other thread reads after it has received.
            beside.with_mut(|beside| unsafe { *beside = 1 });
            assert!(
                sender.send(message(2)).is_ok(),
                "`send` fails although the receiver is waiting"
            );
        });
        let mut message =
            wait_for(receiver).expect("`receive` must give the message that was sent");
        assert_eq!(message.get(), 2, "the message is not the one that was sent");
        message.add(1);
        // SAFETY: the other thread has written before it sent.
        let seen = beside.with(|beside| unsafe { *beside });
        assert_eq!(seen, 1, "what was written before `send` is not seen");
        other.join().unwrap();
    });
}

fn receive_beside_send() {
    sync::model(|| {
        let (sender, receiver) = channel();
        let sender = Moved(sender);
        let other = thread::spawn(move || {
            assert!(
                sender.here().send(message(1)).is_ok(),
                "`send` fails although the receiver is there"
            );
        });
        let early = receiver.receive();
        other.join().unwrap();
        let message = match early {
            Ok(message) => message,
            Err(Empty(receiver)) => received(receiver),
            Err(Disconnected) => {
                panic!("`receive` says `Disconnected` although a message was sent or will be")
            }
        };
        assert_eq!(message.get(), 1, "the message is not the one that was sent");
    });
}

/// Sends a message to a receiver that may be there no more, and uses it if it comes back.
fn send_to_one_that_may_be_gone(sender: Sender<Message>) {
    if let Err(SendError(mut message)) = sender.send(message(1)) {
        assert_eq!(message.get(), 1, "the message that came back is not the one that was sent");
        message.add(1);
    }
}

/// Looks once, and drops the receiver.
fn look_and_leave(receiver: Receiver<Message>) {
    match receiver.receive() {
        Ok(mut message) => message.add(1),
        Err(Empty(receiver)) => drop(receiver),
        Err(Disconnected) => {}
    }
}

/// Each end is used on a thread of its own, in either of two ways.
fn at_once(with_sender: fn(Sender<Message>), with_receiver: fn(Receiver<Message>)) {
    sync::model(move || {
        let (sender, receiver) = channel();
        let sender = Moved(sender);
        let other = thread::spawn(move || with_sender(sender.here()));
        with_receiver(receiver);
        other.join().unwrap();
    });
}

fn send_beside_drop() {
    at_once(send_to_one_that_may_be_gone, drop);
    at_once(send_to_one_that_may_be_gone, look_and_leave);
}

fn drop_beside_drop() {
    at_once(drop, drop);
    at_once(drop, look_and_leave);
}
