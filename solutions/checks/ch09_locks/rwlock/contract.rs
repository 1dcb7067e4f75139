//! What all stages of the reader-writer lock must do.

use super::super::subject::{MAX_READERS, ReadGuard, RwLock, WriteGuard};
use super::super::sync::{
    self,
    atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    cell::Probe,
    hint, thread,
};
use grader::{OnDrop, Shared, Unshowable, impls};
use std::cell::Cell;
use std::fmt::{self, Write};
use std::mem;
use std::sync::MutexGuard;

/// `Sync` and not `Send`.
type StaysHome = MutexGuard<'static, u8>;

pub fn lock_is_sync_where_send_and_sync() {
    assert!(
        impls!(RwLock<u8>: Sync),
        "a lock around a `u8` is not `Sync`: no two threads could reach it"
    );
    assert!(
        !impls!(RwLock<Cell<u8>>: Sync),
        "a lock around a `Cell<u8>`, which is not `Sync`, is `Sync`. Two readers would share the cell"
    );
    assert!(
        !impls!(RwLock<StaysHome>: Sync),
        "a lock around a `MutexGuard`, which is not `Send`, is `Sync`. A writer could take the data to its own thread"
    );
    assert!(impls!(RwLock<Cell<u8>>: Send), "a lock around data that is `Send` is not `Send`");
    assert!(
        !impls!(RwLock<*const u8>: Send),
        "a lock around a `*const u8`, which is not `Send`, is `Send`: the data goes along with it"
    );
}

