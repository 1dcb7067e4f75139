//! One message: the channel is made, used once, and dropped.

use crate::Peer;
use solutions::ch05_channels::{
    mutex_channel, one_shot_blocking, one_shot_borrowed, one_shot_checked, one_shot_typed,
};
use speed::measure::Meter;
use std::hint::{black_box, spin_loop};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// The message is there before it is received, and both ends are in one thread: what the channel itself costs.
pub const ALONE: &[Peer] = &[
    ("mutex_channel", |meter| {
        meter.each(|| {
            let (sender, receiver) = mutex_channel::channel();
            let _ = sender.send(black_box(1_u64));
            drop(sender);
            black_box(receiver.receive().ok())
        });
    }),
    ("one_shot_checked", |meter| {
        meter.each(|| {
            let channel = one_shot_checked::Channel::new();
            channel.send(black_box(1_u64));
            black_box(channel.receive())
        });
    }),
    ("one_shot_typed", |meter| {
        meter.each(|| {
            let (sender, receiver) = one_shot_typed::channel();
            let _ = sender.send(black_box(1_u64));
            black_box(receiver.receive().ok())
        });
    }),
    ("one_shot_borrowed", |meter| {
        meter.each(|| {
            let mut channel = one_shot_borrowed::Channel::new();
            let (sender, mut receiver) = channel.split();
            sender.send(black_box(1_u64));
            black_box(receiver.try_receive())
        });
    }),
    ("one_shot_blocking", |meter| {
        meter.each(|| {
            let mut channel = one_shot_blocking::Channel::new();
            let (sender, receiver) = channel.split();
            sender.send(black_box(1_u64));
            black_box(receiver.receive())
        });
    }),
    ("oneshot", |meter| alone(meter, oneshot_new, oneshot_send, oneshot_receive)),
    ("tokio_oneshot", |meter| alone(meter, tokio_new, tokio_send, tokio_receive)),
    ("std_mpsc", |meter| alone(meter, mpsc::channel, std_send, std_receive)),
    ("crossbeam", |meter| alone(meter, crossbeam_new, crossbeam_send, crossbeam_receive)),
    ("flume", |meter| alone(meter, flume_new, flume_send, flume_receive)),
];

/// Another thread sends, and this one waits for it: the time until the message is there.
pub const WAITING: &[Peer] = &[
    ("mutex_channel", |meter| waiting(meter, mutex_new, mutex_send, mutex_receive)),
    ("one_shot_blocking", borrowed),
    ("oneshot", |meter| waiting(meter, oneshot_new, oneshot_send, oneshot_receive)),
    ("tokio_oneshot", |meter| waiting(meter, tokio_new, tokio_send, tokio_receive)),
    ("std_mpsc", |meter| waiting(meter, mpsc::channel, std_send, std_receive)),
    ("crossbeam", |meter| waiting(meter, crossbeam_new, crossbeam_send, crossbeam_receive)),
    ("flume", |meter| waiting(meter, flume_new, flume_send, flume_receive)),
];

fn mutex_new() -> (mutex_channel::Sender<u64>, mutex_channel::Receiver<u64>) {
    mutex_channel::channel()
}

fn mutex_send(sender: mutex_channel::Sender<u64>) {
    let _ = sender.send(black_box(1));
}

fn mutex_receive(receiver: mutex_channel::Receiver<u64>) {
    let _ = black_box(receiver.receive());
}

fn oneshot_new() -> (oneshot::Sender<u64>, oneshot::Receiver<u64>) {
    oneshot::channel()
}

fn oneshot_send(sender: oneshot::Sender<u64>) {
    let _ = sender.send(black_box(1));
}

fn oneshot_receive(receiver: oneshot::Receiver<u64>) {
    let _ = black_box(receiver.recv());
}

type TokioSender = tokio::sync::oneshot::Sender<u64>;
type TokioReceiver = tokio::sync::oneshot::Receiver<u64>;

fn tokio_new() -> (TokioSender, TokioReceiver) {
    tokio::sync::oneshot::channel()
}

