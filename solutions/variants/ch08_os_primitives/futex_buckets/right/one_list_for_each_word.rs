//! The queue of a bucket is a map from words to lines.

use reference::ch04_spin_lock::guard::SpinLock;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use sync::atomic::{AtomicU32, Ordering::SeqCst};
use sync::thread::{self, Thread};

type Line = VecDeque<Arc<(Thread, AtomicU32)>>;

pub struct Buckets {
    queues: [SpinLock<Option<BTreeMap<usize, Line>>>; 2],
}

impl Default for Buckets {
    fn default() -> Self {
        Self::new()
    }
}

impl Buckets {
    pub const fn new() -> Self {
        Self { queues: [SpinLock::new(None), SpinLock::new(None)] }
    }

    fn with<R>(&self, word: &AtomicU32, f: impl FnOnce(&mut Line) -> R) -> R {
        let key = std::ptr::from_ref(word) as usize;
        let mut map = self.queues[key / 16 % 2].lock();
        let map = map.get_or_insert_default();
        let result = f(map.entry(key).or_default());
        map.retain(|_, line| !line.is_empty());
        result
    }

    pub fn wait(&self, word: &AtomicU32, expected: u32) {
        let me = self.with(word, |line| {
            (word.load(SeqCst) == expected).then(|| {
                let me = Arc::new((thread::current(), AtomicU32::new(0)));
                line.push_back(me.clone());
                me
            })
        });
        if let Some(me) = me {
            while me.1.load(SeqCst) == 0 {
                thread::park();
            }
        }
    }

    pub fn wake_one(&self, word: &AtomicU32) -> bool {
        self.wake(word, 1) == 1
    }

    pub fn wake_all(&self, word: &AtomicU32) -> usize {
        self.wake(word, usize::MAX)
    }

    fn wake(&self, word: &AtomicU32, most: usize) -> usize {
        let woken: Line = self.with(word, |line| line.drain(..most.min(line.len())).collect());
        for sleeper in &woken {
            sleeper.1.store(1, SeqCst);
            sleeper.0.unpark();
        }
        woken.len()
    }

    pub fn sleeping(&self, word: &AtomicU32) -> usize {
        self.with(word, |line| line.len())
    }
}
