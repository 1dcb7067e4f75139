//! What `ch05_channels/newest_message` must do.

use super::subject::Newest;
use super::sync::{self, cell::Probe, thread, track::Tracked};
use grader::{Check, Shared, Unit, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

#[path = "clients/newest_message.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("channel_is_send_and_sync_exactly_where_the_message_is_send", is_send_and_sync),
    Check::model("newest_message_comes_out_once", comes_out_once),
    Check::counted("channel_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("send_gives_back_what_it_replaces", replaces),
    Check::model("each_message_is_dropped_once", dropped_once),
    Check::model("what_came_before_send_happens_before_the_return_of_receive", hand_over),
    Check::model("of_two_threads_that_send_the_later_has_the_message_of_the_other", two_senders),
    Check::model("of_two_threads_that_receive_one_has_the_message", two_receivers),
    Check::counted("every_small_program_does_what_the_channel_does", clients::check::<small::Uses>),
    Check::counted(
        "thread_that_stops_keeps_no_other_from_its_end",
        clients::progress::<small::Uses>,
    ),
];

// A channel may be a `static`'s beginning.
const _: Newest<u8> = Newest::new();

fn is_send_and_sync() {
    assert!(impls!(Newest<u8>: Send), "a channel for a `u8` is not `Send`");
    assert!(
        impls!(Newest<u8>: Sync),
        "a channel for a `u8` is not `Sync`: two threads could not share it"
    );
    assert!(
        impls!(Newest<Cell<u8>>: Send) && impls!(Newest<Cell<u8>>: Sync),
        "a channel for a `Cell<u8>` is not `Send` and `Sync`. One thread at a time has the message: why must it be `Sync` itself?"
    );
    assert!(
        !impls!(Newest<MutexGuard<'static, u8>>: Sync),
        "a channel for a `MutexGuard`, which is `Sync` but not `Send`, is `Sync`. The channel moves the message from thread to \
         thread. The compiler derives it, because an `AtomicPtr<T>` is `Sync` whatever `T` is"
    );
    assert!(
        !impls!(Newest<MutexGuard<'static, u8>>: Send),
        "a channel for a `MutexGuard`, which is not `Send`, is `Send`. The message goes where the channel goes"
    );
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let channel = Newest::new();
        drop(channel.send(1_u8));
        let _ = channel.receive();
    });
}

fn comes_out_once() {
    sync::model(|| {
        let channel = Newest::default();
        assert_eq!(channel.receive(), None, "a new channel has a message");
        assert_eq!(channel.send(7_u8), None, "there was nothing to replace");
        assert_eq!(channel.receive(), Some(7), "`receive` does not give what was sent");
        assert_eq!(channel.receive(), None, "the message was received, but is still there");
        assert_eq!(
            channel.send(8),
            None,
            "the message was received, but the next `send` replaces it"
        );
        assert_eq!(channel.receive(), Some(8), "`receive` does not give what was sent second");
    });
}

fn replaces() {
    sync::model(|| {
        let channel = Newest::new();
        assert_eq!(channel.send(1_u8), None, "there was nothing to replace");
        assert_eq!(channel.send(2), Some(1), "`send` does not give back what it replaces");
        assert_eq!(channel.receive(), Some(2), "`receive` does not give the newest message");
    });
}

#[repr(align(4096))]
struct Aligned(u8);

/// It has a size: there is memory to give back.
struct Panics(#[allow(dead_code, reason = "it takes a byte")] u8);

impl Drop for Panics {
    fn drop(&mut self) {
        sync::panic_quietly(7_u32);
    }
}

fn dropped_once() {
    sync::model(|| {
        // A `Tracked` value that is dropped twice, or never, is a failure of the model.
        let channel = Newest::new();
        drop(channel.send(Tracked::new(1_u8)));
        drop(channel.send(Tracked::new(2)));
        drop(channel.receive());
        drop(channel);
        let channel = Newest::new();
        drop(channel.send(Tracked::new(3_u8)));
        drop(channel);
    });
    sync::model(|| {
        // A place for a message is where such a message may be.
        for number in 0..4 {
            let channel = Newest::new();
            drop(channel.send(Aligned(number)));
            let received = channel.receive().map(|message| message.0);
            assert_eq!(received, Some(number), "a message of a large alignment");
        }
        let dropped = Unit::dropped_by(|| {
            let channel = Newest::new();
            drop(channel.send(Unit));
            drop(channel.send(Unit));
        });
        assert_eq!(
            dropped, 2,
            "drops of two messages without a size: one replaced, one left in the channel"
        );
    });
    sync::model(|| {
        // The memory of a message whose drop panics is given back all the same.
        drop(sync::catch_panic(|| {
            let channel = Newest::new();
            drop(channel.send(Panics(1)));
            drop(channel);
        }));
    });
}

/// A message that was written to after it was made, so that who is not ordered behind its sender races with it.
fn written(number: u32) -> Probe {
    let mut message = Probe::default();
    message.set(number);
    message
}

fn hand_over() {
    sync::model(|| {
        let channel = Shared::new(Newest::new());
        let theirs = channel.clone();
        let sender = thread::spawn(move || drop(theirs.send(Box::new(written(7)))));
        if let Some(message) = channel.receive() {
            assert_eq!(message.get(), 7, "`receive` gave something else than what was sent");
        }
        sender.join().unwrap();
    });
}

fn two_senders() {
    sync::model(|| {
        let channel = Shared::new(Newest::new());
        let theirs = channel.clone();
        let other = thread::spawn(move || theirs.send(written(1)).map(|old| old.get()));
        let mine = channel.send(written(2)).map(|old| old.get());
        let theirs = other.join().unwrap();
        let newest = channel.receive().map(|message| message.get());
        match (theirs, mine) {
            (None, Some(1)) => assert_eq!(newest, Some(2), "the newest message is not there"),
            (Some(2), None) => assert_eq!(newest, Some(1), "the newest message is not there"),
            (None, None) => panic!("two messages were sent, but none was replaced"),
            _ => panic!("a thread got back a message that the other has not sent"),
        }
    });
}

fn two_receivers() {
    sync::model(|| {
        let channel = Shared::new(Newest::new());
        drop(channel.send(written(7)));
        let theirs = channel.clone();
        let other = thread::spawn(move || theirs.receive().map(|message| message.get()));
        let mine = channel.receive().map(|message| message.get());
        match (other.join().unwrap(), mine) {
            (Some(7), None) | (None, Some(7)) => {}
            (None, None) => panic!("there was a message, but neither thread received it"),
            (Some(_), Some(_)) => panic!("there was one message, but both threads received one"),
            _ => panic!("a thread received something else than what was sent"),
        }
    });
}
