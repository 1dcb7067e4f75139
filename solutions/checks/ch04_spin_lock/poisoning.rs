//! What `ch04_spin_lock/poisoning` must do.

use super::{subject, sync};
use grader::Check;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[];
