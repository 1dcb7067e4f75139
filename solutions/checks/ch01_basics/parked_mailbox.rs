//! What `ch01_basics/parked_mailbox` must do.

use super::subject::{Address, Mailbox, mailbox};
use super::sync::{
    self, Turn,
    atomic::{AtomicBool, Ordering::Relaxed},
    cell::Probe,
    hint, thread,
};
use grader::{Check, impls};
use std::cell::Cell;

#[path = "clients/parked_mailbox.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("both_ends_may_be_sent_where_messages_may", sent_where_send),
    Check::model("messages_that_are_there_are_received_in_order", in_order),
    Check::model("receive_sleeps_until_a_message_comes", receive_waits),
    Check::model("message_happens_before_its_use", message_is_ordered),
    Check::model("wake_up_that_is_left_over_is_no_message", left_over_token),
    Check::model("messages_of_one_thread_stay_in_order", order_of_one_sender),
    Check::model("two_senders_wake_the_receiver", two_senders),
    Check::model("receiver_may_move_to_another_thread", moved),
    Check::counted("waiting_receiver_does_not_spin", no_spinning),
    Check::counted("every_small_program_does_what_a_mailbox_does", clients::check::<small::Ends>),
];

fn sent_where_send() {
    assert!(
        impls!(Address<Cell<u8>>: Send) && impls!(Mailbox<Cell<u8>>: Send),
        "an `Address<Cell<u8>>` or its `Mailbox` is not `Send`: a message is handed over, and never shared"
    );
    assert!(
        !impls!(Address<*const u8>: Send) && !impls!(Mailbox<*const u8>: Send),
        "an `Address<*const u8>` or its `Mailbox` is `Send`: a `*const u8` would get to another thread through it"
    );
}

/// For a type that forgets `Send`: the fact says so.
struct Sent<T>(T);

// SAFETY: for checks only; the model watches every access to the messages.
unsafe impl<T> Send for Sent<T> {}

impl<T> Sent<T> {
    /// A method, so that closures capture the whole.
    fn get(self) -> T {
        self.0
    }
}

fn in_order() {
    sync::model(|| {
        let (address, mut mailbox) = mailbox();
        address.send(1);
        address.clone().send(2);
        let received = (mailbox.receive(), mailbox.receive());
        assert_eq!(received, (1, 2), "1 and 2 were sent, in this order");
        // There is room for many.
        for number in 0..100 {
            address.send(number);
        }
        for number in 0..100 {
            assert_eq!(mailbox.receive(), number, "message {number} of 100");
        }
    });
}

fn receive_waits() {
    // Whoever is woken by a time-out alone sleeps for a while beside a message.
    sync::Model::new().faults(0).time_stands_still().check(receive_beside_a_sender);
    // The second time, however often it is woken for nothing.
    for faults in [1, 8] {
        sync::Model::new().faults(faults).check(receive_beside_a_sender);
    }
}

fn receive_beside_a_sender() {
    let (address, mut mailbox) = mailbox();
    let address = Sent(address);
    let sender = thread::spawn(move || address.get().send(1));
    assert_eq!(mailbox.receive(), 1);
    sender.join().unwrap();
}

fn message_is_ordered() {
    sync::model(|| {
        let (address, mut mailbox) = mailbox();
        let address = Sent(address);
        let sender = thread::spawn(move || {
            let mut probe = Box::new(Probe::new(0));
            probe.set(1);
            address.get().send(probe);
        });
        let mut message = mailbox.receive();
        message.add(1);
        assert_eq!(message.get(), 2);
        sender.join().unwrap();
    });
}

fn left_over_token() {
    sync::model(|| {
        let (address, mut mailbox) = mailbox();
        // As somebody may have done who had something else to tell this thread.
        thread::current().unpark();
        let address = Sent(address);
        let sender = thread::spawn(move || {
            address.get().send(1);
        });
        assert_eq!(mailbox.receive(), 1);
        sender.join().unwrap();
    });
}

fn order_of_one_sender() {
    sync::model(|| {
        let (address, mut mailbox) = mailbox();
        let address = Sent(address);
        let sender = thread::spawn(move || {
            let address = address.get();
            address.send(1);
            address.send(2);
        });
        let received = (mailbox.receive(), mailbox.receive());
        assert_eq!(received, (1, 2), "one thread sent 1 and then 2");
        sender.join().unwrap();
    });
}

fn two_senders() {
    sync::Model::new().faults(0).check(|| {
        let (address, mut mailbox) = mailbox();
        let senders = [1, 2].map(|message| {
            let address = Sent(address.clone());
            thread::spawn(move || address.get().send(message))
        });
        let received = [mailbox.receive(), mailbox.receive()];
        assert_eq!(received.iter().sum::<u32>(), 3, "1 and 2 were sent, but {received:?} received");
        for sender in senders {
            sender.join().unwrap();
        }
    });
}

fn moved() {
    sync::Model::new().faults(0).check(|| {
        let (address, mut mailbox) = mailbox();
        let address = Sent(address);
        let sender = thread::spawn(move || {
            let address = address.get();
            address.send(1);
            address.send(2);
        });
        assert_eq!(mailbox.receive(), 1);
        let mailbox = Sent(mailbox);
        let receiver = thread::spawn(move || mailbox.get().receive());
        assert_eq!(receiver.join().unwrap(), 2);
        sender.join().unwrap();
    });
}

fn no_spinning() {
    sync::Model::new().faults(0).waits(only_the_sender).check(|| {
        let (address, mut mailbox) = mailbox();
        let address = Sent(address);
        let sender = thread::spawn(move || {
            let address = address.get();
            let is_time = AtomicBool::new(false);
            // Never: a receiver that sleeps, alone, would be a deadlock. Relaxed: there is nothing to learn.
            while !is_time.load(Relaxed) {
                hint::spin_loop();
            }
            address.send(1);
        });
        let _: u32 = mailbox.receive();
        sender.join().unwrap();
    });
}

/// Objects to a receiver that waits without sleeping.
fn only_the_sender(turn: &Turn) -> Result<(), String> {
    if turn.thread == 1 {
        return Ok(());
    }
    Err("`receive` turns in a loop until a message comes, and keeps a processor busy. Let it sleep: `park`".into())
}
