//! Is the code under test made of what the checker sees?

use sync::{Model, counters};

/// Fails if `part`, which uses the code under test, makes no atomic operation of `sync`. What else goes wrong there, other checks tell: by the
/// name of this one a panic or a leak would be a riddle.
pub fn sees_atomics(part: impl Fn() + Send + Sync + 'static) {
    Model::new().may_leak().check(move || {
        let ended = rc11::attempt(&part).is_ok();
        let seen = counters();
        assert!(
            !ended || seen.loads + seen.stores + seen.rmws > 0,
            "the checker saw no atomic operation. Does the file use `std::sync::atomic` where it should say `sync::atomic`?"
        );
    });
}
