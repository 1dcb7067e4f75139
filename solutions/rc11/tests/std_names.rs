//! What has the names of std: locks, conditions, channels, values that are made once.

mod told;

use rc11::atomic::Ordering::Relaxed;
use rc11::atomic::{AtomicBool, AtomicPtr, AtomicU32};
use rc11::sync::{Barrier, Condvar, LazyLock, Mutex, Once, OnceLock, RwLock, mpsc};
use rc11::{FailureKind, Report, cell::Probe, hint, model, thread};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

const SOON: Duration = Duration::from_millis(1);

fn outcomes<T: Ord + Send + 'static>(f: fn() -> T) -> BTreeSet<T> {
    let found: Arc<std::sync::Mutex<BTreeSet<T>>> = Arc::default();
    let sink = found.clone();
    let report = told::builder().check(move || {
        // Not with the lock held: an execution may be abandoned.
        let outcome = f();
        sink.lock().unwrap().insert(outcome);
    });
    assert!(report.unwrap().complete);
    std::mem::take(&mut *found.lock().unwrap())
}

fn explored(f: fn()) -> Report {
    told::builder().check(f).unwrap()
}

fn failure_of(f: fn()) -> FailureKind {
    told::builder().check(f).unwrap_err().kind
}

#[test]
fn two_readers_hold_a_lock_at_one_time() {
    let seen = outcomes(|| {
        let lock = Arc::new((RwLock::new(()), AtomicU32::new(0)));
        let theirs = lock.clone();
        let other = thread::spawn(move || {
            let _held = theirs.0.read().unwrap();
            theirs.1.fetch_add(1, Relaxed);
        });
        let held = lock.0.read().unwrap();
        let seen = lock.1.load(Relaxed);
        let again = lock.1.load(Relaxed);
        drop(held);
        other.join().unwrap();
        (seen, again)
    });
    assert!(seen.contains(&(0, 1)), "a reader comes while another one reads: {seen:?}");
}

#[test]
fn writer_of_a_lock_is_alone() {
    model(|| {
        let lock = Arc::new(RwLock::new(Probe::new(0)));
        let theirs = lock.clone();
        let other = thread::spawn(move || theirs.write().unwrap().add(1));
        let seen = lock.read().unwrap().get();
        assert!(seen <= 1);
        lock.write().unwrap().add(1);
        other.join().unwrap();
        assert_eq!(lock.read().unwrap().get(), 2);
    });
}

#[test]
fn attempts_fail_only_while_the_lock_is_held() {
    let seen = outcomes(|| {
        let lock = Arc::new(RwLock::new(0));
        let theirs = lock.clone();
        let other = thread::spawn(move || *theirs.write().unwrap() = 1);
        let read = lock.try_read().map(|value| *value).ok();
        let wrote = lock.try_write().is_ok();
        other.join().unwrap();
        assert!(lock.try_read().is_ok() && lock.try_write().is_ok());
        (read, wrote)
    });
    assert!(seen.contains(&(None, false)) && seen.contains(&(Some(1), true)), "{seen:?}");
    assert!(!seen.contains(&(Some(1), false)), "the writer is gone: {seen:?}");
}

#[test]
fn writer_that_panics_poisons_and_a_reader_does_not() {
    model(|| {
        let lock = RwLock::new(0);
        let panics_with = |f: &dyn Fn()| assert!(catch_unwind(AssertUnwindSafe(f)).is_err());
        panics_with(&|| {
            let _held = lock.read().unwrap();
            panic!("a reader");
        });
        assert!(!lock.is_poisoned());
        panics_with(&|| {
            let _held = lock.write().unwrap();
            panic!("a writer");
        });
        assert!(lock.is_poisoned() && lock.read().is_err() && lock.write().is_err());
        assert!(lock.is_poisoned(), "it stays");
        lock.clear_poison();
        assert!(lock.read().is_ok());
    });
}

#[test]
fn downgrade_lets_no_writer_in_between() {
    model(|| {
        let lock = Arc::new(RwLock::new(0));
        let theirs = lock.clone();
        let other = thread::spawn(move || *theirs.write().unwrap() += 1);
        let mut held = lock.write().unwrap();
        let before = *held;
        *held += 10;
        let held = rc11::sync::RwLockWriteGuard::downgrade(held);
        assert_eq!(*held, before + 10);
        drop(held);
        other.join().unwrap();
        assert_eq!(*lock.read().unwrap(), 11);
    });
}

