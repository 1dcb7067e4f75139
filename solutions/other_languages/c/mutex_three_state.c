/// A counter under a mutex that sleeps, on the futex of Linux. The source of its three states is Ulrich Drepper, "Futexes Are Tricky".

#define _GNU_SOURCE
#include "two_threads.h"

#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    /// Nobody holds the mutex.
    UNLOCKED = 0,
    /// Somebody holds it, and nobody sleeps.
    LOCKED = 1,
    /// Somebody holds it, and threads may sleep.
    CONTENDED = 2,
};

typedef struct {
    _Atomic uint32_t state;
} Mutex;

static void lock(Mutex *mutex) {
    uint32_t unlocked = UNLOCKED;
    // Acquire: pairs with the release in `unlock`. Relaxed on failure: nothing is used then.
    if (atomic_compare_exchange_strong_explicit(
            &mutex->state, &unlocked, LOCKED, memory_order_acquire, memory_order_relaxed)) {
        return;
    }
    // Acquire: as above. Who has waited cannot know whether others sleep, and says that they may.
    while (atomic_exchange_explicit(&mutex->state, CONTENDED, memory_order_acquire) != UNLOCKED) {
        syscall(SYS_futex, &mutex->state, FUTEX_WAIT_PRIVATE, CONTENDED, NULL, NULL, 0);
    }
}

static void unlock(Mutex *mutex) {
    // Release: pairs with the acquire in `lock`; what this holder did happens before what the next one does.
    if (atomic_exchange_explicit(&mutex->state, UNLOCKED, memory_order_release) == CONTENDED) {
        syscall(SYS_futex, &mutex->state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    }
}

struct Counter {
    Mutex mutex;
    /// Only for the holder of the mutex.
    uint32_t value;
};

void increment(Counter *counter) {
    lock(&counter->mutex);
    counter->value += 1;
    unlock(&counter->mutex);
}

uint32_t count(Counter *counter) {
    return counter->value;
}

int main(void) {
    static Counter counter;
    return two_threads(&counter);
}
