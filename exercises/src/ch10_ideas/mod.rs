//! Chapter 10: ideas to build on.

pub mod barrier;
pub mod chase_lev_deque;
pub mod clh_lock;
pub mod condvar_requeue;
pub mod epoch_cell;
pub mod latch;
pub mod left_right;
pub mod lock_free_list;
pub mod mcs_lock;
pub mod mpmc_queue;
pub mod ms_queue;
pub mod mutex_fair;
pub mod once_lock;
pub mod parking_lot_byte_lock;
pub mod rcu_cell;
pub mod semaphore;
pub mod seqlock;
pub mod spsc_ring;
pub mod ticket_lock;
pub mod treiber_hazard;
pub mod waker_cell;
