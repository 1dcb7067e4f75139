/// A counter that loses counts: two threads may read the same number, and both write the next one. In C that is a data race, which is
/// undefined behaviour.

#include "two_threads.h"

struct Counter {
    uint32_t value;
};

void increment(Counter *counter) {
    counter->value += 1;
}

uint32_t count(Counter *counter) {
    return counter->value;
}

int main(void) {
    static Counter counter;
    return two_threads(&counter);
}
