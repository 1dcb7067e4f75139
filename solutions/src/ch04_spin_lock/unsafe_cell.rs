//! Data in the lock.
