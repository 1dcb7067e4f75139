//! What `ch05_channels/one_shot_borrowed` must do.

#![allow(
    clippy::drop_non_drop,
    clippy::forget_non_drop,
    reason = "an end may have a `Drop`, or none"
)]

#[path = "ends/counted.rs"]
mod counted;

use super::subject::{
    Channel, Receiver, Sender,
    TryReceiveError::{Disconnected, Empty},
};
use super::sync::{self, cell::Probe, hint, thread, track::Tracked};
use counted::Counted;
use grader::{Check, Moved, Unit, allocations, impls};
use std::cell::Cell;
use std::mem;
use std::sync::MutexGuard;

#[path = "clients/one_shot_borrowed.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact(
        "channel_and_ends_are_send_exactly_where_the_message_is",
        are_send_where_message_is,
    ),
    Check::model("message_is_received_once", received_once),
    Check::counted("channel_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("receiver_learns_that_the_sender_is_gone", sender_gone),
    Check::model("message_is_dropped_once_received_or_not", dropped_once),
    Check::model("message_whose_drop_panics_is_dropped_once", dropped_once_by_a_panic),
    Check::model("split_begins_anew", begins_anew),
    Check::model("what_the_sender_did_happens_before_the_message_is_received", hand_over),
    Check::model("message_that_may_be_received_or_not_is_dropped_once", one_owner),
    Check::model("waiting_receiver_learns_that_the_sender_gave_up", sender_gives_up),
    // Last: a channel that hangs is explained by a model, and not by this.
    Check::fact("nothing_is_allocated", allocates_nothing),
    Check::counted("every_small_program_does_what_a_channel_does", clients::check::<small::Ends>),
];

// The ends borrow the channel for as long as they live: that is what makes a second `split` wait until they are gone.
type Split = for<'a> fn(&'a mut Channel<u8>) -> (Sender<'a, u8>, Receiver<'a, u8>);
const _: Split = Channel::split;
// A channel may be a `static`'s beginning.
const _: Channel<u8> = Channel::new();

fn are_send_where_message_is() {
    assert!(
        impls!(Sender<'static, u8>: Send) && impls!(Receiver<'static, u8>: Send),
        "an end of a channel for a `u8` is not `Send`: it could not be taken to another thread"
    );
    assert!(
        impls!(Sender<'static, Cell<u8>>: Send) && impls!(Receiver<'static, Cell<u8>>: Send),
        "an end of a channel for a `Cell<u8>` is not `Send`. The message is with one thread at a time: why must it be `Sync`?"
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
    assert!(impls!(Channel<Cell<u8>>: Send), "a channel for data that is `Send` is not `Send`");
    assert!(
        !impls!(Channel<*const u8>: Send),
        "a channel for a `*const u8`, which is not `Send`, is `Send`: a message that nobody received goes along with it"
    );
}

fn allocates_nothing() {
    let before = allocations();
    let mut channel = Channel::new();
    for message in 0..3_u32 {
        let (sender, mut receiver) = channel.split();
        let _ = receiver.try_receive();
        sender.send(message);
        let _ = receiver.try_receive();
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
        let (sender, mut receiver) = channel.split();
        sender.send(());
        let _ = receiver.try_receive();
    });
}

fn received_once() {
    sync::model(|| {
        let mut channel = Channel::new();
        let mut other = Channel::default();
        let (sender, mut receiver) = channel.split();
        let (other_sender, mut other_receiver) = other.split();
        assert_eq!(receiver.try_receive(), Err(Empty), "before the message is sent");
        sender.send(5);
        assert_eq!(
            other_receiver.try_receive(),
            Err(Empty),
            "from a channel beside the one in use"
        );
        assert_eq!(receiver.try_receive(), Ok(5), "after `send(5)`");
        assert_eq!(receiver.try_receive(), Err(Disconnected), "after the message was received");
        other_sender.send(6);
        assert_eq!(receiver.try_receive(), Err(Disconnected), "after the message was received");
        assert_eq!(other_receiver.try_receive(), Ok(6), "after `send(6)` to the other channel");
    });
}

