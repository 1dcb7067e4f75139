//! The shorter list is the end of the longer one.

/// What the two loads give: `(left, right)`.
pub type Outcome = (u32, u32);

/// Everything that can be read at all.
const ALL: &[Outcome] = &[(0, 0), (0, 1), (1, 0), (1, 1)];

/// Somebody sees the other.
const NOT_BOTH_MISS: &[Outcome] = ALL.split_at(1).1;

/// Nothing orders a store with a later load of another variable.
pub fn relaxed() -> &'static [Outcome] {
    ALL
}

/// Release and Acquire do not order them either, and where both loads read the initial value no edge comes about.
pub fn release_acquire() -> &'static [Outcome] {
    ALL
}

/// All four operations are in one order that keeps the order of each thread.
pub fn sequentially_consistent() -> &'static [Outcome] {
    NOT_BOTH_MISS
}

/// Only the left thread's operations are in that order.
pub fn one_side() -> &'static [Outcome] {
    ALL
}

/// The stores are in it, the loads are not.
pub fn stores_only() -> &'static [Outcome] {
    ALL
}

/// The fences are in it: what stands before the first of them is seen behind the second.
pub fn two_fences() -> &'static [Outcome] {
    NOT_BOTH_MISS
}

/// One fence orders one thread.
pub fn one_fence() -> &'static [Outcome] {
    ALL
}

/// A read-modify-write is no fence.
pub fn swap_then_load() -> &'static [Outcome] {
    ALL
}

/// A read-modify-write cannot read anything but the latest write, so one of the two that meet at a variable reads the other,
/// and synchronizes with it.
pub fn all_read_modify_write() -> &'static [Outcome] {
    NOT_BOTH_MISS
}
