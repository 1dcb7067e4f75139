//! What the checker makes of foreign code: small programs in C, each for one thing.

#[path = "common/c.rs"]
mod c;
mod common;

use c::{c, fails, passes};
use common::is_tried;
use other_languages::compile::Language;
use other_languages::model;
use rc11::FailureKind;
use std::fs;
use std::path::Path;

#[test]
fn a_loop_that_yields_waits_and_if_nobody_ends_it_that_is_a_livelock() {
    let text = "
        #include <stdatomic.h>
        #include <threads.h>
        void lock(atomic_int *flag) { while (atomic_exchange(flag, 1)) thrd_yield(); }
        void unlock(atomic_int *flag) { (void)flag; }
    ";
    fails("forgets_to_unlock", text, FailureKind::Livelock);
}

#[test]
fn a_mutex_that_wakes_nobody_is_a_deadlock() {
    let text = "
        #define _GNU_SOURCE
        #include <linux/futex.h>
        #include <stdatomic.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        void lock(atomic_int *state) {
            while (atomic_exchange(state, 1)) syscall(SYS_futex, state, FUTEX_WAIT_PRIVATE, 1, 0, 0, 0);
        }
        void unlock(atomic_int *state) { atomic_store(state, 0); }
    ";
    fails("wakes_nobody", text, FailureKind::Deadlock);
}

#[test]
fn variables_of_the_file_are_new_in_each_execution() {
    let text = "
        #include <stdatomic.h>
        static atomic_int turns = 1;
        static int plain = 5;
        void thread_1(void *block) { (void)block; atomic_fetch_add(&turns, 1); }
        void thread_2(void *block) { (void)block; atomic_fetch_add(&turns, 1); }
        int finally(void *block) { (void)block; plain += 1; return atomic_load(&turns) == 3 && plain == 6; }
    ";
    passes("variables", text);
}

#[test]
fn a_plain_access_to_an_atomic_sees_what_was_stored_and_may_begin_it_anew() {
    let text = "
        #include <stdatomic.h>
        #include <string.h>
        typedef struct { atomic_int number, done; } Block;
        void thread_1(Block *block) { atomic_store_explicit(&block->number, 7, memory_order_relaxed); }
        int finally(Block *block) {
            int before, after = 9;
            memcpy(&before, (void *)&block->number, sizeof before);
            memcpy((void *)&block->number, &after, sizeof after);
            return before == 7 && atomic_load(&block->number) == 9;
        }
    ";
    passes("plain_and_atomic", text);
}

#[test]
fn a_plain_access_that_nothing_orders_with_an_atomic_one_is_a_race() {
    let text = "
        #include <stdatomic.h>
        #include <string.h>
        void thread_1(atomic_int *number) { atomic_store(number, 7); }
        void thread_2(atomic_int *number) { int other = 1; memcpy((void *)number, &other, sizeof other); }
    ";
    fails("plain_against_atomic", text, FailureKind::Race);
}

#[test]
fn a_node_on_the_stack_may_be_shared() {
    let text = "
        #include <stdatomic.h>
        #include <threads.h>
        typedef struct Node { _Atomic(struct Node *) next; atomic_int locked; } Node;
        typedef struct { _Atomic(Node *) tail; unsigned value; } Block;
        void increment(Block *block) {
            Node node;
            atomic_init(&node.next, 0);
            atomic_init(&node.locked, 1);
            Node *before = atomic_exchange_explicit(&block->tail, &node, memory_order_acq_rel);
            if (before) {
                atomic_store_explicit(&before->next, &node, memory_order_release);
                while (atomic_load_explicit(&node.locked, memory_order_acquire)) thrd_yield();
            }
            block->value += 1;
            Node *next = atomic_load_explicit(&node.next, memory_order_acquire);
            if (!next) {
                Node *me = &node;
                if (atomic_compare_exchange_strong_explicit(
                        &block->tail, &me, 0, memory_order_release, memory_order_relaxed)) return;
                while (!(next = atomic_load_explicit(&node.next, memory_order_acquire))) thrd_yield();
            }
            atomic_store_explicit(&next->locked, 0, memory_order_release);
        }
        unsigned count(Block *block) { return block->value; }
    ";
    passes("queue_of_nodes", text);
}

#[test]
fn atomics_of_different_sizes_at_one_place_are_refused() {
    let text = "
        #include <stdatomic.h>
        void thread_1(atomic_int *number) { atomic_store(number, 1); }
        void thread_2(atomic_char *number) { atomic_store(number, 1); }
    ";
    if let Some(failure) = fails("mixed_sizes", text, FailureKind::Refused) {
        assert!(rc11::is_undecided(failure.kind));
        assert!(failure.message.contains("different sizes"), "{}", failure.message);
    }
}

