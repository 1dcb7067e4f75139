//! Which checks are run of a text, and in which order.

use super::{Changes, Fate};
use catalog::Exercise;
use grader::World;
use std::path::Path;
use std::sync::Mutex;

/// Checks in the order in which they are run, each with how many texts it has rejected.
pub struct Order(Mutex<Vec<(usize, String)>>);

impl Order {
    /// None has rejected anything yet.
    pub fn new(names: Vec<String>) -> Self {
        Self(Mutex::new(names.into_iter().map(|name| (0, name)).collect()))
    }

    /// As it is now.
    pub fn names(&self) -> Vec<String> {
        self.0.lock().expect("nobody panics with this lock").iter().map(|it| it.1.clone()).collect()
    }

    /// Who rejects comes further to the front.
    pub fn note(&self, fate: &Fate) {
        let Fate::Rejected(by, _) = fate else { return };
        let mut all = self.0.lock().expect("as above");
        all.iter_mut().filter(|(_, name)| name == by).for_each(|(rejected, _)| *rejected += 1);
        all.sort_by_key(|(rejected, _)| std::cmp::Reverse(*rejected));
    }
}

/// Which texts are judged, in which world, by which checks, and whether they have passed then.
pub type Stage = (Changes, World, Vec<String>, bool);

/// Facts come first of a text that changes only types: if it passes and compiles with the checks, its code is that of the reference. Of the
/// others, models and counted checks by hand come first. What tries every program takes longest, so it is only asked of what all others let
/// pass.
pub fn stages(root: &Path, exercise: &Exercise) -> Vec<Stage> {
    let [models, programs, facts] = names(root, exercise);
    let (types, code) = (Changes::Types, Changes::Code);
    vec![
        (types, World::Real, facts.clone(), false),
        (types, World::Model, Vec::new(), true),
        (code, World::Model, models, false),
        (code, World::Real, facts, programs.is_empty()),
        (code, World::Model, programs, true),
    ]
}

/// The names of the checks in three parts: models and counted ones by hand, those that try every small program, facts.
fn names(root: &Path, exercise: &Exercise) -> [Vec<String>; 3] {
    let file = root.join(format!("solutions/checks/{}.rs", exercise.stem()));
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let (mut models, mut programs, mut facts) = (Vec::new(), Vec::new(), Vec::new());
    for check in text.split("Check::").skip(1) {
        let Some((kind, rest)) = check.split_once('(') else { continue };
        let mut parts = rest.splitn(3, '"');
        let (Some(before), Some(name), Some(rest)) = (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        if !before.trim().is_empty() {
            continue;
        }
        let run = rest.split(')').next().unwrap_or_default();
        let part = match kind {
            "fact" => &mut facts,
            "model" | "counted" if run.contains("clients::") => &mut programs,
            "model" | "counted" => &mut models,
            _ => continue,
        };
        part.push(name.to_owned());
    }
    [models, programs, facts]
}
