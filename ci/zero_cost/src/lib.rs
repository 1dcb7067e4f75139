//! Three examples export the same function, `add`, over three locks: the reference, which is written against the facade
//! `sync`; the same lock written by hand against std; and one that must not compile to the same. The test compares what the
//! compiler makes of them.
