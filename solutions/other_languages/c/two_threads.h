/// What the counting programs have in common: two threads, each of which increments a counter 100,000 times.

#include <stdint.h>
#include <stdio.h>
#include <threads.h>

/// Defined by each program. A counter whose bytes are all zero is new.
typedef struct Counter Counter;
void increment(Counter *counter);
uint32_t count(Counter *counter);

enum { TIMES = 100000 };

static int increment_often(void *counter) {
    for (int i = 0; i < TIMES; i++) {
        increment(counter);
    }
    return 0;
}

/// Prints the count: 200000, unless increments were lost. Returns what `main` does.
static int two_threads(Counter *counter) {
    thrd_t a, b;
    if (thrd_create(&a, increment_often, counter) != thrd_success
        || thrd_create(&b, increment_often, counter) != thrd_success) {
        return 1;
    }
    thrd_join(a, NULL);
    thrd_join(b, NULL);
    printf("%u\n", (unsigned)count(counter));
    return 0;
}
