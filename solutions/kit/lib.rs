//! Nothing of its own: its dependencies are what counts. Both worlds of `sync` are among them, under two
//! names: Cargo would copy the libraries of two packages that it is asked for to one file, `libsync.rlib`.
