//! What code under test prints.

use super::REST;
use std::io::Read;
use std::process::ChildStderr;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

/// How much is kept of the beginning and of the end, in bytes. A loop that prints must not fill the memory.
const KEPT: usize = 1 << 14;

/// Output that is being read.
#[derive(Debug)]
pub struct Output {
    kept: Arc<Mutex<Kept>>,
    ended: Receiver<()>,
}

#[derive(Debug, Default)]
struct Kept {
    start: Vec<u8>,
    end: Vec<u8>,
    left_out: bool,
}

impl Output {
    /// Goes on reading, so that a process that prints much does not wait for us.
    pub fn of(mut pipe: ChildStderr) -> Self {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let (sender, ended) = channel();
        let ours = kept.clone();
        std::thread::spawn(move || {
            let mut part = vec![0; KEPT];
            // An error ends the output early; what came so far is what there is to show.
            while let Ok(length @ 1..) = pipe.read(&mut part) {
                ours.lock().expect("nobody panics with this lock").add(&part[..length]);
            }
            let _ = sender.send(());
        });
        Self { kept, ended }
    }

    /// What was printed.
    pub fn take(self) -> String {
        let _ = self.ended.recv_timeout(REST);
        let kept = self.kept.lock().expect("nobody panics with this lock");
        let gap = if kept.left_out { "\n[…]\n" } else { "" };
        [&String::from_utf8_lossy(&kept.start), gap, &String::from_utf8_lossy(&kept.end)].concat()
    }
}

impl Kept {
    fn add(&mut self, part: &[u8]) {
        let (start, end) = part.split_at(part.len().min(KEPT - self.start.len()));
        self.start.extend_from_slice(start);
        self.end.extend_from_slice(end);
        if self.end.len() > 2 * KEPT {
            self.left_out = true;
            self.end.drain(..self.end.len() - KEPT);
        }
    }
}
