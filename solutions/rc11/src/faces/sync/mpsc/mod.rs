//! Channels, as std's.
//!
//! A channel is one word, which is locked and says what is in the channel, and a queue that is only touched with the lock held. A
//! thread that waits for a message waits for the word: one read-modify-write and one store for each operation. In a
//! channel without room, a receiver that finds nothing first says that it waits: `try_send` succeeds then, and only then.
//!
//! Each operation synchronises with those before it, on either side. std promises that only from a message that is sent to where it
//! is received.

mod ends;
mod word;

pub use ends::{IntoIter, Iter, Receiver, Sender, SyncSender, TryIter};
pub use std::sync::mpsc::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};

use crate::runtime::shared::Shared;
use word::Channel;

/// A channel without bounds: to send never waits.
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let channel = Shared::new(Channel::new(None));
    (Sender::new(channel.clone()), Receiver::new(channel))
}

/// A channel with room for `bound` messages. Without room for one, to send waits until the message is received.
#[track_caller]
pub fn sync_channel<T>(bound: usize) -> (SyncSender<T>, Receiver<T>) {
    let channel = Shared::new(Channel::new(Some(bound)));
    (SyncSender::new(channel.clone()), Receiver::new(channel))
}
