//! What `sync` leaves out of std's `sync`, `thread`, `hint` and `time`, and what to take instead.
//!
//! | `sync` has no | because | use |
//! |---|---|---|
//! | `Arc`, `Weak` | they are std's own in every world: the checker need not look into them | `std::sync::Arc`; to build one, see chapter 6 |
//! | `Instant`, `SystemTime` | a model has no clock; what reads one does something else when it is run again | `thread::sleep`, `thread::park_timeout`, `Condvar::wait_timeout`, `hint::spin_for`: in a model the time may always be up |
//! | `Atomic…::from_ptr`, `Atomic…::from_mut` | the checker's atomics are larger than the number in them | an atomic of its own |
//! | `AtomicU128`, `AtomicI128` | they are not stable in std | a lock, or two atomics and a protocol |
//! | `AtomicF32` and the like | std has none | `AtomicU32` with `f32::to_bits`, as in chapter 2 |
//! | `Exclusive`, `ReentrantLock`, `nonpoison`, mapped guards, `mpmc` | they are not stable in std | a `Mutex` |
//! | `thread::sleep_ms`, `thread::park_timeout_ms`, `Condvar::wait_timeout_ms`, `atomic::spin_loop_hint` | std advises against them | the functions that take a `Duration`, `hint::spin_loop` |
//! | processes, sockets, files | another process is no thread of the model | a test without the checker |
//!
//! What `sync` adds to std is in [`cell`](crate::cell) (`with`, `with_mut`, `Probe`), [`futex`](crate::futex), [`hint::spin_for`](crate::hint::spin_for) and [`Model`](crate::Model).
