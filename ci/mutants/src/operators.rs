//! The operators: what kinds of mistakes are made.

/// A kind of mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    /// As in the list of survivors.
    pub name: &'static str,
    /// What it makes of the code.
    pub makes: &'static str,
}

/// The operator of this name.
pub fn find(name: &str) -> Option<&'static Operator> {
    OPERATORS.iter().find(|operator| operator.name == name)
}

macro_rules! operators {
    ($($name:ident: $makes:literal,)*) => {
        /// All of them.
        pub const OPERATORS: &[Operator] =
            &[$(Operator { name: stringify!($name), makes: $makes }),*];
    };
}

operators! {
    // Orderings, each weaker one.
    acquire_relaxed: "`Acquire` is `Relaxed`",
    release_relaxed: "`Release` is `Relaxed`",
    acq_rel_only_acquires: "`AcqRel` is `Acquire`",
    acq_rel_only_releases: "`AcqRel` is `Release`",
    acq_rel_relaxed: "`AcqRel` is `Relaxed`",
    seq_cst_load_acquires: "`SeqCst` of a load is `Acquire`",
    seq_cst_store_releases: "`SeqCst` of a store is `Release`",
    seq_cst_to_acq_rel: "`SeqCst` of a read-modify-write or a fence is `AcqRel`",
    seq_cst_only_acquires: "`SeqCst` of a read-modify-write or a fence is `Acquire`",
    seq_cst_only_releases: "`SeqCst` of a read-modify-write or a fence is `Release`",
    seq_cst_relaxed: "`SeqCst` is `Relaxed`",
    fence_deleted: "a fence is gone",
    fence_moved: "a fence changes places with its neighbour",
    // Atomic operations.
    read_modify_write_split: "a read-modify-write is a load and a store",
    write_lost: "a read-modify-write only reads",
    loaded_again: "what was loaded once is loaded again where it is used",
    exchange_unconditional: "a compare-exchange is a swap",
    exchanged_values_swapped: "the two values of a compare-exchange change places",
    compare_exchange_weakened: "a compare-exchange is a weak one",
    compare_exchange_strengthened: "a weak compare-exchange is a strong one",
    // Statements.
    statement_deleted: "a statement is gone",
    two_deleted: "two neighbouring statements are gone",
    store_deleted: "a store is gone",
    assignment_deleted: "an assignment is gone",
    assertion_deleted: "an assertion or a panic is gone",
    jump_deleted: "a `return`, `break` or `continue` is gone",
    block_deleted: "a loop or a `match` is gone",
    statements_swapped: "two statements change places",
    done_twice: "a method is called twice",
    spin_hint_deleted: "a spin hint is gone",
    wait_deleted: "a thread does not sleep, or does not yield",
    wake_deleted: "nobody is woken",
    // Who is woken, and how often one looks.
    one_woken_all: "all are woken, not one",
    all_woken_one: "one is woken, not all",
    all_woken_two: "two are woken, not all",
    waits_only_once: "`wait_while` is `wait`",
    // What is kept and what is dropped.
    unlocked_early: "a guard is dropped before the last statement of its block",
    drop_deleted: "a `drop` is gone",
    drop_forgotten: "`drop` is `mem::forget`",
    forget_deleted: "a `mem::forget` is gone",
    forgotten_dropped: "`mem::forget` is `drop`",
    kept_value_deleted: "a value that is only kept is not made",
    dropped_at_once: "a value that is only kept is dropped at once",
    drop_impl_deleted: "an `impl Drop` is gone",
    // Conditions.
    condition_negated: "a condition is negated",
    condition_always: "an `if` is always taken",
    condition_never: "an `if` or a `while` is never taken",
    part_of_condition_dropped: "one side of `&&` or `||` is gone",
    and_or: "`&&` is `||`, or the other way",
    not_dropped: "a `!` is gone",
    equality_reversed: "`==` is `!=`, or the other way",
    bound_moved: "`<` is `<=`, and so on",
    question_reversed: "`is_some` is `is_none`, and so on",
    else_deleted: "an `else` is gone",
    arm_deleted: "an arm of a `match` is gone",
    arm_guard_dropped: "an arm of a `match` has no `if`",
    arms_swapped: "two arms of a `match` do each other's work",
    // Loops.
    while_is_if: "a `while` is an `if`",
    while_is_two_ifs: "a `while` ends after its second round",
    loop_only_once: "a `loop` ends after its first round",
    for_only_once: "a `for` ends after its first round",
    for_only_twice: "a `for` ends after its second round",
    iterator_only_twice: "an iterator ends after two",
    for_skips_first: "a `for` leaves out its first round",
    break_continues: "a `break` is a `continue`",
    continue_breaks: "a `continue` is a `break`",
    range_end_moved: "`..` is `..=`, or the other way",
    // Numbers and values.
    number_plus_one: "a number is one more",
    number_minus_one: "a number is one less",
    maximum_minus_one: "a `MAX` is one less",
    number_zero: "a number is 0",
    number_all_ones: "a number is the greatest of its type",
    bool_flipped: "`true` is `false`, or the other way",
    constant_swapped: "a constant is another one of its type",
    other_arithmetic: "`+` is `-`, and so on",
    other_bits: "`|` is `&`, `<<` is `>>`, and so on",
    saturation_lost: "`saturating_…` is `wrapping_…`",
    arguments_swapped: "two arguments change places",
    other_method: "`push_back` is `push_front`, and so on",
    function_swapped: "a call is one of another function with the same signature",
    some_is_none: "`Some(…)` is `None`",
    always_none: "a function returns only `None`",
    always_true: "a function returns only `true`",
    always_false: "a function returns only `false`",
    body_emptied: "a function does nothing",
    rest_skipped: "a function returns before its end",
    field_swapped: "a field is another one of its type",
    // Types.
    send_or_sync_deleted: "an `unsafe impl Send` or `Sync` is gone",
    send_or_sync_added: "a type is `Send` or `Sync` whatever is in it",
    send_for_sync: "a bound is `Send` for `Sync`, or the other way",
    bound_dropped: "a bound is gone",
    phantom_owns_nothing: "a `PhantomData` is one of `()`",
    impl_deleted: "an `impl` of a trait is gone",
    derive_dropped: "a derived trait is gone",
}

#[cfg(test)]
mod tests {
    use super::OPERATORS;
    use std::collections::BTreeSet;

    #[test]
    fn each_has_a_name_of_its_own() {
        let names: BTreeSet<&str> = OPERATORS.iter().map(|operator| operator.name).collect();
        assert_eq!(names.len(), OPERATORS.len());
    }
}