#[test]
fn two_writers_that_wait_for_each_other_are_a_deadlock() {
    let kind = failure_of(|| {
        let locks = Arc::new((RwLock::new(()), RwLock::new(())));
        let theirs = locks.clone();
        let other = thread::spawn(move || {
            let _first = theirs.0.write().unwrap();
            drop(theirs.1.read().unwrap());
        });
        let first = locks.1.write().unwrap();
        drop(locks.0.read().unwrap());
        drop(first);
        other.join().unwrap();
    });
    assert_eq!(kind, FailureKind::Deadlock);
}

#[test]
fn timed_wait_is_woken_or_not() {
    let seen = outcomes(|| {
        let shared = Arc::new((Mutex::new(false), Condvar::new()));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            *theirs.0.lock().unwrap() = true;
            theirs.1.notify_one();
        });
        let held = shared.0.lock().unwrap();
        let (held, ended) = shared.1.wait_timeout(held, SOON).unwrap();
        let seen = (*held, ended.timed_out());
        drop(held);
        other.join().unwrap();
        seen
    });
    assert_eq!(seen, BTreeSet::from([(false, true), (true, true), (true, false)]));
}

#[test]
fn timed_wait_for_a_condition_ends_with_it_or_with_the_time() {
    let seen = outcomes(|| {
        let shared = Arc::new((Mutex::new(false), Condvar::new()));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            *theirs.0.lock().unwrap() = true;
            theirs.1.notify_one();
        });
        let held = shared.0.lock().unwrap();
        let (held, ended) = shared.1.wait_timeout_while(held, SOON, |ready| !*ready).unwrap();
        let seen = (*held, ended.timed_out());
        drop(held);
        other.join().unwrap();
        seen
    });
    assert_eq!(seen, BTreeSet::from([(false, true), (true, false)]));
}

#[test]
fn barrier_has_one_leader_in_every_execution() {
    let report = explored(|| {
        let barrier = Arc::new((Barrier::new(3), AtomicU32::new(0)));
        let arrive = |shared: &(Barrier, AtomicU32)| {
            shared.1.fetch_add(1, Relaxed);
            let leader = shared.0.wait().is_leader();
            assert_eq!(shared.1.load(Relaxed), 3, "all have come");
            u32::from(leader)
        };
        let others = [0, 1].map(|_| {
            let shared = barrier.clone();
            thread::spawn(move || arrive(&shared))
        });
        let leaders = arrive(&barrier);
        assert_eq!(leaders + others.map(|one| one.join().unwrap()).iter().sum::<u32>(), 1);
    });
    assert!(report.complete);
}

#[test]
fn barrier_works_again_and_one_too_few_is_a_deadlock() {
    fn meet(threads: usize) {
        let barrier = Arc::new(Barrier::new(threads));
        let theirs = barrier.clone();
        let other = thread::spawn(move || {
            theirs.wait();
            theirs.wait();
        });
        barrier.wait();
        barrier.wait();
        other.join().unwrap();
    }
    model(|| meet(2));
    assert_eq!(failure_of(|| meet(3)), FailureKind::Deadlock);
}

#[test]
fn code_runs_once_and_all_wait_for_it() {
    model(|| {
        let shared = Arc::new((Once::new(), AtomicU32::new(0)));
        let call = |shared: &(Once, AtomicU32)| {
            shared.0.call_once(|| shared.1.store(shared.1.load(Relaxed) + 1, Relaxed));
            assert_eq!(shared.1.load(Relaxed), 1);
        };
        let theirs = shared.clone();
        let other = thread::spawn(move || call(&theirs));
        call(&shared);
        other.join().unwrap();
        assert!(shared.0.is_completed());
    });
}

#[test]
fn call_that_panics_poisons_and_can_be_repaired() {
    model(|| {
        let once = Once::new();
        assert!(
            catch_unwind(AssertUnwindSafe(|| once.call_once(|| panic!("on purpose")))).is_err()
        );
        assert!(catch_unwind(AssertUnwindSafe(|| once.call_once(|| {}))).is_err());
        once.call_once_force(|state| assert!(state.is_poisoned()));
        once.call_once(|| unreachable!("it is done"));
        once.wait();
    });
}

#[test]
fn wait_for_a_call_that_never_comes_is_a_deadlock() {
    assert_eq!(failure_of(|| Once::new().wait()), FailureKind::Deadlock);
}

#[test]
fn lock_is_filled_once_whoever_comes_first() {
    let seen = outcomes(|| {
        let lock = Arc::new(OnceLock::new());
        let theirs = lock.clone();
        let other = thread::spawn(move || *theirs.get_or_init(|| 1));
        let early = lock.get().copied();
        let mine = *lock.get_or_init(|| 2);
        assert_eq!(other.join().unwrap(), mine);
        assert_eq!(lock.set(3), Err(3));
        (early, mine)
    });
    assert_eq!(seen, BTreeSet::from([(None, 1), (None, 2), (Some(1), 1)]));
}

