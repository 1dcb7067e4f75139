//! The outcomes that herd7 computed: the data that the model checker is held against.

use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::io::Read as _;

/// The committed copy.
static DATA: &[u8] = include_bytes!("../../../solutions/rc11/tests/data/oracle.json.gz");

/// A small program and what each memory model makes of it.
#[derive(Debug, Deserialize)]
pub struct Program {
    /// `MP+rlx-rel+acq-rlx`.
    pub name: String,
    /// The operations of each thread.
    pub threads: Vec<Vec<Op>>,
    /// The outcome that the program is about. The numbers of a program out of thin air are strings.
    pub weak_outcome: BTreeMap<String, serde_json::Value>,
    /// By model.
    pub results: HashMap<String, Verdict>,
}

/// What a model says.
#[derive(Debug, Deserialize)]
pub struct Verdict {
    /// Can the program end with its weak outcome?
    pub allowed: bool,
}

/// One operation.
#[derive(Debug, Deserialize)]
pub struct Op {
    op: String,
    #[serde(default)]
    loc: String,
    #[serde(default)]
    ord: String,
    val: Option<serde_json::Value>,
    #[serde(default)]
    reg: String,
    #[serde(default)]
    rmw: String,
}

impl std::fmt::Display for Op {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { op, loc, reg, .. } = self;
        let ord = match &*self.ord {
            "relaxed" => "Relaxed",
            "acquire" => "Acquire",
            "release" => "Release",
            "acqrel" => "AcqRel",
            "seqcst" => "SeqCst",
            other => other,
        };
        let val = match &self.val {
            Some(serde_json::Value::String(register)) => register.clone(),
            Some(value) => value.to_string(),
            None => String::new(),
        };
        match (&**op, &*self.rmw) {
            ("load", _) => write!(f, "{reg} = {loc}.load({ord})"),
            ("store", _) => write!(f, "{loc}.store({val}, {ord})"),
            ("fence", _) => write!(f, "fence({ord})"),
            (_, "add") => write!(f, "{reg} = {loc}.fetch_add({val}, {ord})"),
            (_, "xchg") => write!(f, "{reg} = {loc}.swap({val}, {ord})"),
            _ => write!(f, "{op} {loc}"),
        }
    }
}

/// All programs.
///
/// # Panics
///
/// Panics if the data is damaged.
pub fn programs() -> Vec<Program> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(DATA).read_to_string(&mut text).expect("compressed text");
    serde_json::from_str(&text).expect("programs as JSON")
}
