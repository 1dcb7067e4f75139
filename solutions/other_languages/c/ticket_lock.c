/// A counter under a ticket lock, which is taken in the order of arrival.

#include "two_threads.h"

#include <stdatomic.h>

typedef struct {
    /// The ticket of who comes next.
    _Atomic uint32_t next;
    /// The ticket whose turn it is.
    _Atomic uint32_t serving;
} TicketLock;

static void lock(TicketLock *lock) {
    // Relaxed: a ticket is a number, and no two threads draw the same one.
    uint32_t mine = atomic_fetch_add_explicit(&lock->next, 1, memory_order_relaxed);
    // Acquire: pairs with the release in `unlock`, so that this holder sees all that the last one did.
    while (atomic_load_explicit(&lock->serving, memory_order_acquire) != mine) {
        thrd_yield();
    }
}

static void unlock(TicketLock *lock) {
    // Relaxed: only the holder writes `serving`, and it has seen the write of the one before.
    uint32_t mine = atomic_load_explicit(&lock->serving, memory_order_relaxed);
    // Release: pairs with the acquire in `lock`; what this holder did happens before what the next one does.
    atomic_store_explicit(&lock->serving, mine + 1, memory_order_release);
}

struct Counter {
    TicketLock lock;
    /// Only for the holder of the lock.
    uint32_t value;
};

void increment(Counter *counter) {
    lock(&counter->lock);
    counter->value += 1;
    unlock(&counter->lock);
}

uint32_t count(Counter *counter) {
    return counter->value;
}

int main(void) {
    static Counter counter;
    return two_threads(&counter);
}
