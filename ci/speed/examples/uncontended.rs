//! One critical section of each lock, for `cargo listings` to look at what the compiler makes of it.

use solutions::ch09_locks::{mutex_spin, rwlock_writer_preference};

/// The exported functions: lock, add, unlock; or lock, read, unlock.
macro_rules! sections {
    ($($name:ident($lock:ty): $section:expr;)*) => {
        $(
            /// A critical section.
            #[unsafe(no_mangle)]
            pub fn $name(lock: &$lock) -> u64 {
                let section: fn(&$lock) -> u64 = $section;
                section(lock)
            }
        )*
    };
}

sections! {
    mutex_locksmith(mutex_spin::Mutex<u64>): |lock| {
        let mut guard = lock.lock();
        *guard += 1;
        *guard
    };
    mutex_std(std::sync::Mutex<u64>): |lock| {
        let mut guard = lock.lock().unwrap();
        *guard += 1;
        *guard
    };
    mutex_parking_lot(parking_lot::Mutex<u64>): |lock| {
        let mut guard = lock.lock();
        *guard += 1;
        *guard
    };
    mutex_spin(spin::Mutex<u64>): |lock| {
        let mut guard = lock.lock();
        *guard += 1;
        *guard
    };
    read_locksmith(rwlock_writer_preference::RwLock<u64>): |lock| *lock.read();
    read_std(std::sync::RwLock<u64>): |lock| *lock.read().unwrap();
    read_parking_lot(parking_lot::RwLock<u64>): |lock| *lock.read();
    read_spin(spin::RwLock<u64>): |lock| *lock.read();
    write_locksmith(rwlock_writer_preference::RwLock<u64>): |lock| {
        let mut guard = lock.write();
        *guard += 1;
        *guard
    };
    write_std(std::sync::RwLock<u64>): |lock| {
        let mut guard = lock.write().unwrap();
        *guard += 1;
        *guard
    };
    write_parking_lot(parking_lot::RwLock<u64>): |lock| {
        let mut guard = lock.write();
        *guard += 1;
        *guard
    };
    write_spin(spin::RwLock<u64>): |lock| {
        let mut guard = lock.write();
        *guard += 1;
        *guard
    };
}
