//! Many messages from one thread to another.

use crate::Peer;
use solutions::ch05_channels::{mutex_channel, rendezvous};
use speed::measure::Meter;
use std::hint::black_box;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

/// No room for a message: the time of one meeting.
pub const RENDEZVOUS: &[Peer] = &[
    ("rendezvous", |meter| {
        meter.custom(|messages| {
            let mut channel = rendezvous::Channel::new();
            let (sender, mut receiver) = channel.split();
            thread::scope(|scope| {
                scope.spawn(move || while receiver.receive().map(black_box).is_ok() {});
                let start = Instant::now();
                (0..messages).for_each(|message| sender.send(message).unwrap());
                drop(sender);
                start.elapsed()
            })
        });
    }),
    ("std_mpsc", |meter| {
        let (sender, receiver) = mpsc::sync_channel(0);
        stream(
            meter,
            (sender, |sender, n| sender.send(n).unwrap()),
            (receiver, |receiver| receiver.recv().unwrap()),
        );
    }),
    ("crossbeam", |meter| {
        let (sender, receiver) = crossbeam_channel::bounded(0);
        stream(
            meter,
            (sender, |sender, n| sender.send(n).unwrap()),
            (receiver, |receiver| receiver.recv().unwrap()),
        );
    }),
    ("flume", |meter| {
        let (sender, receiver) = flume::bounded(0);
        stream(
            meter,
            (sender, |sender, n| sender.send(n).unwrap()),
            (receiver, |receiver| receiver.recv().unwrap()),
        );
    }),
];

/// Room for as many messages as there are: the time of one message, when many are on their way.
pub const BUFFERED: &[Peer] = &[
    ("mutex_channel", |meter| {
        let (sender, receiver) = mutex_channel::channel();
        stream(
            meter,
            (sender, |sender, n| sender.send(n).unwrap()),
            (receiver, |receiver| receiver.receive().unwrap_or(0)),
        );
    }),
    ("std_mpsc", |meter| {
        let (sender, receiver) = mpsc::channel();
        stream(
            meter,
            (sender, |sender, n| sender.send(n).unwrap()),
            (receiver, |receiver| receiver.recv().unwrap()),
        );
    }),
    ("crossbeam", |meter| {
        let (sender, receiver) = crossbeam_channel::unbounded();
        stream(
            meter,
            (sender, |sender, n| sender.send(n).unwrap()),
            (receiver, |receiver| receiver.recv().unwrap()),
        );
    }),
    ("flume", |meter| {
        let (sender, receiver) = flume::unbounded();
        stream(
            meter,
            (sender, |sender, n| sender.send(n).unwrap()),
            (receiver, |receiver| receiver.recv().unwrap()),
        );
    }),
];

/// One end, and how it is used.
type Send<S> = (S, fn(&S, u64));
type Receive<R> = (R, fn(&R) -> u64);

/// This thread receives what another one sends.
fn stream<S: std::marker::Send, R>(
    meter: &mut Meter,
    (sender, send): Send<S>,
    (receiver, receive): Receive<R>,
) {
    let mut sender = Some(sender);
    meter.custom(|messages| {
        let mine = sender.take().expect("given back after each round");
        thread::scope(|scope| {
            let start = Instant::now();
            let other = scope.spawn(move || {
                (0..messages).for_each(|message| send(&mine, message));
                mine
            });
            for _ in 0..messages {
                black_box(receive(&receiver));
            }
            let time = start.elapsed();
            sender = other.join().ok();
            time
        })
    });
}