#[test]
fn value_of_a_lock_is_dropped_once_and_can_be_taken() {
    model(|| {
        let mut lock = OnceLock::from(rc11::track::Tracked::new(7));
        assert_eq!(lock.take().map(|value| *value), Some(7));
        assert!(lock.get().is_none());
        assert!(lock.set(rc11::track::Tracked::new(8)).is_ok());
    });
}

static WORD: LazyLock<AtomicU32> = LazyLock::new(|| AtomicU32::new(5));
static FIRST: OnceLock<&str> = OnceLock::new();
static COUNTED: Mutex<u32> = Mutex::new(0);

#[test]
fn statics_are_as_new_in_each_execution() {
    let report = explored(|| {
        assert!(FIRST.get().is_none());
        let other = thread::spawn(|| (WORD.fetch_add(1, Relaxed), FIRST.set("the other")));
        let mine = WORD.fetch_add(1, Relaxed);
        let _ = FIRST.set("main");
        let (theirs, _) = other.join().unwrap();
        assert_eq!(mine + theirs, 11);
        assert!(FIRST.get().is_some());
        drop(COUNTED.lock().unwrap());
    });
    assert!(report.executions > 1);
}

/// The lock is as new; what it guards is the program's own.
#[test]
fn what_a_lock_in_a_static_guards_is_kept_from_one_execution_to_the_next() {
    static KEPT: Mutex<u64> = Mutex::new(0);
    let report = explored(|| {
        let x = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| x.store(1, Relaxed));
            x.load(Relaxed);
        });
        *KEPT.try_lock().expect("it is free, and not poisoned") += 1;
    });
    assert!(report.executions > 1);
    assert!(*KEPT.lock().unwrap() >= report.executions);
}

#[test]
fn value_whose_making_panics_is_poisoned() {
    model(|| {
        let lazy: LazyLock<u32> = LazyLock::new(|| panic!("on purpose"));
        for _ in 0..2 {
            assert!(catch_unwind(AssertUnwindSafe(|| *lazy)).is_err());
        }
    });
}

#[test]
fn messages_arrive_in_the_order_of_each_sender() {
    let seen = outcomes(|| {
        let (sender, receiver) = mpsc::channel();
        for base in [10, 20] {
            let sender = sender.clone();
            thread::spawn(move || {
                sender.send(base).unwrap();
                sender.send(base + 1).unwrap();
            });
        }
        drop(sender);
        receiver.iter().collect::<Vec<_>>()
    });
    assert_eq!(seen.len(), 6, "{seen:?}");
    for order in seen {
        let of = |base| order.iter().copied().filter(|m| m / 10 == base / 10).collect::<Vec<_>>();
        assert_eq!((of(10), of(20)), (vec![10, 11], vec![20, 21]));
    }
}

#[test]
fn message_carries_what_was_done_before() {
    model(|| {
        let (sender, receiver) = mpsc::channel();
        let other = thread::spawn(move || {
            let mut probe = Box::new(Probe::new(0));
            probe.set(1);
            sender.send(probe).unwrap();
        });
        let mut probe = receiver.recv().unwrap();
        probe.set(probe.get() + 1);
        other.join().unwrap();
        assert!(receiver.recv().is_err());
    });
}

#[test]
fn full_channel_makes_its_sender_wait() {
    let seen = outcomes(|| {
        let (sender, receiver) = mpsc::sync_channel(1);
        let sent = Arc::new(AtomicU32::new(0));
        let theirs = sent.clone();
        let other = thread::spawn(move || {
            for i in 0..2 {
                sender.send(i).unwrap();
                theirs.store(i + 1, Relaxed);
            }
        });
        let early = sent.load(Relaxed);
        assert_eq!((receiver.recv(), receiver.recv()), (Ok(0), Ok(1)));
        other.join().unwrap();
        early
    });
    assert_eq!(seen, BTreeSet::from([0, 1]));
}

#[test]
fn rendezvous_waits_for_the_receiver() {
    model(|| {
        let (sender, receiver) = mpsc::sync_channel(0);
        let begun = Arc::new(AtomicBool::new(false));
        let theirs = begun.clone();
        let other = thread::spawn(move || {
            theirs.store(true, Relaxed);
            receiver.recv().unwrap()
        });
        sender.send(7).unwrap();
        assert!(begun.load(Relaxed), "handed over");
        assert_eq!(other.join().unwrap(), 7);
        assert_eq!(sender.send(8), Err(mpsc::SendError(8)));
    });
}

