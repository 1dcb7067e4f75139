//! Where there is no sandbox.

use crate::bench::Bench;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Output};

/// See the sandbox of Linux.
pub const BROKEN_OFF: &str = "the compiler does not finish with this file";

/// Runs a compiler. No limit is set.
///
/// # Errors
///
/// If it cannot be started.
pub fn compile_in_the_open(rustc: &mut Command, _: u64) -> io::Result<Output> {
    rustc.output()
}

/// None.
#[derive(Debug)]
pub enum Sandbox {}

impl Sandbox {
    /// There is none.
    ///
    /// # Errors
    ///
    /// Always, in words.
    pub fn find(_: &Bench, _: &[&str]) -> Result<Self, String> {
        Err("there is no sandbox on this system: it needs Linux and `bwrap`".into())
    }

    /// Nothing is compiled in it.
    ///
    /// # Errors
    ///
    /// None.
    pub fn compile(&self, _: &Command, _: &Path) -> io::Result<Output> {
        match *self {}
    }

    /// Nothing runs in it.
    ///
    /// # Errors
    ///
    /// None.
    pub fn run(&self, _: &Command, _: &Path) -> io::Result<Command> {
        match *self {}
    }

    /// Nothing has ended in it.
    pub fn told(&self, _: ExitStatus) -> (Option<ExitStatus>, Option<&'static str>) {
        match *self {}
    }
}
