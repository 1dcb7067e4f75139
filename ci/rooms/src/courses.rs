//! The plans for courses, `exercises/courses.toml`: their table in the book, and whether they agree with the catalogue.

use catalog::{Catalog, Exercise};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use toml::{Table, Value};

/// The plans, below the root.
pub const LIST: &str = "exercises/courses.toml";

/// A course.
struct Course {
    title: String,
    about: String,
    /// Minutes of exercises in the room, at most.
    room: u32,
    sessions: Vec<Session>,
}

struct Session {
    title: String,
    room: Vec<String>,
    home: Vec<String>,
}

/// Exercises that no course has.
struct LeftOut {
    exercises: Vec<String>,
    why: String,
}

/// All that the file says.
#[derive(Default)]
struct Plans {
    courses: Vec<Course>,
    left_out: Vec<LeftOut>,
}

/// The plans of the workspace at `root`; nothing, if it has none.
fn read(root: &Path) -> Result<Option<Plans>, String> {
    let Ok(text) = std::fs::read_to_string(root.join(LIST)) else { return Ok(None) };
    let table: Table = text.parse().map_err(|error| format!("{LIST}: {error}"))?;
    let plans = || {
        let courses = list(&table, "course").iter().map(|course| course_of(course.as_table()?));
        let left_out = list(&table, "left_out").iter().map(|left| left_out_of(left.as_table()?));
        Some(Plans {
            courses: courses.collect::<Option<_>>()?,
            left_out: left_out.collect::<Option<_>>()?,
        })
    };
    plans().map(Some).ok_or_else(|| format!("{LIST}: a field is missing"))
}

fn left_out_of(table: &Table) -> Option<LeftOut> {
    Some(LeftOut { exercises: ids(table, "exercises"), why: text(table, "why")? })
}

fn course_of(table: &Table) -> Option<Course> {
    let session = |value: &Value| {
        let table = value.as_table()?;
        Some(Session {
            title: text(table, "title")?,
            room: ids(table, "room"),
            home: ids(table, "home"),
        })
    };
    Some(Course {
        title: text(table, "title")?,
        about: text(table, "about")?,
        room: table.get("room")?.as_integer()?.try_into().ok()?,
        sessions: list(table, "session").iter().map(session).collect::<Option<_>>()?,
    })
}

fn text(table: &Table, name: &str) -> Option<String> {
    table.get(name)?.as_str().map(str::to_owned)
}

