//! What it costs to wait and to wake.

use super::{Apart, Measure, each, pin};
use std::hint::{black_box, spin_loop};
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::thread;
use std::time::Instant;
use sync::futex;

/// How often a cheap operation is done in one round.
const REPEATS: u32 = 1_000;
/// How many hand-overs make one round.
const HAND_OVERS: u32 = 200;

/// The first row: the unit of the figure in the chapter on the operating system.
pub const ATOMIC: &str = "an atomic read-modify-write, nobody else there";

/// From a hint to the processor to a thread that sleeps.
pub fn rows() -> Vec<Measure> {
    fn row(name: &str, round: fn() -> f64) -> Measure {
        (name.into(), Box::new(round))
    }
    vec![
        row(ATOMIC, atomic),
        row("`spin_loop`, once", || repeated(|_| spin_loop())),
        row("`yield_now`, once", || repeated(|_| thread::yield_now())),
        row("a wait that sees the value differ", || repeated(|word| futex::wait(word, 1))),
        #[cfg(target_os = "linux")]
        row("a wait that the kernel turns down", || repeated(refused)),
        row("a wake-up with nobody there", || repeated(futex::wake_one)),
        // With one processor, or with others at work on both, this measures the scheduler.
        row("a hand-over between two threads, spinning", || hand_over(|_, _| spin_loop(), |_| {})),
        row("a hand-over between two threads, sleeping", || {
            hand_over(futex::wait, futex::wake_one)
        }),
    ]
}

fn atomic() -> f64 {
    // AcqRel: what a lock pays. Nothing is published here.
    repeated(|word| {
        black_box(word.fetch_add(1, AcqRel));
    })
}

fn repeated(operation: impl Fn(&AtomicU32)) -> f64 {
    let word = Apart(AtomicU32::new(0));
    let start = Instant::now();
    for _ in 0..REPEATS {
        operation(black_box(&word.0));
    }
    each(REPEATS, start)
}

/// `futex::wait` looks first, so this calls the system itself.
#[cfg(target_os = "linux")]
fn refused(word: &AtomicU32) {
    let op = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
    let never = std::ptr::null::<libc::timespec>();
    // SAFETY: `word` outlives the call, and the time may be null. The word is 0, so it does not sleep for 1.
    unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), op, 1, never) };
}

/// Two threads that pass a ball, each way counted. The start of the thread is not: they first pass it twice.
fn hand_over(wait: fn(&AtomicU32, u32), wake: fn(&AtomicU32)) -> f64 {
    let ball = Apart(AtomicU32::new(0));
    let ball = &ball.0;
    let play = |mine: u32, n: u32| {
        for _ in 0..n {
            loop {
                // Acquire: pairs with the Release below, as a hand-over of data would.
                let seen = ball.load(Acquire);
                if seen % 2 == mine {
                    break;
                }
                wait(ball, seen);
            }
            // Relaxed: nobody else writes while the ball is here.
            let next = ball.load(Relaxed) + 1;
            // Release: pairs with the Acquire above.
            ball.store(next, Release);
            wake(ball);
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            pin::to(1);
            play(1, HAND_OVERS / 2 + 2);
        });
        let timed = scope.spawn(|| {
            pin::to(0);
            play(0, 2);
            let start = Instant::now();
            play(0, HAND_OVERS / 2);
            each(HAND_OVERS, start)
        });
        timed.join().expect("it does not panic")
    })
}