#[test]
fn message_that_nobody_will_receive_comes_back() {
    model(|| {
        let (sender, receiver) = mpsc::sync_channel(0);
        let other = thread::spawn(move || drop(receiver));
        assert_eq!(sender.send(1), Err(mpsc::SendError(1)));
        assert_eq!(sender.try_send(1), Err(mpsc::TrySendError::Disconnected(1)));
        other.join().unwrap();
    });
}

#[test]
fn rendezvous_is_tried_with_success_if_and_only_if_the_receiver_waits() {
    let seen = outcomes(|| {
        let (sender, receiver) = mpsc::sync_channel(0);
        let other = thread::spawn(move || receiver.recv());
        let sent = sender.try_send(1).is_ok();
        // A second message would need a second receiver.
        assert!(!sent || sender.try_send(2).is_err());
        drop(sender);
        (sent, other.join().unwrap().is_ok())
    });
    assert_eq!(seen, BTreeSet::from([(false, false), (true, true)]));
    let seen = outcomes(|| {
        let (sender, receiver) = mpsc::sync_channel(0);
        let other = thread::spawn(move || receiver.try_recv());
        let sent = sender.try_send(1).unwrap_err();
        assert_eq!(other.join().unwrap(), Err(mpsc::TryRecvError::Empty));
        matches!(sent, mpsc::TrySendError::Full(1))
    });
    assert_eq!(seen, BTreeSet::from([false, true]), "two that only try never meet");
}

#[test]
fn who_asks_for_a_message_again_and_again_and_counts_waits_for_it() {
    model(|| {
        let (sender, receiver) = mpsc::sync_channel(1);
        let counted = Arc::new(AtomicBool::new(false));
        let theirs = counted.clone();
        let other = thread::spawn(move || {
            let mut turns = 0;
            while receiver.try_recv() == Err(mpsc::TryRecvError::Empty) {
                turns += 1;
                if turns == 40 {
                    theirs.store(true, Relaxed);
                }
                thread::yield_now();
            }
            turns
        });
        while !counted.load(Relaxed) {
            thread::yield_now();
        }
        sender.send(()).unwrap();
        assert!(other.join().unwrap() >= 40, "it ended before there was a message");
    });
}

#[test]
fn message_that_a_sender_holds_out_is_not_taken_for_a_receiver_that_waits() {
    let seen = outcomes(|| {
        let (sender, receiver) = mpsc::sync_channel(0);
        let theirs = sender.clone();
        let other = thread::spawn(move || theirs.send(1));
        let tried = sender.try_send(2);
        assert_eq!(tried, Err(mpsc::TrySendError::Full(2)), "nobody is there who could receive");
        assert_eq!(receiver.recv(), Ok(1));
        other.join().unwrap().unwrap();
    });
    assert_eq!(seen.len(), 1);
}

#[test]
fn time_to_receive_from_hand_to_hand_may_be_up_or_a_sender_that_tries_comes_first() {
    let seen = outcomes(|| {
        let (sender, receiver) = mpsc::sync_channel(0);
        let other = thread::spawn(move || receiver.recv_timeout(SOON).is_ok());
        let sent = sender.try_send(1).is_ok();
        let received = other.join().unwrap();
        assert_eq!(sent, received);
        sent
    });
    assert_eq!(seen, BTreeSet::from([false, true]));
}

#[test]
fn receiving_with_a_time_may_give_up_and_without_may_not() {
    let seen = outcomes(|| {
        let (sender, receiver) = mpsc::channel();
        let other = thread::spawn(move || sender.send(1));
        let seen = receiver.recv_timeout(SOON).is_ok();
        drop(receiver);
        let _ = other.join().unwrap();
        seen
    });
    assert_eq!(seen, BTreeSet::from([false, true]));
    for bound in [0, 1] {
        let report = told::builder().check(move || {
            let (_sender, receiver) = mpsc::sync_channel::<u32>(bound);
            assert_eq!(receiver.recv_timeout(SOON), Err(mpsc::RecvTimeoutError::Timeout));
        });
        assert!(report.unwrap().complete, "nobody sends, and that is no deadlock");
    }
    let kind = failure_of(|| {
        let (_sender, receiver) = mpsc::channel::<u32>();
        let _ = receiver.recv();
    });
    assert_eq!(kind, FailureKind::Deadlock);
}

