//! `cargo grade --watch`: judges on save, and shows one exercise.
//!
//! Each judging is a judge of its own, started by this one: whatever is saved meanwhile, it is ended with all that it has
//! started, and the next one finds everything as it is then, the libraries and the checks included.

mod files;
mod run;
mod terminal;

use crate::lines::paragraph;
use crate::options::Options;
use catalog::{Catalog, Exercise, todo};
use files::Files;
use run::Run;
use std::io::{IsTerminal, Read, Write, stdin, stdout};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// How often the files are looked at. A file that has changed is judged when it has rested for one look.
const TICK: Duration = Duration::from_millis(100);

const KEYS: &str = "h hint   a audit   n next   q quit";

/// Something that happens.
enum Event {
    Key(u8),
    Ended,
}

/// Watches until it is told to quit. With the names of one exercise, that one; otherwise the one that was saved last.
///
/// # Errors
///
/// If the judge cannot be started.
pub fn run(
    root: &Path,
    catalog: &Catalog,
    exercises: &[&Exercise],
    options: &Options,
) -> Result<(), String> {
    let (sender, events) = channel();
    let ended = sender.clone();
    // The terminal is put back before the process ends, also when a signal ends it.
    ctrlc::set_handler(move || drop(ended.send(Event::Ended)))
        .map_err(|error| error.to_string())?;
    let _terminal = terminal::by_key();
    listen(sender.clone());
    let mut watch = Watch::new(root, catalog, exercises, options)?;
    watch.start()?;
    loop {
        match events.recv_timeout(TICK) {
            // Control-C comes as a character where keys do.
            Ok(Event::Key(b'q' | b'Q' | 3) | Event::Ended) => return Ok(()),
            Ok(Event::Key(b'h' | b'H')) => watch.hint(),
            Ok(Event::Key(b'a' | b'A')) => watch.audit()?,
            Ok(Event::Key(b'n' | b'N')) => watch.next()?,
            Ok(Event::Key(_)) => {}
            Err(RecvTimeoutError::Timeout) => watch.look()?,
            Err(RecvTimeoutError::Disconnected) => unreachable!("this thread has a sender"),
        }
    }
}

/// Sends each key. At the end of the input there are no more, and the files are watched all the same.
fn listen(sender: Sender<Event>) {
    std::thread::spawn(move || {
        for key in stdin().lock().bytes().map_while(Result::ok) {
            if sender.send(Event::Key(key)).is_err() {
                return;
            }
        }
    });
}

struct Watch<'a> {
    root: &'a Path,
    /// Those that may be shown, in the order of the book.
    exercises: Vec<&'a Exercise>,
    catalog: &'a Catalog,
    options: &'a Options,
    files: Files,
    shown: &'a Exercise,
    /// Hints that were shown.
    hints: usize,
    /// Something has changed, and is judged when it rests.
    is_due: bool,
    running: Option<Run>,
}

impl<'a> Watch<'a> {
    fn new(
        root: &'a Path,
        catalog: &'a Catalog,
        exercises: &[&'a Exercise],
        options: &'a Options,
    ) -> Result<Self, String> {
        let files = Files::new(root.join("exercises/src"));
        let exercises = exercises.to_vec();
        let saved = files.saved_last().and_then(|file| of(&exercises, &file));
        let to_do = exercises.iter().copied().find(|exercise| is_to_do(root, exercise));
        let first = exercises.first().copied();
        let shown = saved.or(to_do).or(first).ok_or("there is nothing to watch")?;
        let (hints, is_due, running) = (0, false, None);
        Ok(Self { root, exercises, catalog, options, files, shown, hints, is_due, running })
    }

    fn show(&mut self, exercise: &'a Exercise) {
        if exercise.id != self.shown.id {
            self.hints = 0;
        }
        self.shown = exercise;
    }

    /// What has happened since the last look?
    fn look(&mut self) -> Result<(), String> {
        let changed = self.files.changed();
        if !changed.is_empty() {
            self.running = None;
            self.is_due = true;
            if let Some(exercise) = changed.iter().find_map(|file| of(&self.exercises, file)) {
                self.show(exercise);
            }
        } else if std::mem::take(&mut self.is_due) {
            self.start()?;
        }
        if let Some(run) = self.running.take_if(|run| run.has_ended()) {
            let said = run.said();
            // Where there is a report, it begins as the screen does.
            print!("{}\n{KEYS}\n", said.strip_prefix(&self.heading()).unwrap_or(&said));
            let _ = stdout().flush();
        }
        Ok(())
    }

    fn heading(&self) -> String {
        format!("{}: {}\n\n", self.shown.path(), self.shown.title)
    }

    /// Judges what is shown, on a screen of its own; what still runs is ended.
    fn start(&mut self) -> Result<(), String> {
        self.running = None;
        if stdout().is_terminal() {
            print!("\x1b[2J\x1b[H");
        }
        print!("{}", self.heading());
        self.run(&[])
    }

    /// Audits what is shown, below what was said of it: a reader may still need that.
    fn audit(&mut self) -> Result<(), String> {
        self.running = None;
        self.run(&["--audit"])
    }

    fn run(&mut self, arguments: &[&str]) -> Result<(), String> {
        let _ = stdout().flush();
        let mut all = arguments.to_vec();
        if self.options.loom {
            all.push("--loom");
        }
        all.extend([self.shown.id.as_str(), "--exact"]);
        self.running = Some(Run::start(self.root, &all, self.options.color)?);
        Ok(())
    }

    fn hint(&mut self) {
        let all = &self.shown.hints;
        match all.get(self.hints) {
            Some(hint) => {
                self.hints += 1;
                catalog::hints::use_up_to(self.root, &self.shown.id, self.hints);
                // Over the line that says what is done just now.
                let start = if stdout().is_terminal() { "\r\x1b[K" } else { "" };
                println!("{start}hint {} of {}:\n{}\n", self.hints, all.len(), paragraph(hint));
            }
            None => println!("that was the last hint: the page in the book says more\n"),
        }
        let _ = stdout().flush();
    }

    /// Shows the next exercise that is to do, after this one in the book, then from its beginning.
    fn next(&mut self) -> Result<(), String> {
        let all = &self.catalog.exercises;
        let here = all.iter().position(|exercise| exercise.id == self.shown.id).unwrap_or(0);
        let (before, after) = all.split_at(here + 1);
        match after.iter().chain(before).find(|exercise| is_to_do(self.root, exercise)) {
            Some(next) => {
                // From now on what is saved is shown, also beyond what was named.
                self.exercises = all.iter().collect();
                self.show(next);
                self.start()
            }
            None => {
                println!("nothing is left to do\n");
                Ok(())
            }
        }
    }
}

/// The exercise that a file below `exercises/src` belongs to.
fn of<'a>(exercises: &[&'a Exercise], file: &Path) -> Option<&'a Exercise> {
    exercises.iter().find(|exercise| exercise.owns(file)).copied()
}

fn is_to_do(root: &Path, exercise: &Exercise) -> bool {
    let file: PathBuf = root.join("exercises/src").join(exercise.stem()).with_extension("rs");
    todo::count(&file) > 0
}
