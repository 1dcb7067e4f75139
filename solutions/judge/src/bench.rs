//! Where the judge works: the workspace, the kit, the limits, and how many things are done at once.

use crate::digest::Digest;
use crate::kit::{Engine, Kit};
use crate::options::Options;
use crate::sandbox::Sandbox;
use crate::store::Store;
use crate::subject::Subject;
use crate::tools::Tools;
use crate::units::{self, Units};
use catalog::Catalog;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::{Condvar, Mutex};

/// Limits of one check, as the judge tells them to the process that runs it.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Processor time, in seconds.
    pub seconds: u64,
    /// Address space, in bytes, where the system limits it.
    pub memory: u64,
    /// How far checks go that try every program up to a size.
    pub programs: Programs,
}

/// How many programs are tried by a check that tries every program up to a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Programs {
    /// Of a known-right variant fewer: there are hundreds of them.
    FewOfRight,
    /// As many as a reader waits for.
    Usual,
    /// As many as there is patience for.
    Many,
}

impl Programs {
    /// What `clients` is told.
    pub const fn told(self, all_checks: bool) -> &'static str {
        match self {
            Self::FewOfRight if all_checks => "0",
            Self::Many => "1",
            _ => "",
        }
    }
}

/// Processor time for one check, in seconds, unless `LOCKSMITH_TIME_LIMIT` says otherwise. It is no part of a verdict how fast a
/// machine is: a model is given up for the number of its executions, which come to less than this on any machine of today.
const SECONDS: u64 = 60;

/// Executions that a model may begin for each second of processor time.
const EXECUTIONS: u64 = 50_000;

/// Address space of a check. The stacks of a model's threads are in it, which use little of theirs.
const MEMORY: u64 = 4 << 30;

impl Limits {
    /// Those that are asked for.
    fn read(programs: Programs) -> Result<Self, String> {
        let usual = if programs == Programs::Many { 10 * SECONDS } else { SECONDS };
        let seconds = match std::env::var("LOCKSMITH_TIME_LIMIT") {
            Err(_) => usual,
            Ok(text) => match text.trim().parse() {
                Ok(seconds) if seconds > 0 => seconds,
                _ => {
                    return Err(format!(
                        "LOCKSMITH_TIME_LIMIT={text}: this must be a whole number of seconds, at least 1"
                    ));
                }
            },
        };
        Ok(Self { seconds, memory: MEMORY, programs })
    }

    /// Executions that a model may begin.
    pub const fn executions(self) -> u64 {
        self.seconds * EXECUTIONS
    }
}

/// All that judging takes.
#[derive(Debug)]
pub struct Bench {
    /// The workspace.
    pub root: PathBuf,
    /// The judge's own folder.
    pub target: PathBuf,
    /// The list of exercises.
    pub catalog: Catalog,
    /// Which engine explores models.
    pub engine: Engine,
    /// The compiler.
    pub tools: Tools,
    /// What judged code is linked to.
    pub kit: Kit,
    /// What each check may use.
    pub limits: Limits,
    /// What was said before.
    pub store: Store,
    /// Nothing is taken from the store.
    pub again: bool,
    /// One file is judged, and most likely again when it is saved the next time.
    pub is_for_one: bool,
    /// How many programs run at once.
    pub slots: Slots,
    /// Where programs are compiled.
    pub units: Units,
    /// Where what strangers have written is compiled and run.
    pub sandbox: Option<Sandbox>,
    /// What the compiler said when files, by their names and what they say, kept it from its end.
    pub endless: Mutex<BTreeMap<Vec<(String, String)>, Output>>,
    /// Held while a library is compiled that several units need.
    pub libraries: Mutex<()>,
    /// Of what the verdicts of all subjects depend on, but for the limits.
    common: Digest,
    /// Held as long as the kit is used.
    _in_use: File,
}

