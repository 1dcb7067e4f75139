/// A counter whose increment is one indivisible step.

#include "two_threads.h"

#include <stdatomic.h>

struct Counter {
    _Atomic uint32_t value;
};

void increment(Counter *counter) {
    // Relaxed: no two increments read the same number, whatever the ordering. Nothing else is published with it.
    atomic_fetch_add_explicit(&counter->value, 1, memory_order_relaxed);
}

uint32_t count(Counter *counter) {
    // Relaxed: whoever wants the last count has joined the threads, which orders all of their increments before this.
    return atomic_load_explicit(&counter->value, memory_order_relaxed);
}

int main(void) {
    static Counter counter;
    return two_threads(&counter);
}
