//! What is read often and written rarely.

use crate::team;
use arc_swap::ArcSwap;
use crossbeam_epoch::{Atomic, Owned};
use crossbeam_utils::atomic::AtomicCell;
use left_right::{Absorb, ReadHandle, WriteHandle};
use solutions::ch10_ideas::{left_right::LeftRight, rcu_cell::RcuCell, seqlock::SeqLock};
use speed::measure::{Bench, Meter};
use std::hint::black_box;
use std::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};
use std::sync::{Arc, Mutex};

/// One of so many accesses of the first thread writes.
const WRITES: u64 = 1000;

/// How many threads read.
const THREADS: [usize; 2] = [1, 2];

/// All rows.
pub fn rows(bench: &mut Bench) {
    for threads in THREADS {
        bench.row(
            &format!("rcu_cell {threads} read"),
            &[
                ("locksmith", &|meter| ours_rcu(meter, threads)),
                ("arc-swap", &|meter| arc_swap(meter, threads)),
                ("left-right", &|meter| crate_left_right(meter, threads)),
                ("crossbeam-epoch", &|meter| epoch(meter, threads)),
            ],
        );
    }
    for threads in THREADS {
        bench.row(
            &format!("left_right {threads} read"),
            &[
                ("locksmith", &|meter| {
                    let data = LeftRight::new(0, 0);
                    let write = |data: &mut &LeftRight<u64>, n| data.write(|value| *value = n);
                    read_often(meter, vec![&data; threads], &data, |data| *data.read(), write);
                }),
                ("left-right", &|meter| crate_left_right(meter, threads)),
                ("arc-swap", &|meter| arc_swap(meter, threads)),
            ],
        );
    }
    for threads in THREADS {
        bench.row(
            &format!("seqlock {threads} read"),
            &[
                ("locksmith", &|meter| {
                    let words = SeqLock::new([0; 4]);
                    let write = |words: &mut &SeqLock<4>, n| words.write([n; 4]);
                    read_often(meter, vec![&words; threads], &words, |words| words.read(), write);
                }),
                ("seqlock", &|meter| {
                    type Lock = seqlock::SeqLock<[u64; 4]>;
                    let words = Lock::new([0; 4]);
                    let write = |words: &mut &Lock, n| *words.lock_write() = [n; 4];
                    read_often(meter, vec![&words; threads], &words, |words| words.read(), write);
                }),
                ("crossbeam, AtomicCell", &|meter| {
                    let words = AtomicCell::new([0_u64; 4]);
                    let write = |words: &mut &AtomicCell<[u64; 4]>, n| words.store([n; 4]);
                    read_often(meter, vec![&words; threads], &words, |words| words.load(), write);
                }),
            ],
        );
    }
}

fn ours_rcu(meter: &mut Meter, threads: usize) {
    let mut cell = RcuCell::new(0, threads);
    let (writer, readers) = cell.split();
    read_often(meter, readers, writer, |reader| *reader.read(), |writer, n| _ = writer.replace(n));
}

fn arc_swap(meter: &mut Meter, threads: usize) {
    let cell = ArcSwap::from_pointee(0);
    let write = |cell: &mut &ArcSwap<u64>, n| cell.store(Arc::new(n));
    read_often(meter, vec![&cell; threads], &cell, |cell| **cell.load(), write);
}

fn crate_left_right(meter: &mut Meter, threads: usize) {
    #[derive(Default)]
    struct Value(u64);
    impl Absorb<u64> for Value {
        fn absorb_first(&mut self, new: &mut u64, _: &Self) {
            self.0 = *new;
        }

        fn sync_with(&mut self, first: &Self) {
            self.0 = first.0;
        }
    }
    let (writer, reader) = left_right::new::<Value, u64>();
    let read = |reader: &mut ReadHandle<Value>| reader.enter().map_or(0, |value| value.0);
    let write = |writer: &mut WriteHandle<Value, u64>, n| _ = writer.append(n).publish();
    read_often(meter, vec![reader; threads], writer, read, write);
}

fn epoch(meter: &mut Meter, threads: usize) {
    let cell = Atomic::new(0_u64);
    let read = |cell: &mut &Atomic<u64>| {
        let guard = crossbeam_epoch::pin();
        // SAFETY: the value is never null, and is not dropped while the thread is pinned.
        unsafe { *cell.load(Acquire, &guard).deref() }
    };
    let write = |cell: &mut &Atomic<u64>, n| {
        let guard = crossbeam_epoch::pin();
        let old = cell.swap(Owned::new(n), Release, &guard);
        // SAFETY: nothing leads to it any more, and it is dropped when all have unpinned who may read it.
        unsafe { guard.defer_destroy(old) };
    };
    read_often(meter, vec![&cell; threads], &cell, read, write);
    // SAFETY: nobody reads it any more.
    drop(unsafe { cell.into_owned() });
}

/// All threads read, and the first one writes now and then. One thread alone only reads.
fn read_often<R: Send, W: Send, V>(
    meter: &mut Meter,
    readers: Vec<R>,
    writer: W,
    read: impl Fn(&mut R) -> V + Sync,
    write: impl Fn(&mut W, u64) + Sync,
) {
    let threads = readers.len() as u64;
    // Each is locked by one thread, once for each run.
    let readers: Vec<_> = readers.into_iter().map(Mutex::new).collect();
    if let [reader] = &readers[..] {
        let mut reader = reader.lock().unwrap();
        return meter.each(|| read(black_box(&mut reader)));
    }
    let writer = Mutex::new(writer);
    let reads = AtomicU64::new(0);
    let work = |index: usize| {
        let mut reader = readers[index].lock().unwrap();
        let mut writer = (index == 0).then(|| writer.lock().unwrap());
        // Relaxed: the team's barrier orders it.
        for number in 0..reads.load(Relaxed) {
            match &mut writer {
                Some(writer) if number % WRITES == WRITES - 1 => write(writer, number),
                _ => _ = black_box(read(black_box(&mut reader))),
            }
        }
    };
    team::with(readers.len(), work, |run| {
        meter.custom(|iterations| {
            let each = iterations.div_ceil(threads);
            reads.store(each, Relaxed);
            run().mul_f64(iterations as f64 / (each * threads) as f64)
        });
    });
}
