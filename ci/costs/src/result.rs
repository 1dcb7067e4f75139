//! What was measured, as it is kept: one file a machine.

use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::Command;
use std::{fs, io, thread};

/// Where the results lie, relative to the repository.
pub const FOLDER: &str = "src/ch07_processor/costs";

/// One run on one machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// The machine.
    pub machine: Machine,
    /// What was measured, in the order of the page.
    pub sections: Vec<Section>,
}

/// What has to be known of a machine to read its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// The processor, as it names itself.
    pub model: String,
    /// `x86_64`, `aarch64`, …
    pub architecture: String,
    /// How many threads it runs at once.
    pub processors: usize,
    /// The system and its version.
    pub system: String,
    /// The compiler.
    pub compiler: String,
    /// The day, as in 2026-11-26.
    pub date: String,
    /// How many threads of other programs wanted to run when it began, where the system says so. It should be about none.
    pub load: Option<f64>,
}

/// One kind of measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Its name in the program: `alone`, `shared`, `distance`, `cores`, `waiting`.
    pub id: String,
    /// What each row was measured as.
    pub rows: Vec<Row>,
}

/// One measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// What was done.
    pub name: String,
    /// Nanoseconds for one of it.
    pub nanoseconds: f64,
}

impl Results {
    /// Nanoseconds of a relaxed load: the unit of all ratios.
    pub fn unit(&self) -> f64 {
        self.sections[0].rows[0].nanoseconds
    }

    /// How many relaxed loads a row is worth, if this machine has it.
    pub fn ratio(&self, section: &str, row: &str) -> Option<f64> {
        let section = self.sections.iter().find(|known| known.id == section)?;
        let row = section.rows.iter().find(|known| known.name == row)?;
        Some(row.nanoseconds / self.unit())
    }

    /// The name of the file: the model in small letters.
    pub fn file_name(&self) -> String {
        let words = format!("{} {}", self.machine.model, self.machine.processors);
        let words =
            words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join("-").to_lowercase() + ".json"
    }
}

impl Machine {
    /// This one.
    pub fn this() -> Self {
        let says = |command: &str, arguments: &[&str]| {
            let output = Command::new(command).args(arguments).output().ok()?;
            Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        };
        let version = |text: String| text.split(['-', '+']).next().unwrap_or_default().to_owned();
        let model = fs::read_to_string("/proc/cpuinfo")
            .ok()
            .and_then(|text| model_in(&text))
            .or_else(|| says("sysctl", &["-n", "machdep.cpu.brand_string"]))
            .filter(|model| !model.is_empty())
            .unwrap_or_else(|| "a processor that does not name itself".into());
        let release = says("uname", &["-r"]).map(version).unwrap_or_default();
        Self {
            model,
            architecture: std::env::consts::ARCH.into(),
            processors: thread::available_parallelism().map_or(1, usize::from),
            system: format!(
                "{} {release}",
                says("uname", &["-s"]).unwrap_or_else(|| std::env::consts::OS.into())
            )
            .trim_end()
            .into(),
            compiler: says("rustc", &["--version"])
                .map(|text| text.split(" (").next().unwrap_or_default().to_owned())
                .unwrap_or_default(),
            date: says("date", &["-u", "+%F"]).unwrap_or_default(),
            load: fs::read_to_string("/proc/loadavg")
                .ok()
                .and_then(|text| text.split(' ').next()?.parse().ok()),
        }
    }
}

/// The processor's vendor, if its model does not name it, and the model, in Linux's words. An Arm has numbers only.
fn model_in(cpuinfo: &str) -> Option<String> {
    let value = |key: &str| {
        let line = cpuinfo
            .lines()
            .find(|line| line.split(':').next().is_some_and(|name| name.trim() == key))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    value("model name").or_else(|| {
        Some(format!("Arm, implementer {}, part {}", value("CPU implementer")?, value("CPU part")?))
    })
}

/// All results that the book has, by the names of their files.
///
/// # Errors
/// When one cannot be read, or is something else.
pub fn read_all(root: &Path) -> io::Result<Vec<Results>> {
    let mut paths: Vec<_> = match fs::read_dir(root.join(FOLDER)) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(_) => Vec::new(),
    };
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    paths.iter().map(|path| Ok(serde_json::from_str(&fs::read_to_string(path)?)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::model_in;

    #[test]
    fn a_processor_is_named_as_linux_names_it() {
        assert_eq!(model_in("vendor_id\t: X\nmodel name\t: Y Z\n").as_deref(), Some("Y Z"));
        let arm = "CPU implementer\t: 0x41\nCPU architecture: 8\nCPU part\t: 0xd0c\n";
        assert_eq!(model_in(arm).as_deref(), Some("Arm, implementer 0x41, part 0xd0c"));
        assert_eq!(model_in(""), None);
    }
}
