//! What would end a process, and what uses memory that is not its own.

#[path = "common/c.rs"]
mod c;
mod common;

use c::{fails, passes};
use common::{explored, is_tried};
use other_languages::compile::Language;
use other_languages::model;
use rc11::FailureKind;
use std::fs;
use std::path::Path;

/// What is said of a program in C that would end the process, in the first line of its report.
fn ends(name: &str, text: &str, said: &str) {
    let Some(failure) = fails(name, text, FailureKind::End) else { return };
    let report = model::report(&failure);
    let headline = report.lines().next().unwrap_or_default();
    assert!(headline.contains(said), "{said} is not what is said of {name}\n{report}");
    let is_placed = headline.contains(&format!("({name}.c:5)"));
    assert!(is_placed, "{name}: the line is not said in\n{report}");
}

#[test]
fn what_would_end_the_process_is_a_failure_with_its_line_and_the_steps_before() {
    for (name, line, said) in [
        (
            "asserts",
            "assert(atomic_load(number) == 1);",
            "assertion `atomic_load(number) == 1` failed",
        ),
        ("aborts", "if (!atomic_load(number)) abort();", "the program ends itself by `abort`"),
        ("exits", "if (!atomic_load(number)) exit(0);", "the program ends itself by `exit`"),
        (
            "null_plain",
            "int *none = (int *)(long)atomic_load(number); *none = 1;",
            "a null pointer is used",
        ),
        (
            "null_atomic",
            "atomic_int *none = (atomic_int *)(long)atomic_load(number); atomic_load(none);",
            "a null pointer is used",
        ),
        (
            "null_memset",
            "memset((void *)(long)atomic_load(number), 1, 100);",
            "a null pointer is used",
        ),
        ("wild", "*(volatile int *)0x123450 = atomic_load(number);", "address 0x123450"),
        ("beyond", "((char *)number)[4096 + atomic_load(number)] = 1;", "it lies behind the block"),
        (
            "divides",
            "static volatile int one = 1; one = one / atomic_load(number);",
            "a division by zero",
        ),
    ] {
        let text = format!(
            "#include <assert.h>
            #include <stdatomic.h>
            #include <stdlib.h>
            #include <string.h>
            void thread_1(atomic_int *number) {{ {line} }}
            void thread_2(atomic_int *number) {{ atomic_store(number, 1); }}"
        );
        ends(name, &text, said);
    }
}

#[test]
fn what_was_seen_before_the_end_is_the_reason() {
    let text = "
        #include <stdatomic.h>
        #include <stdlib.h>
        struct message { int *number; };
        typedef struct { struct message *message; atomic_int ready; } Block;
        static int number = 1;
        void init(Block *block) { block->message = calloc(1, sizeof(struct message)); }
        void thread_1(Block *block) {
            block->message->number = &number;
            atomic_store_explicit(&block->ready, 1, memory_order_relaxed);
        }
        void thread_2(Block *block) {
            if (atomic_load_explicit(&block->ready, memory_order_relaxed)) *block->message->number = 2;
        }
    ";
    fails("published_without_an_order", text, FailureKind::Race);
}

#[test]
fn an_atomic_in_memory_that_was_never_written_to_is_found_and_one_that_was_is_not() {
    let text = "
        #include <stdatomic.h>
        #include <stdlib.h>
        typedef struct { atomic_int locked; int owner; } Lock;
        void init(Lock **lock) { *lock = ASK; }
        void lock(Lock **lock) { while (atomic_exchange(&(*lock)->locked, 1)) ; }
        void unlock(Lock **lock) { atomic_store(&(*lock)->locked, 0); }
    ";
    let Some(failure) =
        fails("never_written", &text.replace("ASK", "malloc(sizeof(Lock))"), FailureKind::Memory)
    else {
        return;
    };
    assert!(failure.message.contains("never written to"), "{}", failure.message);
    passes("zeroed", &text.replace("ASK", "calloc(1, sizeof(Lock))"));
    let written = "malloc(sizeof(Lock)); atomic_init(&(*lock)->locked, 0)";
    passes("written", &text.replace("ASK", written));
}

#[test]
fn a_lock_that_is_given_back_twice_is_found_with_two_threads() {
    let text = "
        #include <stdatomic.h>
        #include <threads.h>
        void lock(atomic_int *locked) { while (atomic_exchange(locked, 1)) thrd_yield(); }
        void unlock(atomic_int *locked) { atomic_store(locked, 0); atomic_store(locked, 0); }
    ";
    fails("given_back_twice", text, FailureKind::Race);
}

#[test]
fn a_panic_in_zig_is_told_in_its_words() {
    if !is_tried(Language::Zig) {
        return;
    }
    let text = "
        const std = @import(\"std\");
        const Number = std.atomic.Value(u8);
        export fn thread_1(number: *Number) void {
            number.store(255 + number.load(.monotonic), .monotonic);
        }
        export fn thread_2(number: *Number) void {
            number.store(1, .monotonic);
        }
    ";
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("overflows.zig");
    fs::write(&path, text).expect("a folder for files of tests");
    let failure = explored(&path, 2).expect_err("255 and 1 are too much");
    let report = model::report(&failure);
    assert!(report.starts_with("panic: integer overflow (overflows.zig:5)"), "{report}");
}
