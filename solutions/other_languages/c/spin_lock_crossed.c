/// Wrong: the two orderings are exchanged. `lock` releases and `unlock` acquires.

#include "two_threads.h"

#include <stdatomic.h>
#include <stdbool.h>

typedef struct {
    /// Does somebody hold the lock?
    atomic_bool flag;
} SpinLock;

static void lock(SpinLock *lock) {
    // Release: publishes what was done before the lock was taken, which nobody needs.
    while (atomic_exchange_explicit(&lock->flag, true, memory_order_release)) {
        thrd_yield();
    }
}

static void unlock(SpinLock *lock) {
    // Acquire: learns what is too late to learn. An exchange, since a store cannot acquire.
    atomic_exchange_explicit(&lock->flag, false, memory_order_acquire);
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
