//! The locks, once for each engine.

/// A module `$name` with the locks over an engine's atomics, hints and waits.
macro_rules! locks {
    ($name:ident, $atomic:path, $hint:path, $futex:path) => {
        mod $name {
            use crate::Role;
            use atomic::AtomicU32;
            use atomic::Ordering::{Acquire, Relaxed, Release};
            use $atomic as atomic;
            use $futex as futex;
            use $hint as hint;

            const WRITER: u32 = u32::MAX;

            pub fn run(role: Role, lock: &AtomicU32) {
                match role {
                    Role::SpinStore => spin(lock, |lock| lock.store(0, Release)),
                    Role::SpinSwap => spin(lock, |lock| _ = lock.swap(0, Release)),
                    Role::Mutex => mutex(lock),
                    Role::Read => read(lock),
                    Role::Write => write(lock),
                }
            }

            fn spin(lock: &AtomicU32, unlock: impl Fn(&AtomicU32)) {
                while lock.swap(1, Acquire) != 0 {
                    hint::spin_loop();
                }
                unlock(lock);
            }

            fn mutex(lock: &AtomicU32) {
                if lock.compare_exchange(0, 1, Acquire, Relaxed).is_err() {
                    while lock.swap(2, Acquire) != 0 {
                        futex::wait(lock, 2);
                    }
                }
                if lock.swap(0, Release) == 2 {
                    futex::wake_one(lock);
                }
            }

            fn read(lock: &AtomicU32) {
                let mut state = lock.load(Relaxed);
                loop {
                    if state == WRITER {
                        futex::wait(lock, WRITER);
                        state = lock.load(Relaxed);
                    } else {
                        match lock.compare_exchange(state, state + 1, Acquire, Relaxed) {
                            Ok(_) => break,
                            Err(now) => state = now,
                        }
                    }
                }
                if lock.fetch_sub(1, Release) == 1 {
                    futex::wake_one(lock);
                }
            }

            fn write(lock: &AtomicU32) {
                while let Err(state) = lock.compare_exchange(0, WRITER, Acquire, Relaxed) {
                    futex::wait(lock, state);
                }
                // Not a store: loom lets one slip between another thread's compare-exchange and what that has read.
                lock.swap(0, Release);
                futex::wake_all(lock);
            }
        }
    };
}
