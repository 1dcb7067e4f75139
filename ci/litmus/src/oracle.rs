//! The outcomes that herd7 computed: the data that the model checker is held against.

use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::io::Read as _;

/// The committed copy.
static DATA: &[u8] = include_bytes!("../../../solutions/rc11/tests/data/oracle.json.gz");

/// A small program and what each memory model makes of it.
#[derive(Debug, Deserialize)]
pub struct Program {
    /// `MP+rlx-rel+acq-rlx`.
    pub name: String,
    /// `MP`: what the programs have in common that differ in orderings and fences.
    pub shape: String,
    /// The operations of each thread.
    pub threads: Vec<Vec<Op>>,
    /// What an outcome gives a value to: registers, as `1:r0`, and locations.
    pub vars: Vec<String>,
    /// Lists of outcomes.
    pub outcome_sets: Vec<Vec<Vec<Value>>>,
    /// The outcome that the program is about. The numbers of a program out of thin air are strings.
    pub weak_outcome: BTreeMap<String, Value>,
    /// By model.
    pub results: HashMap<String, Verdict>,
}

/// What a model says.
#[derive(Debug, Deserialize)]
pub struct Verdict {
    /// Can the program end with its weak outcome?
    pub allowed: bool,
    /// Which of the lists has all its outcomes.
    pub set: usize,
    /// Does some execution race on data? Then anything may happen.
    #[serde(default)]
    pub ub: bool,
}

/// One operation.
#[derive(Debug, Deserialize)]
pub struct Op {
    /// `load`, `store`, `rmw`, `fence`.
    pub op: String,
    /// Of what.
    #[serde(default)]
    pub loc: String,
    /// `relaxed` …, or `nonatomic`.
    #[serde(default)]
    pub ord: String,
    /// What is written or added: a number, or the register that has it.
    pub val: Option<Value>,
    /// Where what is read goes.
    #[serde(default)]
    pub reg: String,
    /// `add`, `xchg`, `cas`.
    #[serde(default)]
    pub rmw: String,
    /// What a `cas` expects.
    pub expect: Option<u64>,
    /// The ordering of a `cas` that fails.
    #[serde(default)]
    pub fail_ord: String,
    /// It is executed only if this register has this value.
    #[serde(rename = "if")]
    pub only_if: Option<Condition>,
}

/// Of what an operation depends.
#[derive(Debug, Deserialize)]
pub struct Condition {
    /// The register.
    pub reg: String,
    /// The value that it must have.
    pub eq: u64,
}

impl std::fmt::Display for Op {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { op, loc, reg, .. } = self;
        let ord = ordering(&self.ord);
        let val = match &self.val {
            Some(Value::String(register)) => register.clone(),
            Some(value) => value.to_string(),
            None => String::new(),
        };
        if let Some(Condition { reg, eq }) = &self.only_if {
            write!(f, "if {reg} == {eq}: ")?;
        }
        match (&**op, &*self.rmw) {
            ("load", _) if ord.is_empty() => write!(f, "{reg} = {loc}"),
            ("store", _) if ord.is_empty() => write!(f, "{loc} = {val}"),
            ("load", _) => write!(f, "{reg} = {loc}.load({ord})"),
            ("store", _) => write!(f, "{loc}.store({val}, {ord})"),
            ("fence", _) => write!(f, "fence({ord})"),
            (_, "add") => write!(f, "{reg} = {loc}.fetch_add({val}, {ord})"),
            (_, "xchg") => write!(f, "{reg} = {loc}.swap({val}, {ord})"),
            _ => {
                let (expected, failure) = (self.expect.unwrap_or(0), ordering(&self.fail_ord));
                write!(f, "{reg} = {loc}.compare_exchange({expected}, {val}, {ord}, {failure})")
            }
        }
    }
}

/// The name of an ordering in Rust; nothing for plain data.
fn ordering(name: &str) -> &str {
    match name {
        "relaxed" => "Relaxed",
        "acquire" => "Acquire",
        "release" => "Release",
        "acqrel" => "AcqRel",
        "seqcst" => "SeqCst",
        _ => "",
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
