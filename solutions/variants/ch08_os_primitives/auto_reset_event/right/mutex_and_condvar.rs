//! Made of a mutex and a condition variable: whoever waits sleeps in that.

use sync::{Condvar, Mutex};

/// Right, made of a mutex and a condition variable; notifies only if somebody waits.
#[derive(Debug, Default)]
pub struct AutoResetEvent {
    state: Mutex<(bool, u32)>,
    set: Condvar,
}

impl AutoResetEvent {
    pub const fn new() -> Self {
        Self { state: Mutex::new((false, 0)), set: Condvar::new() }
    }

    pub fn set(&self) {
        let mut state = self.state.lock().unwrap();
        state.0 = true;
        if state.1 > 0 {
            self.set.notify_one();
        }
    }

    pub fn reset(&self) {
        self.state.lock().unwrap().0 = false;
    }

    pub fn wait(&self) {
        let mut state = self.state.lock().unwrap();
        state.1 += 1;
        while !state.0 {
            state = self.set.wait(state).unwrap();
        }
        state.1 -= 1;
        state.0 = false;
    }

    pub fn try_wait(&self) -> bool {
        std::mem::take(&mut self.state.lock().unwrap().0)
    }
}