#[test]
fn message_that_nobody_receives_is_dropped_before_the_channel_is_gone() {
    struct Adds(Arc<AtomicU32>);
    impl Drop for Adds {
        fn drop(&mut self) {
            self.0.fetch_add(1, Relaxed);
        }
    }
    for bound in [None, Some(0), Some(2)] {
        let report = told::builder().check(move || {
            let dropped = Arc::new(AtomicU32::new(0));
            let message = Adds(dropped.clone());
            let other = match bound {
                None => {
                    let (sender, receiver) = mpsc::channel();
                    let other = thread::spawn(move || drop(sender.send(message)));
                    drop(receiver);
                    other
                }
                Some(bound) => {
                    let (sender, receiver) = mpsc::sync_channel(bound);
                    let other = thread::spawn(move || drop(sender.send(message)));
                    drop(receiver);
                    other
                }
            };
            other.join().unwrap();
            assert_eq!(dropped.load(Relaxed), 1);
        });
        assert!(report.unwrap().complete, "{bound:?}");
    }
}

/// What std's types promise after a panic, ours do: both are asked the same.
macro_rules! promises_after_a_panic {
    ($name:ident, $atomic:path, $sync:path, $thread:path) => {
        #[test]
        fn $name() {
            use std::cell::Cell;
            use $atomic as atomic;
            use $sync as sync;
            use $thread as thread;
            fn by_value<T: std::panic::UnwindSafe>() {}
            fn by_reference<T: std::panic::RefUnwindSafe>() {}
            fn both<T: std::panic::UnwindSafe + std::panic::RefUnwindSafe>() {}
            both::<(atomic::AtomicBool, atomic::AtomicPtr<u8>)>();
            both::<(atomic::AtomicI8, atomic::AtomicI16, atomic::AtomicI32)>();
            both::<(atomic::AtomicI64, atomic::AtomicIsize, atomic::AtomicU8)>();
            both::<(atomic::AtomicU16, atomic::AtomicU32, atomic::AtomicU64)>();
            both::<atomic::AtomicUsize>();
            by_reference::<atomic::AtomicPtr<Cell<u8>>>();
            both::<(sync::Mutex<Cell<u8>>, sync::RwLock<Cell<u8>>)>();
            both::<(sync::MutexGuard<'_, Cell<u8>>, sync::Condvar, sync::Barrier, sync::Once)>();
            both::<(sync::OnceLock<u8>, sync::LazyLock<u8>)>();
            by_value::<(sync::OnceLock<Cell<u8>>, sync::LazyLock<Cell<u8>>)>();
            both::<(sync::mpsc::Sender<Cell<u8>>, sync::mpsc::SyncSender<Cell<u8>>)>();
            both::<sync::mpsc::Receiver<Cell<u8>>>();
            both::<(thread::Thread, thread::ThreadId)>();
            both::<(sync::Arc<atomic::AtomicU32>, sync::Weak<atomic::AtomicU32>)>();
            let word = atomic::AtomicU32::new(1);
            assert_eq!(catch_unwind(|| word.fetch_add(1, Relaxed)).unwrap(), 1);
        }
    };
}

promises_after_a_panic!(std_promises_after_a_panic, std::sync::atomic, std::sync, std::thread);
promises_after_a_panic!(same_is_promised_after_a_panic, rc11::atomic, rc11::sync, rc11::thread);

#[test]
fn pointers_are_moved_and_tagged() {
    let pointer = AtomicPtr::new(std::ptr::without_provenance_mut::<u32>(16));
    let steps = [
        pointer.fetch_ptr_add(2, Relaxed),
        pointer.fetch_ptr_sub(1, Relaxed),
        pointer.fetch_byte_add(3, Relaxed),
        pointer.fetch_byte_sub(1, Relaxed),
        pointer.fetch_or(1, Relaxed),
        pointer.fetch_and(!2, Relaxed),
        pointer.fetch_xor(5, Relaxed),
        pointer.load(Relaxed),
    ];
    assert_eq!(steps.map(|step| step.addr()), [16, 24, 20, 23, 22, 23, 21, 16]);
}

#[test]
fn atomics_show_their_values() {
    model(|| {
        let word = AtomicU32::new(1);
        word.store(2, Relaxed);
        assert_eq!(format!("{word:?} {:?}", AtomicBool::new(true)), "2 true");
        assert_eq!(rc11::counters().loads, 2, "as std's, by a load");
        assert_eq!(word.as_ptr(), word.as_ptr());
    });
}

#[test]
fn hints_of_std_are_there() {
    assert_eq!(hint::black_box(1), 1);
    assert_eq!(thread::available_parallelism().unwrap().get(), 2);
}
