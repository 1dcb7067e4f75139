//! A judge that is started for one answer.

use crate::board::Paint;
use crate::child::Group;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;
use std::thread::JoinHandle;

/// It is ended with all that it has started when this is dropped.
#[derive(Debug)]
pub struct Run {
    group: Group,
    output: Option<JoinHandle<Vec<u8>>>,
}

impl Run {
    /// Starts it. What it says meanwhile, on its standard error, goes to ours.
    pub fn start(root: &Path, arguments: &[&str], color: Option<bool>) -> Result<Self, String> {
        let program = crate::tools::this_program().map_err(|error| error.to_string())?;
        let mut command = Group::command(&program).map_err(|error| error.to_string())?;
        command.current_dir(root).args(arguments);
        command.args(["--color", if Paint::new(color).is_on() { "always" } else { "never" }]);
        // A report of each judging is not what is watched for.
        command.env_remove("LOCKSMITH_REPORT").stdin(Stdio::null()).stdout(Stdio::piped());
        let mut group = Group::spawn(&mut command, None).map_err(|error| error.to_string())?;
        let mut pipe = group.child.stdout.take().expect("a pipe");
        let output = std::thread::spawn(move || {
            let mut said = Vec::new();
            // An error ends it early; what came so far is what there is.
            let _ = pipe.read_to_end(&mut said);
            said
        });
        Ok(Self { group, output: Some(output) })
    }

    /// Is the answer there?
    pub fn has_ended(&mut self) -> bool {
        self.group.has_ended()
    }

    /// What it said, without the line for tools at its end.
    pub fn said(mut self) -> String {
        let _ = self.group.end();
        let said = self.output.take().and_then(|output| output.join().ok()).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let said = said.trim_end();
        match said.rsplit_once('\n') {
            Some((rest, last)) if last.starts_with("test result:") => format!("{rest}\n"),
            _ => format!("{said}\n"),
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // If it has ended already, there is nothing to end.
        let _ = self.group.end();
    }
}