fn tokio_send(sender: TokioSender) {
    let _ = sender.send(black_box(1));
}

fn tokio_receive(receiver: TokioReceiver) {
    let _ = black_box(receiver.blocking_recv());
}

fn std_send(sender: mpsc::Sender<u64>) {
    let _ = sender.send(black_box(1));
}

fn std_receive(receiver: mpsc::Receiver<u64>) {
    let _ = black_box(receiver.recv());
}

fn crossbeam_new() -> (crossbeam_channel::Sender<u64>, crossbeam_channel::Receiver<u64>) {
    crossbeam_channel::bounded(1)
}

fn crossbeam_send(sender: crossbeam_channel::Sender<u64>) {
    let _ = sender.send(black_box(1));
}

fn crossbeam_receive(receiver: crossbeam_channel::Receiver<u64>) {
    let _ = black_box(receiver.recv());
}

fn flume_new() -> (flume::Sender<u64>, flume::Receiver<u64>) {
    flume::bounded(1)
}

fn flume_send(sender: flume::Sender<u64>) {
    let _ = sender.send(black_box(1));
}

fn flume_receive(receiver: flume::Receiver<u64>) {
    let _ = black_box(receiver.recv());
}

fn alone<S, R>(meter: &mut Meter, new: fn() -> (S, R), send: fn(S), receive: fn(R)) {
    meter.each(|| {
        let (sender, receiver) = new();
        send(sender);
        receive(receiver);
    });
}

/// Where a sender is left for the other thread, which spins: so that what is measured is the one message and not how it was
/// asked for.
struct Mailbox<S> {
    sender: Mutex<Option<S>>,
    is_full: AtomicBool,
    is_closed: AtomicBool,
}

impl<S> Mailbox<S> {
    const fn new() -> Self {
        Self {
            sender: Mutex::new(None),
            is_full: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
        }
    }

    fn put(&self, sender: S) {
        *self.sender.lock().unwrap() = Some(sender);
        // Relaxed: the mutex orders. So below.
        self.is_full.store(true, Relaxed);
    }

    fn send_all(&self, send: impl Fn(S)) {
        while !self.is_closed.load(Relaxed) {
            if self.is_full.load(Relaxed) {
                self.is_full.store(false, Relaxed);
                let sender = self.sender.lock().unwrap().take();
                sender.into_iter().for_each(&send);
            }
            spin_loop();
        }
    }
}

/// Times so many rounds, in which `round` puts a sender into the mailbox and waits for its message.
fn time<S: Send>(
    rounds: impl Iterator,
    send: impl Fn(S) + Send,
    mut round: impl FnMut(&Mailbox<S>),
) -> Duration {
    let mailbox = Mailbox::new();
    thread::scope(|scope| {
        scope.spawn(|| mailbox.send_all(send));
        let start = Instant::now();
        rounds.for_each(|_| round(&mailbox));
        let time = start.elapsed();
        mailbox.is_closed.store(true, Relaxed);
        time
    })
}

fn waiting<S: Send, R>(meter: &mut Meter, new: fn() -> (S, R), send: fn(S), receive: fn(R)) {
    meter.custom(|rounds| {
        time(0..rounds, send, |mailbox| {
            let (sender, receiver) = new();
            mailbox.put(sender);
            receive(receiver);
        })
    });
}

/// As [`waiting`]. The channels are there before: they must outlive the thread that borrows them.
fn borrowed(meter: &mut Meter) {
    meter.custom(|rounds| {
        let mut channels: Vec<_> =
            (0..rounds).map(|_| one_shot_blocking::Channel::<u64>::new()).collect();
        let mut left = channels.iter_mut();
        time(
            0..rounds,
            |sender: one_shot_blocking::Sender<'_, u64>| sender.send(black_box(1)),
            |mailbox| {
                let (sender, receiver) = left.next().expect("one for each round").split();
                mailbox.put(sender);
                let _ = black_box(receiver.receive());
            },
        )
    });
}
