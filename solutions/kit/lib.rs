//! Nothing of its own: its dependencies are what counts. Both worlds of `sync` are among them, under two names.
