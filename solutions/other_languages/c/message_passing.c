/// A number in plain memory, and a flag that says that it is there.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <threads.h>

/// A channel whose bytes are all zero is new.
typedef struct {
    uint32_t message;
    /// Is the message there?
    atomic_bool ready;
} Channel;

/// To be called once.
void publish(Channel *channel, uint32_t message) {
    channel->message = message;
    // Release: pairs with the acquire in `receive`; the message is written before who sees the flag reads it.
    atomic_store_explicit(&channel->ready, true, memory_order_release);
}

uint32_t receive(Channel *channel) {
    // Acquire: pairs with the release in `publish`.
    while (!atomic_load_explicit(&channel->ready, memory_order_acquire)) {
        thrd_yield();
    }
    return channel->message;
}

static int sender(void *channel) {
    publish(channel, 200000);
    return 0;
}

int main(void) {
    static Channel channel;
    thrd_t thread;
    if (thrd_create(&thread, sender, &channel) != thrd_success) {
        return 1;
    }
    printf("%u\n", (unsigned)receive(&channel));
    thrd_join(thread, NULL);
    return 0;
}
