//! One source over both worlds: what happens on this machine must be among what the model allows, and the model must allow no
//! more than is written here.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use sync::atomic::AtomicU32;
use sync::atomic::Ordering::{Acquire, Relaxed, Release};
use sync::{Barrier, Condvar, LazyLock, Once, OnceLock, RwLock, hint, mpsc, thread};

/// Is this run over the checker? Then all that may happen does.
const IS_MODEL: bool = matches!(env!("CARGO_PKG_NAME").as_bytes(), b"sync-model");

/// How long a thread waits where the time may run out. On this machine it hardly ever does.
const LONG: Duration = Duration::from_secs(10);

/// Runs `f` and holds what it returns to `allowed`.
fn comes_to<T, const N: usize>(f: fn() -> T, allowed: [T; N])
where
    T: Ord + Debug + Send + 'static,
{
    let found: Arc<Mutex<BTreeSet<T>>> = Arc::new(Mutex::new(BTreeSet::new()));
    let sink = found.clone();
    sync::Model::new().check(move || {
        // Not with the lock held: an execution may be abandoned.
        let outcome = f();
        sink.lock().unwrap().insert(outcome);
    });
    let (found, allowed) = (found.lock().unwrap(), BTreeSet::from(allowed));
    assert!(found.is_subset(&allowed), "{:?}", found.difference(&allowed));
    assert!(!IS_MODEL || allowed.is_subset(&found), "never: {:?}", allowed.difference(&found));
}

#[test]
fn writers_of_a_lock_come_one_after_the_other() {
    let f = || {
        let lock = Arc::new(RwLock::new(0));
        let theirs = lock.clone();
        let other = thread::spawn(move || *theirs.write().unwrap() += 1);
        let seen = *lock.read().unwrap();
        *lock.write().unwrap() += 1;
        other.join().unwrap();
        (seen, *lock.read().unwrap())
    };
    comes_to(f, [(0, 2), (1, 2)]);
}

#[test]
fn barrier_has_one_leader() {
    let f = || {
        let barrier = Barrier::new(2);
        thread::scope(|scope| {
            let other = scope.spawn(|| barrier.wait().is_leader());
            (barrier.wait().is_leader(), other.join().unwrap())
        })
    };
    comes_to(f, [(false, true), (true, false)]);
}

#[test]
fn value_is_made_by_one_of_two() {
    let f = || {
        let lock = OnceLock::new();
        thread::scope(|scope| {
            let other = scope.spawn(|| *lock.get_or_init(|| 1));
            (*lock.get_or_init(|| 2), other.join().unwrap())
        })
    };
    comes_to(f, [(1, 1), (2, 2)]);
}

#[test]
fn code_runs_once() {
    let f = || {
        let (once, runs) = (Once::new(), AtomicU32::new(0));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| once.call_once(|| assert_eq!(runs.fetch_add(1, Relaxed), 0)));
            }
        });
        runs.load(Relaxed)
    };
    comes_to(f, [1]);
}

#[test]
fn lazy_value_is_made_once() {
    let f = || {
        let made = AtomicU32::new(0);
        let lazy = LazyLock::new(|| made.fetch_add(1, Relaxed));
        thread::scope(|scope| {
            let other = scope.spawn(|| *lazy);
            (*lazy, other.join().unwrap())
        })
    };
    comes_to(f, [(0, 0)]);
}

#[test]
fn messages_of_two_senders_mix() {
    let f = || {
        let (sender, receiver) = mpsc::channel();
        for message in [1, 2] {
            let sender = sender.clone();
            thread::spawn(move || sender.send(message).unwrap());
        }
        drop(sender);
        receiver.into_iter().collect::<Vec<_>>()
    };
    comes_to(f, [vec![1, 2], vec![2, 1]]);
}

#[test]
fn rendezvous_hands_over_or_gives_back() {
    let f = || {
        let (sender, receiver) = mpsc::sync_channel(0);
        let other = thread::spawn(move || receiver.recv());
        let sent = sender.send(5).is_ok();
        (sent, other.join().unwrap().ok())
    };
    comes_to(f, [(true, Some(5))]);
}

