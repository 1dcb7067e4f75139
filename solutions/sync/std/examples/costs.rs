//! What a wait and a wake-up cost, as multiples of an uncontended atomic read-modify-write, one a line.
//!
//! `ci/costs` runs this and draws the figure of the chapter on the operating system. Rounds of all rows take turns, so
//! that all see the same machine, and what counts is the round that a tenth are faster than: other work only adds. Only
//! the ratios mean anything.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};
use sync::atomic::{
    AtomicU32,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use sync::futex;

/// How many rounds there are.
const ROUNDS: usize = 101;
/// How often a cheap operation is done in one round.
const REPEATS: u32 = 5_000;
/// How many hand-overs make one round.
const HAND_OVERS: u32 = 1_000;

/// One kind of operation: its name in the output, and the time that one takes, from one round.
type Row = (&'static str, fn() -> f64);

const ROWS: &[Row] = &[
    ("an atomic read-modify-write, nobody else there", atomic),
    ("a wait that sees the value differ", wait_seen),
    #[cfg(target_os = "linux")]
    ("a wait that the kernel turns down", wait_refused),
    ("a wake-up with nobody there", wake_nobody),
    ("a hand-over between two threads, spinning", hand_over_spinning),
    ("a hand-over between two threads, sleeping", hand_over_sleeping),
];

fn main() {
    let mut times = vec![Vec::with_capacity(ROUNDS); ROWS.len()];
    for _ in 0..ROUNDS {
        for ((_, measure), times) in ROWS.iter().zip(&mut times) {
            times.push(measure());
        }
    }
    let tenths = times.into_iter().map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[ROUNDS / 10]
    });
    let tenths: Vec<f64> = tenths.collect();
    for ((name, _), time) in ROWS.iter().zip(&tenths) {
        println!("{:.2}\t{name}", time / tenths[0]);
    }
}

/// Nanoseconds that one of `n` operations takes.
fn each(n: u32, start: Instant) -> f64 {
    let time: Duration = start.elapsed();
    time.as_secs_f64() * 1e9 / f64::from(n)
}

fn atomic() -> f64 {
    let word = AtomicU32::new(0);
    let start = Instant::now();
    for _ in 0..REPEATS {
        // AcqRel: what a lock pays. Nothing is published here.
        black_box(&word).fetch_add(1, AcqRel);
    }
    each(REPEATS, start)
}

fn wait_seen() -> f64 {
    let word = AtomicU32::new(1);
    let start = Instant::now();
    for _ in 0..REPEATS {
        futex::wait(black_box(&word), 0);
    }
    each(REPEATS, start)
}

/// `futex::wait` looks first, so this calls the system itself.
#[cfg(target_os = "linux")]
fn wait_refused() -> f64 {
    let word = AtomicU32::new(1);
    let op = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
    let never = std::ptr::null::<libc::timespec>();
    let start = Instant::now();
    for _ in 0..REPEATS {
        // SAFETY: `word` outlives the call; the time may be null.
        unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), op, 0, never) };
    }
    each(REPEATS, start)
}

fn wake_nobody() -> f64 {
    let word = AtomicU32::new(0);
    let start = Instant::now();
    for _ in 0..REPEATS {
        futex::wake_one(black_box(&word));
    }
    each(REPEATS, start)
}

fn hand_over_spinning() -> f64 {
    // With one processor, or with others at work on both, this measures the scheduler.
    hand_over(|_, _| std::hint::spin_loop(), |_| {})
}

fn hand_over_sleeping() -> f64 {
    hand_over(futex::wait, futex::wake_one)
}

/// Two threads that pass a ball, each way counted. The start of the thread is not: they first pass it twice.
fn hand_over(wait: fn(&AtomicU32, u32), wake: fn(&AtomicU32)) -> f64 {
    let ball = AtomicU32::new(0);
    let play = |mine: u32, n: u32| {
        for _ in 0..n {
            loop {
                // Acquire: pairs with the Release below, as a hand-over of data would.
                let seen = ball.load(Acquire);
                if seen % 2 == mine {
                    break;
                }
                wait(&ball, seen);
            }
            // Relaxed: nobody else writes while the ball is here.
            let next = ball.load(Relaxed) + 1;
            // Release: pairs with the Acquire above.
            ball.store(next, Release);
            wake(&ball);
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| play(1, HAND_OVERS / 2 + 2));
        play(0, 2);
        let start = Instant::now();
        play(0, HAND_OVERS / 2);
        each(HAND_OVERS, start)
    })
}
