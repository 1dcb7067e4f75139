//! The litmus lab: what the memory models allow, and what this machine does.

pub mod explorer;
pub mod machine;
pub mod oracle;
pub mod table;
pub mod tests;
