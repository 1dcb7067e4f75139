//! What a lock of any kind must do for those who wait, and for the last one who uses it.

use super::Mutex;
use super::sync::{self, cell::Probe, thread};
use grader::Shared;

/// Five threads come while the lock is held. The search begins with the execution in which all wait when it is freed, and few more are
/// worth their time.
pub fn five_waiters() {
    sync::Model::new().faults(0).main_last().executions(100).check(|| {
        let mutex = Shared::new(Mutex::new(Probe::new(0)));
        let guard = mutex.lock();
        let come = |mutex: Shared<Mutex<Probe>>| thread::spawn(move || mutex.lock().add(1));
        let others = [(); 5].map(|()| come(mutex.clone()));
        drop(guard);
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(mutex.lock().get(), 5, "an increment was lost");
    });
}

pub fn last_user_frees() {
    sync::model(|| {
        let mutex = Box::into_raw(Box::new(Mutex::new(Probe::new(2)))).expose_provenance();
        let leave = move || {
            let mutex = std::ptr::with_exposed_provenance_mut::<Mutex<Probe>>(mutex);
            // SAFETY: the mutex lives until its last user frees it.
            let mut users = unsafe { &*mutex }.lock();
            let left = users.get() - 1;
            users.set(left);
            drop(users);
            if left == 0 {
                // SAFETY: from `Box::into_raw`, and only one thread counts to 0. The other one has unlocked.
                sync::free(unsafe { Box::from_raw(mutex) });
            }
        };
        let other = thread::spawn(leave);
        leave();
        other.join().unwrap();
    });
}