#[test]
fn a_write_by_code_that_is_not_instrumented_is_found_out() {
    let text = "
        #include <stdatomic.h>
        __attribute__((noinline, no_sanitize(\"thread\"))) static void unseen(volatile int *number) { *number = 3; }
        void thread_1(atomic_int *number) {
            atomic_store(number, 1);
            unseen((volatile int *)number);
            atomic_load(number);
        }
    ";
    if let Some(failure) = fails("unseen", text, FailureKind::Refused) {
        assert!(failure.message.contains("not instrumented"), "{}", failure.message);
    }
}

#[test]
fn what_the_checker_does_not_know_of_the_system_is_refused() {
    let text = "
        #include <pthread.h>
        void lock(pthread_mutex_t *mutex) { pthread_mutex_lock(mutex); }
        void unlock(pthread_mutex_t *mutex) { pthread_mutex_unlock(mutex); }
    ";
    if let Some(failure) = fails("of_the_system", text, FailureKind::Refused) {
        assert!(failure.message.contains("`pthread_mutex_lock` is called"), "{}", failure.message);
    }
}

fn message_by_fences(publish: &str) -> String {
    format!(
        "
        #include <stdatomic.h>
        typedef struct {{ int data; atomic_int ready; }} Block;
        void thread_1(Block *block) {{
            block->data = 1;
            {publish};
            atomic_store_explicit(&block->ready, 1, memory_order_relaxed);
        }}
        void thread_2(Block *block) {{
            if (!atomic_load_explicit(&block->ready, memory_order_relaxed)) return;
            atomic_thread_fence(memory_order_acquire);
            block->data += 1;
        }}
        "
    )
}

#[test]
fn fences_order_and_one_for_the_compiler_alone_does_not() {
    passes("fences", &message_by_fences("atomic_thread_fence(memory_order_release)"));
    let text = message_by_fences("atomic_signal_fence(memory_order_release)");
    fails("signal_fence", &text, FailureKind::Race);
}

/// Two threads share a block; whoever drops the last reference to it gives it back.
fn counted(ordering: &str, afterwards: &str) -> String {
    format!(
        "
        #include <stdatomic.h>
        #include <stdlib.h>
        typedef struct {{ atomic_int references; int data; }} Shared;
        typedef struct {{ Shared *shared; }} Block;
        void init(Block *block) {{
            block->shared = malloc(sizeof(Shared));
            block->shared->data = 0;
            atomic_init(&block->shared->references, 2);
        }}
        static void drop(Block *block) {{
            Shared *shared = block->shared;
            if (atomic_fetch_sub_explicit(&shared->references, 1, {ordering}) == 1) free(shared);
            {afterwards};
        }}
        void thread_1(Block *block) {{ block->shared->data = 1; drop(block); }}
        void thread_2(Block *block) {{
            void *other = malloc(sizeof(Shared));
            *(volatile int *)other = 1;
            free(other);
            drop(block);
        }}
        "
    )
}

#[test]
fn memory_is_given_back_once_and_after_every_use() {
    passes("counted", &counted("memory_order_acq_rel", ""));
    fails("counted_relaxed", &counted("memory_order_relaxed", ""), FailureKind::Race);
    let text = counted("memory_order_acq_rel", "atomic_load(&shared->references)");
    if let Some(explored) = c("counted_and_used", &text) {
        let failure = explored.expect_err("the count is read after the memory was given back");
        let is_of_memory = matches!(failure.kind, FailureKind::Race | FailureKind::Memory);
        assert!(is_of_memory, "{}", model::report(&failure));
    }
}

#[test]
fn variables_go_by_their_names_and_memory_without_one_by_its_place_in_the_block() {
    let text = "
        #include <stdatomic.h>
        struct slot { atomic_int ready; int data; };
        static struct { int unused; struct slot slots[2]; } table;
        static int number;
        void thread_1(void *block) {
            number = 1;
            table.slots[1].data = 1;
            ((int *)block)[3] = 1;
            atomic_store_explicit(&table.slots[1].ready, 1, memory_order_relaxed);
        }
        void thread_2(int *block) {
            (void)block;
            if (!atomic_load_explicit(&table.slots[1].ready, memory_order_relaxed)) return;
            READ;
        }
    ";
    for (name, read, said) in [
        ("named_global", "(void)*(volatile int *)&number", "write number"),
        ("named_part", "(void)*(volatile int *)&table.slots[1].data", "write table.slots[1].data"),
        ("named_place", "(void)*(volatile int *)&block[3]", "write block[12]"),
    ] {
        let Some(failure) = fails(name, &text.replace("READ", read), FailureKind::Race) else {
            return;
        };
        let report = model::report(&failure);
        assert!(report.contains(said), "{said} is not in\n{report}");
        assert!(report.contains("table.slots[1].ready.store(1, Relaxed)"), "{report}");
    }
}

#[test]
fn the_error_of_a_call_to_the_system_is_still_there_when_it_is_read() {
    let text = "
        #define _GNU_SOURCE
        #include <errno.h>
        #include <linux/futex.h>
        #include <stdatomic.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        static int others;
        void thread_1(atomic_int *state) {
            atomic_store(state, 1);
            syscall(SYS_futex, state, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
        }
        void thread_2(atomic_int *state) {
            errno = 0;
            long result = syscall(SYS_futex, state, FUTEX_WAIT_PRIVATE, 0, 0, 0, 0);
            if (result && errno != EAGAIN && errno != EINTR) others += 1;
        }
        int finally(void *block) { (void)block; return others == 0; }
    ";
    passes("errno", text);
}

#[test]
fn a_file_without_a_model_is_told_what_is_missing() {
    if !is_tried(Language::C) {
        return;
    }
    for (text, said) in [
        ("void lock(void *block) { (void)block; }", "exports `lock`, and not what goes with it"),
        (
            "static int number; int other(void) { return number; }",
            "a function that is not `static`",
        ),
    ] {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("without_a_model.c");
        fs::write(&path, text).expect("a folder for files of tests");
        // SAFETY: nothing of it runs.
        let error = unsafe { other_languages::check(&path, 2) }.expect_err("there is no model");
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn a_lock_that_is_no_atomic_races_itself() {
    let text = "
        void lock(volatile int *locked) { while (*locked) ; *locked = 1; }
        void unlock(volatile int *locked) { *locked = 0; }
    ";
    let Some(failure) = fails("volatile_lock", text, FailureKind::Race) else { return };
    let report = model::report(&failure);
    assert!(report.contains("write locked") && !report.contains("the number"), "{report}");
}