impl Bench {
    /// Finds the workspace, and builds the kit if need be.
    ///
    /// # Errors
    ///
    /// In words, if that is not possible.
    pub fn open(root: &Path, catalog: Catalog, options: &Options) -> Result<Self, String> {
        let engine = if options.loom { Engine::Loom } else { Engine::Rc11 };
        let target = root.join(engine.target());
        let tools = Tools::find(root)?;
        fs::create_dir_all(&target).map_err(|error| format!("{}: {error}", target.display()))?;
        let (kit, in_use) = kit(root, &target, &tools, engine)?;
        let limits = Limits::read(options.programs())?;
        let mut common = Digest::new();
        common.part("kit", &kit.hash);
        for source in ["solutions/judge/src", "solutions/parts"] {
            common.files(root, source).map_err(|error| format!("{source}: {error}"))?;
        }
        Ok(Self {
            store: Store::new(target.join("verdicts"), root.to_owned()),
            again: options.again,
            is_for_one: false,
            slots: Slots::new(),
            sandbox: None,
            endless: Mutex::default(),
            libraries: Mutex::new(()),
            units: Units::open(&target)
                .map_err(|error| format!("{}: {error}", target.display()))?,
            root: root.to_owned(),
            _in_use: in_use,
            target,
            catalog,
            engine,
            tools,
            kit,
            limits,
            common,
        })
    }

    /// What the verdicts of all subjects depend on.
    pub fn common(&self) -> Digest {
        let mut digest = self.common.clone();
        digest.part("limits", format!("{:?}", self.limits));
        digest
    }

    /// The hash of all that the verdict on a subject depends on.
    pub fn key(&self, subject: &Subject) -> Result<String, String> {
        let mut digest = self.common();
        subject.hash(&self.root, &mut digest)?;
        if subject.uses_reference() {
            digest.files(&self.root, "solutions/src").map_err(|error| error.to_string())?;
        }
        Ok(digest.finish())
    }
}

/// The kit, and a lock that keeps other judges from building it anew.
fn kit(root: &Path, target: &Path, tools: &Tools, engine: Engine) -> Result<(Kit, File), String> {
    let path = target.join("lock");
    let trouble = |error| format!("{}: {error}", path.display());
    let lock =
        File::options().create(true).truncate(false).write(true).open(&path).map_err(trouble)?;
    if lock.try_lock().is_ok() {
        units::sweep(target);
        lock.unlock().map_err(trouble)?;
    }
    loop {
        if lock.try_lock_shared().is_err() {
            eprintln!(
                "another judge is building what your code is linked to: this one waits for it"
            );
            lock.lock_shared().map_err(trouble)?;
        }
        if let Some(kit) = Kit::find(root, target, tools, engine)? {
            return Ok((kit, lock));
        }
        lock.unlock().map_err(trouble)?;
        if lock.try_lock().is_err() {
            eprintln!(
                "the libraries that your code is linked to must be built: this judge waits until no other one uses them"
            );
            lock.lock().map_err(trouble)?;
        }
        // Somebody else may have built it meanwhile; and it may be another one already when this lock is a shared one.
        if Kit::find(root, target, tools, engine)?.is_none() {
            Kit::build(root, target, tools, engine)?;
        }
        lock.unlock().map_err(trouble)?;
    }
}

/// As many programs at once as there are processors.
#[derive(Debug)]
pub struct Slots {
    free: Mutex<usize>,
    freed: Condvar,
    /// How many there are.
    pub all: usize,
}

/// A program may run while this lives.
#[derive(Debug)]
pub struct Slot<'a>(&'a Slots);

impl Slots {
    fn new() -> Self {
        let all = std::thread::available_parallelism().map_or(1, Into::into);
        Self { free: Mutex::new(all), freed: Condvar::new(), all }
    }

    /// Waits until a program may run.
    pub fn take(&self) -> Slot<'_> {
        let free = self.free.lock().expect("nobody panics with this lock");
        let mut free = self.freed.wait_while(free, |free| *free == 0).expect("as above");
        *free -= 1;
        Slot(self)
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().expect("nobody panics with this lock") += 1;
        self.0.freed.notify_one();
    }
}
