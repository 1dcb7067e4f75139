//! The stage that counts and nothing more.

use super::super::subject::Arc;
use super::strong::{self, Op, Ret, Stage};
use clients::Message;

pub struct Counted;

pub type Handles = strong::Handles<Counted>;

impl Stage for Counted {
    const KEEPS: &'static [Op] = &[];
    const TAKES: &'static [Op] = &[];

    fn perform(_: &mut Vec<Arc<Message>>, _: Op) -> Option<Ret> {
        None
    }

    fn show(_: Op) -> &'static str {
        "nothing"
    }
}
