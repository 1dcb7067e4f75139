//! What `ch07_processor/predict_asm` must do.

use super::subject;
use asm::question::{self, Question};
use grader::Check;

mod asm {
    #[path = "../asm/listing.rs"]
    pub mod listing;
    #[path = "../asm/question.rs"]
    pub mod question;
    #[path = "../asm/reasons.rs"]
    pub mod reasons;
}

/// In the order of the file. The right answers are in the book's listings, which a compiler has made.
pub const CHECKS: &[Check] = &[
    Check::fact("instructions_of_relaxed_store_are_predicted", || {
        judge(&RELAXED_STORE, subject::relaxed_store())
    }),
    Check::fact("instructions_of_release_store_are_predicted", || {
        judge(&RELEASE_STORE, subject::release_store())
    }),
    Check::fact("instructions_of_seq_cst_store_are_predicted", || {
        judge(&SEQ_CST_STORE, subject::seq_cst_store())
    }),
    Check::fact("instructions_of_acquire_load_are_predicted", || {
        judge(&ACQUIRE_LOAD, subject::acquire_load())
    }),
    Check::fact("instructions_of_seq_cst_load_are_predicted", || {
        judge(&SEQ_CST_LOAD, subject::seq_cst_load())
    }),
    Check::fact("instructions_of_fetch_add_are_predicted", || {
        judge(&FETCH_ADD, subject::fetch_add())
    }),
    Check::fact("instructions_of_fetch_add_unused_are_predicted", || {
        judge(&FETCH_ADD_UNUSED, subject::fetch_add_unused())
    }),
    Check::fact("instructions_of_acquire_swap_are_predicted", || {
        judge(&ACQUIRE_SWAP, subject::acquire_swap())
    }),
    Check::fact("instructions_of_fetch_or_are_predicted", || judge(&FETCH_OR, subject::fetch_or())),
    Check::fact("instructions_of_acq_rel_compare_exchange_are_predicted", || {
        judge(&ACQ_REL_COMPARE_EXCHANGE, subject::acq_rel_compare_exchange())
    }),
    Check::fact("instructions_of_acquire_fence_are_predicted", || {
        judge(&ACQUIRE_FENCE, subject::acquire_fence())
    }),
    Check::fact("instructions_of_release_fence_are_predicted", || {
        judge(&RELEASE_FENCE, subject::release_fence())
    }),
    Check::fact("instructions_of_seq_cst_fence_are_predicted", || {
        judge(&SEQ_CST_FENCE, subject::seq_cst_fence())
    }),
];

fn judge(question: &Question, subject::Answer { x86_64, aarch64 }: subject::Answer) {
    question::judge(question, x86_64, aarch64);
}

const RELAXED_STORE: Question =
    question("relaxed_store", "x.store(v, Relaxed)", "matrix.store.Relaxed");
const RELEASE_STORE: Question =
    question("release_store", "x.store(v, Release)", "matrix.store.Release");
const SEQ_CST_STORE: Question =
    question("seq_cst_store", "x.store(v, SeqCst)", "matrix.store.SeqCst");
const ACQUIRE_LOAD: Question = question("acquire_load", "x.load(Acquire)", "matrix.load.Acquire");
const SEQ_CST_LOAD: Question = question("seq_cst_load", "x.load(SeqCst)", "matrix.load.SeqCst");
const FETCH_ADD: Question =
    question("fetch_add", "x.fetch_add(v, Relaxed), its result used", "matrix.fetch_add.Relaxed");
const FETCH_ADD_UNUSED: Question = question(
    "fetch_add_unused",
    "x.fetch_add(v, Relaxed), its result unused",
    "matrix.fetch_add_unused.Relaxed",
);
const ACQUIRE_SWAP: Question =
    question("acquire_swap", "x.swap(v, Acquire)", "matrix.swap.Acquire");
const FETCH_OR: Question =
    question("fetch_or", "x.fetch_or(v, Relaxed), its result used", "matrix.fetch_or.Relaxed");
const ACQ_REL_COMPARE_EXCHANGE: Question = question(
    "acq_rel_compare_exchange",
    "x.compare_exchange(a, b, AcqRel, Acquire)",
    "matrix.compare_exchange.AcqRel.Acquire",
);
const ACQUIRE_FENCE: Question = question("acquire_fence", "fence(Acquire)", "matrix.fence.Acquire");
const RELEASE_FENCE: Question = question("release_fence", "fence(Release)", "matrix.fence.Release");
const SEQ_CST_FENCE: Question = question("seq_cst_fence", "fence(SeqCst)", "matrix.fence.SeqCst");

const fn question(
    function: &'static str,
    operation: &'static str,
    listing: &'static str,
) -> Question {
    Question { function, operation, listing }
}