pub fn guards_are_sync_where_data_is() {
    assert!(
        impls!(ReadGuard<'static, u8>: Sync) && impls!(WriteGuard<'static, u8>: Sync),
        "a guard of a `u8` is not `Sync`, but sharing it would only share the `u8`"
    );
    assert!(
        !impls!(ReadGuard<'static, Cell<u8>>: Sync),
        "a `ReadGuard` of a `Cell<u8>` is `Sync`: two threads could share it, and write to the cell at once"
    );
    assert!(
        !impls!(WriteGuard<'static, Cell<u8>>: Sync),
        "a `WriteGuard` of a `Cell<u8>` is `Sync`: two threads could share it, and write to the cell at once"
    );
    assert!(
        impls!(ReadGuard<'static, StaysHome>: Sync) && impls!(WriteGuard<'static, StaysHome>: Sync),
        "a guard of a `MutexGuard`, which is `Sync`, is not `Sync`: sharing the guard moves nothing"
    );
}

pub fn guards_stay_on_their_thread() {
    assert!(
        !impls!(ReadGuard<'static, u8>: Send),
        "a `ReadGuard` is `Send`: it must stay on its thread"
    );
    assert!(
        !impls!(WriteGuard<'static, u8>: Send),
        "a `WriteGuard` is `Send`: it must stay on its thread"
    );
}

pub fn uses_sync() {
    clients::sees_atomics(|| {
        let lock = RwLock::new(());
        drop(lock.read());
        drop(lock.write());
    });
}

pub fn guards_give_the_data() {
    sync::model(|| {
        let lock = RwLock::new(Probe::new(1));
        assert_eq!(lock.read().get(), 1, "a reader does not find what `new` was given");
        lock.write().add(1);
        let (first, second) = (lock.read(), lock.read());
        assert_eq!((first.get(), second.get()), (2, 2), "readers do not see what the writer wrote");
        drop(second);
        assert_eq!(first.get(), 2, "a reader left, and the data of another one changed");
        drop(first);
        let mut alone = lock.write();
        *alone = Probe::new(7);
        assert_eq!(alone.get(), 7, "a writer does not see what it wrote");
        drop(alone);
        assert_eq!(lock.read().get(), 7, "the last writer's change is lost");
    });
}

pub fn gives_the_data_to_its_owner() {
    sync::model(|| {
        let mut lock = RwLock::new(Probe::new(1));
        lock.get_mut().add(1);
        assert_eq!(lock.read().get(), 2, "readers do not see what was written through `get_mut`");
        lock.write().add(1);
        assert_eq!(lock.get_mut().get(), 3, "`get_mut` does not see what a writer wrote");
        assert_eq!(lock.into_inner().get(), 3, "`into_inner` does not give the data");
    });
    // Guards that were forgotten stay inside. The owner has the data all the same.
    sync::model(|| {
        let mut lock = RwLock::new(Probe::new(1));
        mem::forget(lock.read());
        lock.get_mut().add(1);
        assert_eq!(lock.into_inner().get(), 2, "`into_inner` does not give the data");
        let mut lock = RwLock::new(Probe::new(1));
        mem::forget(lock.write());
        lock.get_mut().add(1);
        assert_eq!(lock.into_inner().get(), 2, "`into_inner` does not give the data");
    });
}

/// Counts how often it is dropped.
struct Counted<'a>(&'a Cell<u32>);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

pub fn drops_once() {
    sync::model(|| {
        let (first, second, third) = (Cell::new(0), Cell::new(0), Cell::new(0));
        let lock = RwLock::new(Counted(&first));
        drop(lock.read());
        drop(lock.write());
        assert_eq!(first.get(), 0, "the data was dropped while it was in the lock");
        *lock.write() = Counted(&second);
        assert_eq!(first.get(), 1, "drops of data that was replaced");
        drop(lock);
        assert_eq!((first.get(), second.get()), (1, 1), "drops of (replaced data, the last data)");
        let data = RwLock::new(Counted(&third)).into_inner();
        assert_eq!(third.get(), 0, "`into_inner` dropped the data that it gives");
        drop(data);
        assert_eq!(third.get(), 1, "drops of the data that `into_inner` gave");
    });
    // What is forgotten may be in memory that the lock needs.
    for hold in [forget_reader as fn(&RwLock<Counted<'_>>), forget_writer] {
        sync::Model::new().may_leak().check(move || {
            let drops = Cell::new(0);
            let lock = RwLock::new(Counted(&drops));
            hold(&lock);
            drop(lock);
            assert_eq!(
                drops.get(),
                1,
                "drops of the data of a lock with a guard that was forgotten"
            );
        });
    }
}

fn forget_reader(lock: &RwLock<Counted<'_>>) {
    mem::forget(lock.read());
}

fn forget_writer(lock: &RwLock<Counted<'_>>) {
    mem::forget(lock.write());
}

/// Reads the data when it is shown.
struct Shown(Probe);

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shown {}", self.0.get())
    }
}

pub fn debug_takes_part() {
    sync::model(|| {
        let lock = RwLock::new(Shown(Probe::new(0)));
        let shows = |lock: &RwLock<Shown>| format!("{lock:?}").contains("Shown 0");
        assert!(shows(&lock), "`{{:?}}` of a free lock does not show the data");
        let reader = lock.read();
        assert!(shows(&lock), "`{{:?}}` does not show the data although only a reader is inside");
        drop(reader);
        let writer = lock.write();
        assert!(!shows(&lock), "`{{:?}}` reads the data although a writer is inside");
        drop(writer);
        assert!(lock.try_write().is_some(), "after `{{:?}}` the lock is not free");

        let lock = Shared::new(lock);
        let theirs = lock.clone();
        let other = thread::spawn(move || theirs.write().0.add(1));
        let _ = format!("{:?}", *lock);
        other.join().unwrap();
    });
    let ways: [(fn() -> fmt::Result, _); 2] =
        [(|| Err(fmt::Error), "returned an error"), (|| sync::panic_quietly(()), "panicked")];
    for (shows, what) in ways {
        sync::model(move || {
            let lock = RwLock::new(Unshowable(shows));
            drop(sync::catch_panic(|| {
                let _ = write!(String::new(), "{lock:?}");
                sync::panic_quietly(());
            }));
            assert!(
                lock.try_write().is_some(),
                "`Debug` of the data has {what}, and after `{{:?}}` of the lock it is not free",
            );
        });
    }
}

pub fn try_is_exact() {
    // Twice: who tries twice is none the wiser.
    sync::Model::new().faults(2).check(|| {
        let lock = RwLock::new(0);
        let first = lock.try_read();
        assert!(first.is_some(), "`try_read` of a free lock returns `None`");
        let second = lock.try_read();
        assert!(second.is_some(), "`try_read` returns `None` beside another reader");
        assert!(
            lock.try_write().is_none(),
            "`try_write` returns a guard although readers are inside"
        );
        drop(first);
        assert!(
            lock.try_write().is_none(),
            "`try_write` returns a guard although one of two readers is still inside"
        );
        drop(second);
        let alone = lock.try_write();
        assert!(alone.is_some(), "`try_write` returns `None` after all readers have left");
        assert!(
            lock.try_read().is_none(),
            "`try_read` returns a guard although a writer is inside"
        );
        assert!(lock.try_write().is_none(), "`try_write` returns a second guard");
        assert!(lock.try_read().is_none(), "an attempt that failed has changed the lock");
        drop(alone);
        assert!(lock.try_read().is_some(), "`try_read` returns `None` after the writer has left");
        drop(lock.write());
        drop(lock.read());
        assert!(lock.try_write().is_some(), "`try_write` returns `None` although all have left");
    });
    // An attempt that is counted in a byte has gone round.
    sync::model(|| {
        let lock = RwLock::new(());
        let reader = lock.read();
        for number in 1..=MANY {
            assert!(
                lock.try_write().is_none(),
                "call {number} of `try_write` beside a reader returns a guard"
            );
        }
        drop(reader);
        let writer = lock.try_write();
        assert!(
            writer.is_some(),
            "`try_write` returns `None` after {MANY} calls that failed: all have left"
        );
        for number in 1..=MANY {
            assert!(
                lock.try_read().is_none(),
                "call {number} of `try_read` beside a writer returns a guard"
            );
        }
        drop(writer);
        assert!(
            lock.try_read().is_some(),
            "`try_read` returns `None` after {MANY} calls that failed: the writer has left"
        );
    });
}

/// More than a byte counts.
const MANY: u32 = 257;

pub fn panics_unlock() {
    sync::model(|| {
        let lock = RwLock::new(Probe::new(0));
        sync::expect_panic(|| {
            let mut guard = lock.write();
            guard.add(1);
            panic!("on purpose, in the lock");
        });
        assert!(lock.try_read().is_some(), "a writer that panicked is still inside");
        sync::expect_panic(|| {
            let _guard = lock.read();
            panic!("on purpose, in the lock");
        });
        let data = lock.try_write();
        assert!(data.is_some(), "a reader that panicked is still inside");
        assert_eq!(data.unwrap().get(), 1, "the data is not as the writer that panicked left it");
    });
    // A destructor goes in and out like anybody else, though its thread unwinds.
    let visits: [fn(&RwLock<Probe>) -> bool; 4] = [
        |lock| lock.read().get() < 9,
        |lock| lock.write().get() < 9,
        |lock| lock.try_read().is_some(),
        |lock| lock.try_write().is_some(),
    ];
    for (visit, name) in visits.into_iter().zip(["read", "write", "try_read", "try_write"]) {
        sync::model(move || {
            let lock = RwLock::new(Probe::new(0));
            let mut inside = false;
            sync::expect_panic(|| {
                let _visitor = OnDrop::new(|| inside = visit(&lock));
                panic!("on purpose, with a value whose destructor goes in");
            });
            assert!(
                inside,
                "a destructor has called `{name}` while its thread unwound, and got `None` although the lock is free"
            );
            assert!(
                lock.try_write().is_some(),
                "a destructor went in with `{name}` while its thread unwound, and left: the lock is not free"
            );
        });
    }
    // A reader whom a panic takes out is the last one all the same.
    sync::model(|| {
        let lock = Shared::new(RwLock::new(Probe::new(0)));
        let theirs = lock.clone();
        let mut writer = None;
        sync::expect_panic(|| {
            let _inside = lock.read();
            writer = Some(thread::spawn(move || theirs.write().add(1)));
            panic!("on purpose, in the lock");
        });
        writer.expect("it was started").join().unwrap();
    });
}

pub fn two_locks() {
    sync::model(|| {
        let (left, right) = (RwLock::new(1), RwLock::new(2));
        let mut writer = left.write();
        let reader = right.read();
        assert_eq!((*writer, *reader), (1, 2), "the data of one lock came out of another");
        *writer = 5;
        drop(writer);
        assert!(right.try_write().is_none(), "one lock was unlocked, and another one became free");
        assert_eq!(
            (*left.read(), *reader),
            (5, 2),
            "a change of one lock's data changed another's"
        );
    });
}

pub fn limit_of_readers() {
    if let Some(too_many) = MAX_READERS.checked_add(1) {
        sync::model(move || sync::expect_panic(|| RwLock::with_forgotten_readers((), too_many)));
    }
    sync::model(|| {
        let lock = RwLock::with_forgotten_readers(Probe::new(0), MAX_READERS - 1);
        let last = lock.read();
        assert!(
            lock.try_read().is_none(),
            "`try_read` returns a guard beside `MAX_READERS` others"
        );
        // Twice: a counter that goes on counting while it panics wraps at the second.
        sync::expect_panic(|| lock.read());
        sync::expect_panic(|| lock.read());
        assert!(lock.try_read().is_none(), "a `read` that panicked has changed the lock");
        assert!(lock.try_write().is_none(), "a writer gets in beside `MAX_READERS` readers");
        drop(last);
        let again = lock.try_read();
        assert!(again.is_some(), "one of `MAX_READERS` readers left, but no other gets in");
        assert_eq!(again.unwrap().get(), 0);
    });
    // Two at once: the lock stays as it was in the meantime too.
    sync::Model::new().faults(0).check(|| {
        let lock = Shared::new(RwLock::with_forgotten_readers((), MAX_READERS));
        let theirs = lock.clone();
        let other = thread::spawn(move || sync::expect_panic(|| theirs.read()));
        sync::expect_panic(|| lock.read());
        other.join().unwrap();
    });
    // Two at once, and there is room for one.
    let ways: [fn(&RwLock<()>) -> bool; 2] = [
        |lock| lock.try_read().map(mem::forget).is_some(),
        |lock| {
            let payload = sync::catch_panic(|| {
                mem::forget(lock.read());
                sync::panic_quietly(CameIn);
            });
            payload.is::<CameIn>()
        },
    ];
    for comes_in in ways {
        sync::Model::new().faults(0).check(move || {
            let lock = Shared::new(RwLock::with_forgotten_readers((), MAX_READERS - 1));
            let theirs = lock.clone();
            let other = thread::spawn(move || comes_in(&theirs));
            let came = [comes_in(&lock), other.join().unwrap()];
            let count = came.map(usize::from).iter().sum::<usize>();
            assert_eq!(
                count, 1,
                "readers that got in, of two that came where there was room for one"
            );
        });
    }
}

/// A reader got in.
struct CameIn;

pub fn readers_share() {
    sync::model(|| {
        let lock = Shared::new(RwLock::new(Probe::new(3)));
        let mine = lock.read();
        let theirs = lock.clone();
        // This reader is inside until the other thread has ended: `join` hangs if the other waits.
        let other = thread::spawn(move || theirs.read().get());
        assert_eq!(other.join().unwrap(), 3);
        assert_eq!(mine.get(), 3);
    });
}

/// More than there are readers.
const WRITER: u32 = 100;

/// Goes in and out, and looks who else is there. The lock is to keep the others out, not these operations, and they order
/// nothing: only who is inside when is looked at, not what is handed over.
fn visit(lock: &RwLock<()>, inside: &AtomicU32, writes: bool) {
    if writes {
        let _guard = lock.write();
        // Relaxed: a read-modify-write never reads an old value.
        let others = inside.fetch_add(WRITER, Relaxed);
        assert!(others == 0, "a writer got in although another thread was inside");
        // Relaxed: as above.
        inside.fetch_sub(WRITER, Relaxed);
    } else {
        let _guard = lock.read();
        // Relaxed: as above.
        let others = inside.fetch_add(1, Relaxed);
        assert!(others < WRITER, "a reader got in although a writer was inside");
        // Relaxed: as above.
        inside.fetch_sub(1, Relaxed);
    }
}

/// The main thread makes the first visit.
fn visits(writers: &'static [bool]) {
    let shared = Shared::new((RwLock::new(()), AtomicU32::new(0)));
    let others: Vec<_> = writers[1..]
        .iter()
        .map(|&writes| {
            let shared = shared.clone();
            thread::spawn(move || visit(&shared.0, &shared.1, writes))
        })
        .collect();
    visit(&shared.0, &shared.1, writers[0]);
    for other in others {
        other.join().unwrap();
    }
}

/// How often a wait may return for no reason where a thread that gives up is looked for.
const PATIENCE: usize = 6;

/// How often one may where a thread that sleeps no more is looked for.
const VERY_OFTEN: usize = 300;

pub fn writers_exclude() {
    sync::model(|| visits(&[true, true]));
    sync::model(|| visits(&[false, true]));
    // However often a wait returns for no reason: nobody goes in who has only lost patience.
    sync::Model::new().faults(PATIENCE).check(|| visits(&[true, true]));
    sync::Model::new().faults(PATIENCE).check(|| visits(&[false, true]));
}

/// What a thread does, one letter a step: `w` writes, `r` reads, `t` goes in to write, if nobody is inside. Without an iterator, and so
/// the models below without a `Vec`: what is run in each execution, and not optimised, should be short.
pub fn act(lock: &RwLock<Probe>, steps: &'static str) {
    let (steps, mut at) = (steps.as_bytes(), 0);
    while at < steps.len() {
        match steps[at] {
            b'w' => lock.write().add(1),
            b't' => drop(lock.try_write()),
            _ => _ = lock.read().get(),
        }
        at += 1;
    }
}

/// Threads that write and read, the main one and others, with so many waits that end for no reason. Each other wait must
/// end too, and each write must count.
pub fn mix(faults: usize, [mine, theirs]: [&'static str; 2]) {
    let writes = writes(&[mine, theirs]);
    sync::Model::new().faults(faults).check(move || {
        let lock = Shared::new(RwLock::new(Probe::new(0)));
        let other = start(&lock, theirs);
        act(&lock, mine);
        other.join().unwrap();
        assert_eq!(lock.read().get(), writes, "an increment was lost");
    });
}

/// As [`mix`], but the main thread is inside, reading or writing, when the two others come, and leaves. The search begins with the
/// execution in which both have come by then, and goes on with those that differ from it as late as can be. Those in which neither
/// waits for the main thread come last, and say what [`mix`] says.
pub fn mix_beside(reads: bool, others: [&'static str; 2]) {
    let writes = writes(&others);
    sync::Model::new().faults(0).main_last().executions(BESIDE).check(move || {
        let lock = Shared::new(RwLock::new(Probe::new(0)));
        let (reader, writer) =
            if reads { (Some(lock.read()), None) } else { (None, Some(lock.write())) };
        let (first, second) = (start(&lock, others[0]), start(&lock, others[1]));
        drop((reader, writer));
        first.join().unwrap();
        second.join().unwrap();
        assert_eq!(lock.read().get(), writes, "an increment was lost");
    });
}

/// So many executions of these tell what becomes of two that wait.
const BESIDE: u64 = 4_000;

/// How many of the steps write.
fn writes(threads: &[&str]) -> u32 {
    threads.concat().matches('w').count() as u32
}

fn start(lock: &Shared<RwLock<Probe>>, steps: &'static str) -> thread::JoinHandle<()> {
    let lock = lock.clone();
    thread::spawn(move || act(&lock, steps))
}

/// Readers whom a writer has kept out all get in, and none of them leaves. Five: whoever wakes two, three or four has not woken all. The
/// search begins with the execution in which all sleep by then, and few more are worth their time.
pub fn five_readers_are_woken() {
    sync::Model::new().main_last().faults(0).may_leak().executions(100).check(|| {
        let lock = Shared::new(RwLock::new(()));
        let writer = lock.write();
        let others = [(); 5].map(|()| {
            let lock = lock.clone();
            // They stay: to leave would tell nothing more.
            thread::spawn(move || mem::forget(lock.read()))
        });
        drop(writer);
        for other in others {
            other.join().unwrap();
        }
    });
}

pub fn try_beside_another() {
    sync::model(|| {
        let lock = Shared::new(RwLock::new(Probe::new(0)));
        let theirs = lock.clone();
        let other = thread::spawn(move || theirs.write().add(1));
        let mine = lock.try_write().map_or(0, |mut data| {
            data.add(1);
            1
        });
        let seen = lock.try_read().map_or(0, |data| data.get());
        other.join().unwrap();
        assert!(seen <= 1 + mine);
        assert_eq!(lock.read().get(), 1 + mine, "an increment was lost");
    });
    // What an attempt that fails does to the lock meanwhile is seen by nobody.
    sync::Model::new().faults(0).check(|| {
        let lock = Shared::new(RwLock::new(()));
        let writer = lock.write();
        let theirs = lock.clone();
        let other = thread::spawn(move || theirs.try_read().is_some());
        drop(writer);
        let mine = lock.try_write().is_some();
        assert!(
            other.join().unwrap() || mine,
            "`try_write` returns `None`. The writer before it had left, and the only other call was a `try_read` that failed"
        );
    });
    sync::Model::new().faults(0).check(|| {
        let lock = Shared::new(RwLock::new(()));
        let _reader = lock.read();
        let theirs = lock.clone();
        let other = thread::spawn(move || theirs.try_write().is_some());
        assert!(
            lock.try_read().is_some(),
            "`try_read` returns `None` beside a reader. The only other call was a `try_write`, which must fail"
        );
        other.join().unwrap();
    });
}

/// The second thread waits for what the first one, which never leaves, keeps from it.
fn waits(hold: fn(&RwLock<()>), wait: fn(&RwLock<()>)) {
    let judge = |turn: &sync::Turn| {
        // The main thread turns for ever as well: otherwise a thread that sleeps would be a deadlock.
        if turn.thread == 0 {
            return Ok(());
        }
        Err(format!(
            "thread {} turns in a loop while it waits. It should go to sleep, with `futex::wait`",
            turn.thread
        ))
    };
    // Nor does it turn because it was woken for nothing some times, or very often.
    let models =
        [sync::Model::new().faults(PATIENCE), sync::Model::new().faults(0).restless(VERY_OFTEN)];
    let program = move || {
        let lock = Shared::new(RwLock::new(()));
        let never = AtomicBool::new(false);
        hold(&lock);
        let theirs = lock.clone();
        let _other = thread::spawn(move || wait(&theirs));
        // Relaxed: nobody writes it.
        while !never.load(Relaxed) {
            hint::spin_loop();
        }
    };
    for model in models {
        model.waits(judge).check(program);
    }
}

pub fn waiting_is_sleeping() {
    waits(|lock| mem::forget(lock.write()), |lock| drop(lock.read()));
    waits(|lock| mem::forget(lock.write()), |lock| drop(lock.write()));
    waits(|lock| mem::forget(lock.read()), |lock| drop(lock.write()));
    waits(|lock| mem::forget(lock.try_write()), |lock| drop(lock.read()));
    waits(|lock| mem::forget(lock.try_write()), |lock| drop(lock.write()));
    waits(|lock| mem::forget(lock.try_read()), |lock| drop(lock.write()));
}
