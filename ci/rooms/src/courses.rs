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

/// The courses of the workspace at `root`; none, if it has no plans.
fn read(root: &Path) -> Result<Vec<Course>, String> {
    let Ok(text) = std::fs::read_to_string(root.join(LIST)) else { return Ok(Vec::new()) };
    let table: Table = text.parse().map_err(|error| format!("{LIST}: {error}"))?;
    let courses = list(&table, "course").iter().map(|course| course_of(course.as_table()?));
    courses.collect::<Option<_>>().ok_or_else(|| format!("{LIST}: a field is missing"))
}

fn course_of(table: &Table) -> Option<Course> {
    let session = |value: &Value| {
        let table = value.as_table()?;
        let ids = |name| list(table, name).iter().filter_map(Value::as_str).map(str::to_owned);
        Some(Session {
            title: text(table, "title")?,
            room: ids("room").collect(),
            home: ids("home").collect(),
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

/// What does not agree with the catalogue.
pub fn findings(root: &Path, catalog: &Catalog) -> Vec<String> {
    let courses = match read(root) {
        Ok(courses) => courses,
        Err(error) => return vec![error],
    };
    let mut found = Vec::new();
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
    for Course { title, about, sessions, .. } in read(root).unwrap_or_default() {
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
            let links = |ids: &[String]| {
                let link = |Exercise { title, chapter, file, .. }: &Exercise| {
                    format!("[{title}](../{chapter}/{file}.md)")
                };
                ids.iter()
                    .filter_map(|id| catalog.find(id))
                    .map(link)
                    .collect::<Vec<_>>()
                    .join(", ")
            };
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
        std::fs::write(folder.path().join(super::LIST), plan).expect("a file");
        let minutes = catalog.find("latch").expect("an exercise").minutes;
        let expected = [
            "C has lach, which is no exercise".to_owned(),
            "C has latch twice".to_owned(),
            format!("C: S takes {minutes} minutes in the room"),
        ];
        let expected = expected.map(|words| format!("{}: {words}", super::LIST));
        assert_eq!(findings(folder.path(), &catalog), expected);
        let none = tempfile::tempdir().expect("a folder");
        assert!(findings(none.path(), &catalog).is_empty());
    }
}
