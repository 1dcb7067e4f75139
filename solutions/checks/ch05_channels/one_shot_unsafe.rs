//! What `ch05_channels/one_shot_unsafe` must do.

use super::subject::Channel;
use super::sync::{
    self,
    cell::{Probe, UnsafeCell},
    hint, thread,
    track::Tracked,
};
use grader::{Check, Shared, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

#[path = "clients/one_shot_unsafe.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("channel_is_sync_exactly_where_the_message_is_send", is_sync_where_send),
    Check::model("message_comes_out_as_it_went_in", comes_out),
    Check::counted("channel_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("message_of_any_type_goes_through", any_type),
    Check::model("message_that_was_received_is_dropped_by_its_receiver_only", receiver_drops),
    Check::model("channel_without_a_message_drops_nothing", drops_nothing),
    Check::model("what_came_before_send_happens_before_the_return_of_receive", hand_over),
    Check::model("two_channels_know_nothing_of_each_other", two_channels),
    Check::counted("every_small_program_does_what_a_channel_does", clients::check::<small::Uses>),
];

// A channel may be a `static`'s beginning.
const _: Channel<u8> = Channel::new();

fn is_sync_where_send() {
    assert!(
        impls!(Channel<u8>: Sync),
        "a channel for a `u8` is not `Sync`: the thread that sends and the one that receives could not both reach it"
    );
    assert!(
        impls!(Channel<Cell<u8>>: Sync),
        "a channel for a `Cell<u8>` is not `Sync`. One thread at a time has the message: why must it be `Sync` itself?"
    );
    assert!(
        !impls!(Channel<*const u8>: Sync),
        "a channel for a `*const u8`, which is not `Send`, is `Sync`. The channel moves the message from thread to thread"
    );
    assert!(
        !impls!(Channel<MutexGuard<'static, u8>>: Sync),
        "a channel for a `MutexGuard`, which is `Sync` but not `Send`, is `Sync`. The channel moves the message from thread \
         to thread: another one would drop the guard"
    );
    assert!(impls!(Channel<Cell<u8>>: Send), "a channel for data that is `Send` is not `Send`");
    assert!(
        !impls!(Channel<*const u8>: Send),
        "a channel for a `*const u8`, which is not `Send`, is `Send`: the message in it goes along"
    );
}

/// Sends the only message of a channel.
fn send<T>(channel: &Channel<T>, message: T) {
    // SAFETY: each check sends once on each channel.
    unsafe { channel.send(message) };
}

/// Receives the message of a channel that was seen to be ready.
fn receive<T>(channel: &Channel<T>) -> T {
    assert!(channel.is_ready(), "`is_ready` says that there is no message, but there is one");
    // SAFETY: each check receives once from each channel, which was just seen to be ready.
    unsafe { channel.receive() }
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let channel = Channel::new();
        send(&channel, 1);
        receive(&channel);
    });
}

fn comes_out() {
    sync::model(|| {
        for channel in [Channel::new(), Channel::default()] {
            assert!(!channel.is_ready(), "a new channel says that there is a message");
            send(&channel, 5);
            for _ in 0..3 {
                assert!(
                    channel.is_ready(),
                    "`is_ready` is false although the message that was sent has not been received"
                );
            }
            assert_eq!(receive(&channel), 5, "the message is not the one that was sent");
        }
    });
}

fn any_type() {
    #[derive(Debug, PartialEq)]
    #[repr(align(128))]
    struct Aligned(u8);

    sync::model(|| {
        for nothing in [Channel::new(), Channel::default()] {
            assert!(
                !nothing.is_ready(),
                "a new channel says that there is a message without a size"
            );
            send(&nothing, ());
            receive(&nothing);
        }
        let none = Channel::new();
        send(&none, None::<Box<u8>>);
        assert_eq!(receive(&none), None, "the message is not the one that was sent");
        let large = Channel::new();
        send(&large, [7_u64; 64]);
        assert_eq!(receive(&large), [7; 64], "the message is not the one that was sent");
        let aligned = Channel::new();
        send(&aligned, Aligned(9));
        assert_eq!(receive(&aligned), Aligned(9), "the message is not the one that was sent");
        // Of these no value is all zeroes, so an empty slot cannot be one.
        let boxed = Channel::new();
        send(&boxed, Box::new(3));
        assert_eq!(*receive(&boxed), 3, "the message is not the one that was sent");
        let text = Channel::new();
        send(&text, "words");
        assert_eq!(receive(&text), "words", "the message is not the one that was sent");
    });
}

