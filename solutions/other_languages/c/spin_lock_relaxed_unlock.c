/// Wrong: the store that unlocks is relaxed, so it publishes nothing.

#include "two_threads.h"

#include <stdatomic.h>
#include <stdbool.h>

typedef struct {
    /// Does somebody hold the lock?
    atomic_bool flag;
} SpinLock;

static void lock(SpinLock *lock) {
    // Acquire: there is no release that it could pair with.
    while (atomic_exchange_explicit(&lock->flag, true, memory_order_acquire)) {
        thrd_yield();
    }
}

static void unlock(SpinLock *lock) {
    // Relaxed: the next holder need not see what this one did.
    atomic_store_explicit(&lock->flag, false, memory_order_relaxed);
}

struct Counter {
    SpinLock lock;
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
