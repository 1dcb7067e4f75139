//! Believes that the flag may hold a number that nobody writes.
//!
//! Rejected by: outcomes_of_release_acquire_are_predicted
//! Because: Nobody writes such a number

/// What the receiver reads: `(flag, data)`.
pub type Outcome = (u32, u32);

/// Everything that can be read at all.
const ALL: &[Outcome] = &[(0, 0), (0, 1), (1, 0), (1, 1)];

/// Whoever sees the flag sees the data. The data without the flag is possible: it is written first.
const ORDERED: &[Outcome] = &[(0, 0), (0, 1), (1, 1)];

/// Relaxed everywhere. Nothing relates the two variables.
pub fn relaxed() -> &'static [Outcome] {
    ALL
}

/// `flag` is stored with Release and loaded with Acquire: if the load reads the store, they synchronize.
pub fn release_acquire() -> &'static [Outcome] {
    &[(0, 0), (0, 1), (1, 1), (2, 1)]
}

/// `flag` is stored with Release and loaded with Relaxed: nobody takes the edge that is offered.
pub fn release_only() -> &'static [Outcome] {
    ALL
}

/// `flag` is stored with Relaxed and loaded with Acquire: no edge is offered.
pub fn acquire_only() -> &'static [Outcome] {
    ALL
}

/// Both stores are Release; `flag` is loaded with Relaxed and then `data` with Acquire. That comes too late to order the two
/// loads.
pub fn acquire_on_the_data() -> &'static [Outcome] {
    ALL
}

/// As `release_only`, and the receiver loads `data` only if it has seen the flag. A branch orders nothing.
///
/// `(0, 1)` is missing for another reason: without the flag, the receiver does not look.
pub fn branch() -> &'static [Outcome] {
    &[(0, 0), (1, 0), (1, 1)]
}

/// Relaxed everywhere, with a release fence between the stores and an acquire fence between the loads: they synchronize.
pub fn fences() -> &'static [Outcome] {
    ORDERED
}

/// The sender's fence stands behind both stores, where it orders neither with the other.
pub fn fence_after_the_flag() -> &'static [Outcome] {
    ALL
}