fn sender_gone() {
    sync::model(|| {
        let mut channel = Channel::<u8>::new();
        let (sender, mut receiver) = channel.split();
        drop(sender);
        for _ in 0..2 {
            assert_eq!(
                receiver.try_receive(),
                Err(Disconnected),
                "after the sender was dropped without sending"
            );
        }
    });
}

fn dropped_once() {
    sync::model(|| {
        let drops = [const { Cell::new(0) }; 4];
        let [received, left, replaced, closed] = &drops;
        let mut channel = Channel::new();
        let (sender, mut receiver) = channel.split();
        sender.send(Counted::new(received));
        let message = receiver.try_receive().expect("the message was sent");
        assert_eq!(received.get(), 0, "drops of a message that was just received");
        drop(message);
        assert_eq!(received.get(), 1, "drops of a message that was received and then dropped");
        drop(receiver);

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
        let forgotten = Cell::new(0);
        let mut channel = Channel::new();
        let (sender, mut receiver) = channel.split();
        sender.send(Counted::new(&forgotten));
        drop(receiver.try_receive());
        mem::forget(receiver);
        drop(channel);
        assert_eq!(
            forgotten.get(),
            1,
            "drops of a message that was received, when the receiver was forgotten afterwards"
        );
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

fn begins_anew() {
    sync::model(|| {
        let mut channel = Channel::new();
        // Ends that were used up, dropped, or forgotten, in the middle of things.
        let before: [fn(Sender<'_, u8>, Receiver<'_, u8>); 5] = [
            |sender, _| sender.send(1),
            |sender, mut receiver| {
                sender.send(1);
                let _ = receiver.try_receive();
            },
            |sender, receiver| drop((sender, receiver)),
            |sender, receiver| mem::forget((sender, receiver)),
            |sender, receiver| {
                sender.send(1);
                mem::forget(receiver);
            },
        ];
        for use_up in before {
            let (sender, receiver) = channel.split();
            use_up(sender, receiver);
            let (sender, mut receiver) = channel.split();
            assert_eq!(receiver.try_receive(), Err(Empty), "from a channel that was split again");
            sender.send(2);
            assert_eq!(
                receiver.try_receive(),
                Ok(2),
                "after `send(2)` to a channel that was split again"
            );
        }
    });
}

type Message = Tracked<Probe>;

fn message(value: u32) -> Message {
    Tracked::new(Probe::new(value))
}

/// Looks until there is a message.
fn wait_for(receiver: &mut Receiver<'_, Message>) -> Message {
    loop {
        match receiver.try_receive() {
            Ok(message) => return message,
            Err(why) => assert_eq!(why, Empty, "while the sender is on its way to `send`"),
        }
        hint::spin_loop();
    }
}

fn hand_over() {
    sync::model(|| {
        let mut channel = Channel::new();
        let (sender, mut receiver) = channel.split();
        let sender = Moved(sender);
        thread::scope(|scope| {
            scope.spawn(move || {
                let mut message = message(1);
                message.add(1);
                sender.here().send(message);
            });
            let mut message = wait_for(&mut receiver);
            assert_eq!(message.get(), 2, "the message is not the one that was sent");
            message.add(1);
        });
    });
}

fn one_owner() {
    sync::model(|| {
        let mut channel = Channel::new();
        let (sender, mut receiver) = channel.split();
        let sender = Moved(sender);
        thread::scope(|scope| {
            scope.spawn(move || sender.here().send(message(1)));
            if let Ok(mut message) = receiver.try_receive() {
                message.add(1);
            }
            drop(receiver);
        });
        // The scope has ended, and with it the borrows: what is left is the channel's.
        let (sender, _receiver) = channel.split();
        sender.send(message(2));
    });
}

fn sender_gives_up() {
    sync::model(|| {
        let mut channel = Channel::<Message>::new();
        let (sender, mut receiver) = channel.split();
        let sender = Moved(sender);
        thread::scope(|scope| {
            scope.spawn(move || drop(sender.here()));
            while receiver.try_receive().err() == Some(Empty) {
                hint::spin_loop();
            }
            assert_eq!(
                receiver.try_receive().err(),
                Some(Disconnected),
                "after the sender gave up"
            );
        });
    });
}