fn list<'a>(table: &'a Table, name: &str) -> &'a [Value] {
    table.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn ids(table: &Table, name: &str) -> Vec<String> {
    list(table, name).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What does not agree with the catalogue.
pub fn findings(root: &Path, catalog: &Catalog) -> Vec<String> {
    let Plans { courses, left_out } = match read(root) {
        Ok(Some(plans)) => plans,
        Ok(None) => return Vec::new(),
        Err(error) => return vec![error],
    };
    let mut found = Vec::new();
    let sessions = courses.iter().flat_map(|course| &course.sessions);
    let planned: BTreeSet<&String> =
        sessions.flat_map(|session| session.room.iter().chain(&session.home)).collect();
    let left_out: BTreeSet<&String> = left_out.iter().flat_map(|left| &left.exercises).collect();
    for id in &left_out {
        if catalog.find(id).is_none() {
            found.push(format!("{LIST}: {id} is left out, and is no exercise"));
        }
        if planned.contains(id) {
            found.push(format!("{LIST}: {id} is left out, and is in a course"));
        }
    }
    for Exercise { id, .. } in &catalog.exercises {
        if !planned.contains(id) && !left_out.contains(id) {
            found.push(format!("{LIST}: {id} is in no course, and is not left out"));
        }
    }
    for Course { title, room, sessions, .. } in &courses {
        let mut seen = BTreeSet::new();
        for session in sessions {
            for id in session.room.iter().chain(&session.home) {
                if catalog.find(id).is_none() {
                    found.push(format!("{LIST}: {title} has {id}, which is no exercise"));
                }
                if !seen.insert(id) {
                    found.push(format!("{LIST}: {title} has {id} twice"));
                }
            }
            let minutes = minutes(catalog, &session.room);
            if minutes > *room {
                let name = &session.title;
                found.push(format!("{LIST}: {title}: {name} takes {minutes} minutes in the room"));
            }
        }
    }
    found
}

fn minutes(catalog: &Catalog, ids: &[String]) -> u32 {
    ids.iter().filter_map(|id| catalog.find(id)).map(|exercise| exercise.minutes).sum()
}

/// The part of the book. Links are seen from a page in a chapter's folder.
pub fn page(root: &Path, catalog: &Catalog) -> String {
    let mut out = format!("<!-- Made from {LIST} and the catalogue by `cargo rooms write`. -->\n");
    let Plans { courses, left_out } = read(root).ok().flatten().unwrap_or_default();
    let links = |ids: &[String]| {
        let link = |Exercise { title, chapter, file, .. }: &Exercise| {
            format!("[{title}](../{chapter}/{file}.md)")
        };
        let exercises = ids.iter().filter_map(|id| catalog.find(id));
        exercises.map(link).collect::<Vec<_>>().join(", ")
    };
    for Course { title, about, sessions, .. } in courses {
        let all = |part: fn(&Session) -> &Vec<String>| -> Vec<String> {
            sessions.iter().flat_map(part).cloned().collect()
        };
        let (room, home) = (all(|session| &session.room), all(|session| &session.home));
        let hours = |ids: &[String]| minutes(catalog, ids).div_ceil(60);
        let _ = write!(
            out,
            "\n## {title}\n\n{about} {} exercises: about {} hours in the room and {} at home.\n\n\
             | No. | Session | In the room | Minutes | At home | Minutes |\n|---|---|---|---|---|---|\n",
            room.len() + home.len(),
            hours(&room),
            hours(&home)
        );
        for (number, Session { title, room, home }) in (1..).zip(&sessions) {
            let _ = writeln!(
                out,
                "| {number} | {title} | {} | {} | {} | {} |",
                links(room),
                minutes(catalog, room),
                links(home),
                minutes(catalog, home)
            );
        }
    }
    if !left_out.is_empty() {
        out.push_str("\n## In none of them\n\n");
    }
    for LeftOut { exercises, why } in left_out {
        let _ = writeln!(out, "- {}: {why}", links(&exercises));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::findings;
    use catalog::Catalog;

    #[test]
    fn what_does_not_agree_is_found() {
        let catalog = Catalog::read(&catalog::root());
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("exercises")).expect("a folder");
        let plan = "[[course]]\ntitle = \"C\"\nabout = \"\"\nroom = 1\nsession = [{ title = \"S\", room = [\"latch\", \"lach\"], home = [\"latch\"] }]\n";
        let others = catalog.exercises.iter().map(|exercise| &exercise.id);
        let others: Vec<_> = others.filter(|id| *id != "latch" && *id != "semaphore").collect();
        let left_out = |ids: &[&String]| {
            let text = format!("{plan}[[left_out]]\nexercises = {ids:?}\nwhy = \"W\"\n");
            std::fs::write(folder.path().join(super::LIST), text).expect("a file");
        };
        left_out(&others);
        let minutes = catalog.find("latch").expect("an exercise").minutes;
        let of_the_plan = [
            "C has lach, which is no exercise".to_owned(),
            "C has latch twice".to_owned(),
            format!("C: S takes {minutes} minutes in the room"),
        ];
        let expected = |first: &[&str]| -> Vec<String> {
            let first = first.iter().map(|words| (*words).to_owned());
            let all = first.chain(of_the_plan.iter().cloned());
            all.map(|words| format!("{}: {words}", super::LIST)).collect()
        };
        let found = expected(&["semaphore is in no course, and is not left out"]);
        assert_eq!(findings(folder.path(), &catalog), found);
        let wrong = ["latch", "semaphore", "smaphore"].map(str::to_owned);
        left_out(&others.iter().copied().chain(&wrong).collect::<Vec<_>>());
        let found = expected(&[
            "latch is left out, and is in a course",
            "smaphore is left out, and is no exercise",
        ]);
        assert_eq!(findings(folder.path(), &catalog), found);
        let none = tempfile::tempdir().expect("a folder");
        assert!(findings(none.path(), &catalog).is_empty());
    }
}
