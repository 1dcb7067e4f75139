//! The ends of a channel.

use super::word::{Channel, Received, Sent};
use super::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};
use crate::runtime::block::{is_spurious, may_end};
use crate::runtime::failure::Blocked;
use crate::runtime::run::is_inside;
use crate::runtime::shared::Shared;
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::time::Duration;

/// Sends into a channel without bounds.
pub struct Sender<T> {
    channel: Shared<Channel<T>>,
    at: &'static Location<'static>,
}

/// Sends into a channel with bounds.
pub struct SyncSender<T> {
    channel: Shared<Channel<T>>,
    at: &'static Location<'static>,
}

/// Receives. There is one for each channel.
pub struct Receiver<T> {
    channel: Shared<Channel<T>>,
    at: &'static Location<'static>,
    /// It must not be shared.
    alone: PhantomData<std::cell::Cell<()>>,
}

macro_rules! sender {
    ($name:ident) => {
        impl<T> $name<T> {
            #[track_caller]
            pub(super) fn new(channel: Shared<Channel<T>>) -> Self {
                Self { channel, at: Location::caller() }
            }
        }

        impl<T> Clone for $name<T> {
            #[track_caller]
            fn clone(&self) -> Self {
                self.channel.add_sender(Location::caller());
                Self::new(self.channel.clone())
            }
        }

        impl<T> Drop for $name<T> {
            fn drop(&mut self) {
                self.channel.drop_sender(self.at);
            }
        }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), " { .. }"))
            }
        }
    };
}

sender!(Sender);
sender!(SyncSender);

impl<T> Sender<T> {
    /// Sends; never waits.
    ///
    /// # Errors
    ///
    /// If the receiver is gone: then the message comes back.
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        match self.channel.send(message, true, Location::caller()) {
            Sent::Queued(_) => Ok(()),
            Sent::Full(message) | Sent::Deaf(message) => Err(SendError(message)),
        }
    }
}

impl<T> SyncSender<T> {
    /// Sends. Waits until there is room; in a channel without any, until the message is received.
    ///
    /// # Errors
    ///
    /// If the receiver is gone: then the message comes back.
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        let at = Location::caller();
        let sent = match self.channel.send(message, true, at) {
            Sent::Queued(sent) => sent,
            Sent::Full(message) | Sent::Deaf(message) => return Err(SendError(message)),
        };
        if self.channel.is_rendezvous() {
            return self
                .channel
                .hand_over(sent, at)
                .map_or(Ok(()), |message| Err(SendError(message)));
        }
        Ok(())
    }

    /// Sends if there is room. In a channel without any, sends if the receiver waits, in `recv` or in `recv_timeout`.
    ///
    /// # Errors
    ///
    /// If there is none, or the receiver is gone: then the message comes back.
    #[track_caller]
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        match self.channel.send(message, false, Location::caller()) {
            Sent::Queued(_) => Ok(()),
            Sent::Full(message) => Err(TrySendError::Full(message)),
            Sent::Deaf(message) => Err(TrySendError::Disconnected(message)),
        }
    }
}

impl<T> Receiver<T> {
    #[track_caller]
    pub(super) fn new(channel: Shared<Channel<T>>) -> Self {
        Self { channel, at: Location::caller(), alone: PhantomData }
    }

    /// Receives. Waits for a message.
    ///
    /// # Errors
    ///
    /// If there is none, and nobody can send any more.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        match self.channel.receive(Some(Blocked::Awaiting), Location::caller()) {
            Received::Message(message) => Ok(message),
            Received::Empty | Received::Over => Err(RecvError),
        }
    }

    /// Receives if there is a message.
    ///
    /// # Errors
    ///
    /// If there is none.
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        match self.channel.receive(None, Location::caller()) {
            Received::Message(message) => Ok(message),
            Received::Empty => Err(TryRecvError::Empty),
            Received::Over => Err(TryRecvError::Disconnected),
        }
    }

    /// As `recv`, but the time may be up. How long it is does not matter: it may always be over.
    ///
    /// # Errors
    ///
    /// As `recv`, or because the time was up.
    #[track_caller]
    pub fn recv_timeout(&self, _duration: Duration) -> Result<T, RecvTimeoutError> {
        let at = Location::caller();
        let may_end = is_inside() && may_end(true);
        let is_up = may_end && is_spurious(at, true);
        // A wait that never ends is no deadlock: in another execution the time is up.
        let why = if may_end { Blocked::Repeating } else { Blocked::Awaiting };
        let wait = (!is_up).then_some(why);
        match self.channel.receive(wait, at) {
            Received::Message(message) => Ok(message),
            Received::Empty => Err(RecvTimeoutError::Timeout),
            Received::Over => Err(RecvTimeoutError::Disconnected),
        }
    }

    /// Receives until nobody can send any more.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self)
    }

    /// Receives what is there.
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter(self)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.channel.hang_up(self.at);
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receiver { .. }")
    }
}

/// See [`Receiver::iter`].
#[derive(Debug)]
pub struct Iter<'a, T>(&'a Receiver<T>);

/// See [`Receiver::try_iter`].
#[derive(Debug)]
pub struct TryIter<'a, T>(&'a Receiver<T>);

/// As [`Iter`], and owns the receiver.
#[derive(Debug)]
pub struct IntoIter<T>(Receiver<T>);

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.0.try_recv().ok()
    }
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter(self)
    }
}
