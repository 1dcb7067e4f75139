//! What `ch05_channels/one_shot_checked` must do.

use super::subject::Channel;
use super::sync::{
    self,
    cell::{Probe, UnsafeCell},
    hint, thread,
    track::Tracked,
};
use grader::{Check, Shared, Unit, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

#[path = "clients/one_shot_checked.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("channel_is_sync_exactly_where_the_message_is_send", is_sync_where_send),
    Check::model("message_comes_out_as_it_went_in", comes_out),
    Check::counted("channel_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("message_of_any_type_goes_through", any_type),
    Check::model("second_send_panics_and_changes_nothing", second_send),
    Check::model("receive_without_a_message_panics_and_changes_nothing", receive_too_early),
    Check::model("message_is_received_once_and_send_panics_for_ever_after", received_once),
    Check::model("each_message_is_dropped_once_received_or_not", dropped_once),
    Check::model("what_came_before_send_happens_before_the_return_of_receive", hand_over),
    Check::model("receive_beside_send_has_the_whole_message_or_panics", receive_beside_send),
    Check::model("of_two_threads_that_send_one_does", two_senders),
    Check::model("of_two_threads_that_receive_one_does", two_receivers),
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

fn uses_sync() {
    clients::sees_atomics(|| {
        let channel = Channel::new();
        channel.send(1);
        channel.receive();
    });
}

fn comes_out() {
    sync::model(|| {
        let other = Channel::<u8>::new();
        for channel in [Channel::new(), Channel::default()] {
            assert!(!channel.is_ready(), "a new channel says that there is a message");
            channel.send(5);
            for _ in 0..3 {
                assert!(
                    channel.is_ready(),
                    "`is_ready` is false although the message that was sent has not been received"
                );
            }
            assert!(
                !other.is_ready(),
                "a message that was sent on one channel makes another one ready"
            );
            assert_eq!(channel.receive(), 5, "the message is not the one that was sent");
            assert!(
                !channel.is_ready(),
                "`is_ready` is true although the message has been received"
            );
        }
    });
}

fn any_type() {
    #[derive(Debug, PartialEq)]
    #[repr(align(128))]
    struct Aligned(u8);

    /// Sends a message and receives it.
    fn pass<T>(message: T) -> T {
        let channel = Channel::new();
        channel.send(message);
        assert!(
            channel.is_ready(),
            "`is_ready` is false although the message that was sent has not been received"
        );
        channel.receive()
    }

    sync::model(|| {
        pass(());
        assert_eq!(pass(None::<Box<u8>>), None, "the message is not the one that was sent");
        assert_eq!(pass([7_u64; 64]), [7; 64], "the message is not the one that was sent");
        assert_eq!(pass(Aligned(9)), Aligned(9), "the message is not the one that was sent");
        // Of these no value is all zeroes, so an empty slot cannot be one.
        assert_eq!(*pass(Box::new(3)), 3, "the message is not the one that was sent");
        assert_eq!(pass("words"), "words", "the message is not the one that was sent");
    });
}

/// Calls `f` and tells whether it panicked.
fn panics<R>(f: impl FnOnce() -> R) -> bool {
    let mut panicked = true;
    sync::expect_panic(|| {
        drop(f());
        panicked = false;
        panic!("on purpose: what was called has returned");
    });
    panicked
}

type Message = Tracked<Probe>;

/// A message. The number is written, not only begun with: the checker sees it from then on.
fn message(number: u32) -> Message {
    let mut message = Tracked::new(Probe::new(0));
    message.set(number);
    message
}

/// More calls than a byte can count.
const MANY: u32 = 260;

fn second_send() {
    sync::model(|| {
        let channel = Channel::new();
        channel.send(message(1));
        for _ in 0..2 {
            assert!(
                panics(|| channel.send(message(2))),
                "a second `send` did not panic although the first message is still there"
            );
            assert!(
                channel.is_ready(),
                "`is_ready` is false after a second `send` that panicked: where is the first message?"
            );
        }
        for number in 4..MANY {
            assert!(
                panics(|| channel.send(message(2))),
                "`send` number {number} did not panic although the first message is still there"
            );
        }
        assert_eq!(channel.receive().get(), 1, "the message is not the first one that was sent");
    });
}

fn receive_too_early() {
    sync::model(|| {
        let channel = Channel::new();
        for _ in 0..2 {
            assert!(
                panics(|| channel.receive()),
                "`receive` did not panic although nothing was sent yet"
            );
            assert!(
                !channel.is_ready(),
                "`is_ready` is true after a `receive` that panicked, although nothing was sent yet"
            );
        }
        assert!(
            !panics(|| channel.send(message(1))),
            "the `receive` that came too early has changed the channel: `send` panics"
        );
        assert!(
            channel.is_ready(),
            "the `receive` that came too early has changed the channel: no message after `send`"
        );
        assert_eq!(channel.receive().get(), 1, "the message is not the one that was sent");
    });
}

fn received_once() {
    sync::model(|| {
        let channel = Channel::new();
        channel.send(message(1));
        let _ = channel.receive();
        for _ in 0..2 {
            assert!(
                panics(|| channel.receive()),
                "a second `receive` did not panic: the message was received twice"
            );
            assert!(
                panics(|| channel.send(message(2))),
                "`send` did not panic although an earlier message has been received: a channel has one in its life"
            );
            assert!(
                !channel.is_ready(),
                "`is_ready` is true although the only message has been received"
            );
        }
        for number in 4..MANY {
            assert!(
                panics(|| channel.receive()) && panics(|| channel.send(message(2))),
                "`send` or `receive` number {number} did not panic although the only message has been received"
            );
        }
    });
    // Nobody promises how often a weak exchange may fail for no reason.
    sync::Model::new().faults(40).check(|| {
        let channel = Channel::new();
        channel.send(5);
        assert!(channel.is_ready(), "`is_ready` is false although the message was sent");
        assert_eq!(channel.receive(), 5, "the message is not the one that was sent");
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

fn dropped_once() {
    sync::model(|| {
        DROPS.set(0);
        let unused = Channel::<Counted>::new();
        assert!(
            panics(|| unused.receive()),
            "`receive` did not panic although nothing was sent yet"
        );
        drop(unused);
        assert_eq!(DROPS.get(), 0, "drops by a channel on which nothing was sent");

        let channel = Channel::new();
        channel.send(Counted(1));
        assert_eq!(
            DROPS.get(),
            0,
            "drops by `send`: was the old content of the slot dropped, or the message?"
        );
        let message = channel.receive();
        assert_eq!(DROPS.get(), 0, "drops by `receive`");
        assert_eq!(message.0, 1, "the message is not the one that was sent");
        drop((message, channel));
        assert_eq!(
            DROPS.get(),
            1,
            "drops of a message that was received and dropped, when the channel is dropped too"
        );

        let channel = Channel::new();
        channel.send(Counted(2));
        assert!(panics(|| channel.send(Counted(3))), "a second `send` did not panic");
        assert_eq!(
            DROPS.get(),
            2,
            "drops so far, when a second `send` panicked: its message, and one before"
        );
        drop(channel);
        assert_eq!(
            DROPS.get(),
            3,
            "drops so far, when a channel with a message in it is dropped: that one, and two before"
        );
        drop(sync::catch_panic(|| {
            let channel = Channel::new();
            channel.send(Counted(4));
            sync::panic_quietly(7_u32);
        }));
        assert_eq!(
            DROPS.get(),
            4,
            "drops so far, when a panic drops a channel with a message in it: that one, and three before"
        );
        let dropped = Unit::dropped_by(|| Channel::new().send(Unit));
        assert_eq!(dropped, 1, "drops of a message without a size that was left in the channel");
    });
}

fn hand_over() {
    sync::model(|| {
        let shared = Shared::new((Channel::new(), UnsafeCell::new(0)));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            let (channel, beside) = &*theirs;
            // SAFETY: the other thread reads after it has received.
            beside.with_mut(|beside| unsafe { *beside = 1 });
            channel.send(message(2));
        });
        let (channel, beside) = &*shared;
        while !channel.is_ready() {
            hint::spin_loop();
        }
        let mut received = None;
        assert!(
            !panics(|| received = Some(channel.receive())),
            "`is_ready` was true, and nobody else receives, but `receive` panics"
        );
        let mut message = received.expect("it is there");
        assert_eq!(message.get(), 2, "the message is not the one that was sent");
        message.add(1);
        // SAFETY: the other thread has written before it sent.
        let seen = beside.with(|beside| unsafe { *beside });
        assert_eq!(seen, 1, "what was written before `send` is not seen");
        other.join().unwrap();
    });
}

/// Receives without a look at `is_ready`. Returns whether there was a message.
fn try_to_receive(channel: &Channel<Message>) -> bool {
    !panics(|| {
        let mut message = channel.receive();
        assert_eq!(message.get(), 1, "the message is not the one that was sent");
        message.add(1);
    })
}

fn receive_beside_send() {
    sync::model(|| {
        let channel = Shared::new(Channel::new());
        let theirs = channel.clone();
        let other = thread::spawn(move || {
            assert!(!panics(|| theirs.send(message(1))), "the only `send` panics");
        });
        let received = try_to_receive(&channel);
        other.join().unwrap();
        assert_ne!(
            received,
            channel.is_ready(),
            "(left: the message was received, right: `is_ready` in the end): a `receive` that panics leaves the message"
        );
    });
}

/// Does `f` on two threads at once. On how many did it say yes?
fn on_two_threads(channel: &Shared<Channel<Message>>, f: fn(&Channel<Message>) -> bool) -> u32 {
    let theirs = channel.clone();
    let other = thread::spawn(move || f(&theirs));
    let mine = f(channel);
    u32::from(mine) + u32::from(other.join().unwrap())
}

fn two_senders() {
    sync::model(|| {
        let channel = Shared::new(Channel::new());
        let sent = on_two_threads(&channel, |channel| !panics(|| channel.send(message(1))));
        assert_eq!(sent, 1, "how many of two threads that called `send` at once did not panic");
        assert!(
            try_to_receive(&channel),
            "two threads called `send` at once, but there is no message"
        );
    });
}

fn two_receivers() {
    sync::model(|| {
        let channel = Shared::new(Channel::new());
        channel.send(message(1));
        let received = on_two_threads(&channel, try_to_receive);
        assert_eq!(
            received, 1,
            "how many of two threads that called `receive` at once got the one message"
        );
    });
}