fn two_channels() {
    sync::model(|| {
        let (left, right) = (Channel::new(), Channel::new());
        send(&left, 1);
        assert!(
            !right.is_ready(),
            "a message that was sent on one channel makes another one ready"
        );
        send(&right, 2);
        assert_eq!(
            (receive(&left), receive(&right)),
            (1, 2),
            "the message of one channel came out of another"
        );
    });
}

thread_local! {
    /// How many [`Counted`] were dropped.
    static DROPS: Cell<u32> = const { Cell::new(0) };
}

/// Counts drops without looking into itself: memory that was never written may be taken for one.
struct Counted(u32);

impl Drop for Counted {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
    }
}

#[allow(clippy::drop_non_drop, reason = "a channel may have a `Drop`")]
fn receiver_drops() {
    sync::model(|| {
        DROPS.set(0);
        let channel = Channel::new();
        send(&channel, Counted(1));
        assert_eq!(
            DROPS.get(),
            0,
            "drops by `send`: was the old content of the slot dropped, or the message?"
        );
        let message = receive(&channel);
        assert_eq!(DROPS.get(), 0, "drops by `receive`");
        assert_eq!(message.0, 1, "the message is not the one that was sent");
        drop(message);
        assert_eq!(DROPS.get(), 1, "drops of a message that was received and then dropped");
        drop(channel);
        assert_eq!(
            DROPS.get(),
            1,
            "drops of a message that was received and dropped, when the channel is dropped too"
        );
        // A large one, which a panic finds received.
        DROPS.set(0);
        let by_send = Cell::new(0);
        drop(sync::catch_panic(|| {
            let channel = Channel::new();
            send(&channel, [const { Counted(1) }; 40]);
            by_send.set(DROPS.get());
            drop(receive(&channel));
            sync::panic_quietly(7_u32);
        }));
        assert_eq!(
            by_send.get(),
            0,
            "drops by `send` of a large message: was the old content of the slot dropped, or the message?"
        );
        assert_eq!(
            DROPS.get(),
            40,
            "drops of the 40 parts of a message that was received and dropped, when a panic drops the channel"
        );
    });
}

#[allow(clippy::drop_non_drop, reason = "a channel may have a `Drop`")]
fn drops_nothing() {
    sync::model(|| {
        DROPS.set(0);
        drop(Channel::<Counted>::new());
        assert_eq!(DROPS.get(), 0, "drops by a channel on which nothing was sent");
    });
    // A message that nobody received may leak, also with memory that is its own. A channel that drops it does more than it must.
    sync::Model::new().may_leak().check(|| {
        DROPS.set(0);
        let channel = Channel::new();
        send(&channel, Counted(1));
        drop(channel);
        assert!(
            DROPS.get() <= 1,
            "a message that nobody received was dropped {} times",
            DROPS.get()
        );
    });
}

/// Looks until there is a message.
fn wait_for<T>(channel: &Channel<T>) -> T {
    while !channel.is_ready() {
        hint::spin_loop();
    }
    // SAFETY: each check receives once from each channel, which was just seen to be ready.
    unsafe { channel.receive() }
}

fn hand_over() {
    sync::model(|| {
        let shared = Shared::new((Channel::new(), UnsafeCell::new(0)));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            let (channel, beside) = &*theirs;
            // SAFETY: the other thread reads after it has received.
            beside.with_mut(|beside| unsafe { *beside = 1 });
            let mut message = Tracked::new(Probe::new(0));
            message.set(2);
            send(channel, message);
        });
        let (channel, beside) = &*shared;
        let mut message = wait_for(channel);
        assert_eq!(message.get(), 2, "the message is not the one that was sent");
        message.add(1);
        // SAFETY: the other thread has written before it sent.
        let seen = beside.with(|beside| unsafe { *beside });
        assert_eq!(seen, 1, "what was written before `send` is not seen");
        other.join().unwrap();
    });
}