#[test]
fn rendezvous_that_is_tried_finds_its_receiver_or_is_too_early() {
    let f = || {
        let (sender, receiver) = mpsc::sync_channel(0);
        let other = thread::spawn(move || receiver.recv());
        let sent = sender.try_send(5).is_ok();
        drop(sender);
        (sent, other.join().unwrap().ok())
    };
    comes_to(f, [(false, None), (true, Some(5))]);
}

#[test]
fn time_to_receive_is_up_or_a_message_comes() {
    let f = || {
        let (sender, receiver) = mpsc::sync_channel(0);
        let other = thread::spawn(move || receiver.recv_timeout(Duration::ZERO));
        let sent = sender.try_send(5).is_ok();
        let received = other.join().unwrap().ok();
        drop(sender);
        (sent, received)
    };
    comes_to(f, [(false, None), (true, Some(5))]);
}

#[test]
fn condition_comes_or_the_time_is_up() {
    let f = || {
        let shared = Arc::new((sync::Mutex::new(false), Condvar::new()));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            *theirs.0.lock().unwrap() = true;
            theirs.1.notify_one();
        });
        let held = shared.0.lock().unwrap();
        let (held, ended) = shared.1.wait_timeout_while(held, LONG, |ready| !*ready).unwrap();
        let seen = (*held, ended.timed_out());
        drop(held);
        other.join().unwrap();
        seen
    };
    comes_to(f, [(false, true), (true, false)]);
}

#[test]
fn sleeper_is_woken_or_its_time_is_up() {
    let f = || {
        let word = Arc::new(AtomicU32::new(0));
        let (theirs, main) = (word.clone(), thread::current());
        let other = thread::spawn(move || {
            theirs.store(1, Release);
            main.unpark();
        });
        thread::park_timeout(LONG);
        let seen = word.load(Acquire);
        other.join().unwrap();
        seen
    };
    comes_to(f, [0, 1]);
}

sync::thread_local! {
    static MINE: std::cell::Cell<u32> = const { std::cell::Cell::new(1) };
}

#[test]
fn threads_have_values_names_and_ids_of_their_own() {
    let f = || {
        let named = thread::Builder::new().name("worker".into());
        let other = named.spawn(|| {
            MINE.set(MINE.get() + 1);
            (MINE.get(), thread::current().name().map(str::to_owned), thread::current().id())
        });
        let other = other.unwrap();
        let id = other.thread().id();
        let (value, name, seen) = other.join().unwrap();
        (value, MINE.get(), name, id == seen, id == thread::current().id())
    };
    comes_to(f, [(2, 1, Some("worker".into()), true, false)]);
}

#[test]
fn panic_of_a_thread_is_an_error_of_its_join() {
    let f = || {
        let lock = Arc::new(RwLock::new(0));
        let theirs = lock.clone();
        let other = thread::spawn(move || {
            let _held = theirs.write().unwrap();
            std::panic::resume_unwind(Box::new(7_u32));
        });
        let payload = other.join().unwrap_err();
        (payload.downcast_ref().copied(), lock.is_poisoned(), thread::panicking())
    };
    comes_to(f, [(Some(7_u32), true, false)]);
}

#[test]
fn a_loop_that_pauses_waits_for_another_thread() {
    let f = || {
        let flag = Arc::new(AtomicU32::new(0));
        let theirs = flag.clone();
        let other = thread::spawn(move || theirs.store(1, Release));
        while flag.load(Acquire) == 0 {
            hint::spin_for(Duration::from_nanos(1));
        }
        other.join().unwrap();
        flag.load(Relaxed)
    };
    comes_to(f, [1]);
}

#[test]
fn a_pause_is_as_long_as_it_says() {
    let start = std::time::Instant::now();
    hint::spin_for(Duration::from_micros(50));
    assert!(IS_MODEL || start.elapsed() >= Duration::from_micros(50));
}
