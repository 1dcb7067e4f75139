/// A counter under a spin lock: the ZigLock.

#include "two_threads.h"

#include <stdatomic.h>
#include <stdbool.h>

typedef struct {
    /// Does somebody hold the lock?
    atomic_bool flag;
} SpinLock;

static void lock(SpinLock *lock) {
    // Acquire: pairs with the release in `unlock`, so that this holder sees all that the last one did.
    while (atomic_exchange_explicit(&lock->flag, true, memory_order_acquire)) {
        thrd_yield();
    }
}

static void unlock(SpinLock *lock) {
    // Release: pairs with the acquire in `lock`; what this holder did happens before what the next one does.
    atomic_store_explicit(&lock->flag, false, memory_order_release);
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
