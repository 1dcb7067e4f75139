//! Small programs for x86, each with all that it can end with.

use std::fmt;

/// What comes from where: a register of the core, or the instruction itself.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    Number(u32),
    Register(usize),
}

impl Value {
    fn parse(text: &str) -> Self {
        match text.strip_prefix('r') {
            Some(register) => Self::Register(number(register) as usize),
            None => Self::Number(number(text)),
        }
    }
}

/// What an instruction does to memory.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    Load(usize),
    Store(usize, Value),
    Fence,
    Exchange(usize, Value),
    Add(usize, u32),
    /// Expected, new.
    CompareExchange(usize, u32, u32),
}

#[derive(Clone, Debug)]
pub struct Instruction {
    /// Done only if this register has this value.
    pub only_if: Option<(usize, u32)>,
    /// Gets what is read.
    pub register: Option<usize>,
    pub action: Action,
    /// As the program spells it.
    pub text: &'static str,
}

/// What a column of an outcome is about.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    Register(usize, usize),
    Memory(usize),
}

pub struct Program {
    pub name: &'static str,
    pub cores: Vec<Vec<Instruction>>,
    /// The names of the locations.
    pub locations: Vec<&'static str>,
    /// What an outcome lists.
    pub places: Vec<Place>,
    pub columns: Vec<&'static str>,
    /// All outcomes, sorted.
    pub ends: Vec<Vec<u32>>,
}

/// How many registers a core has here.
pub const REGISTERS: usize = 4;

/// How many programs there are: the page and the catalogue say so too.
const PROGRAMS: usize = 255;

/// All programs. herd7, a simulator of memory models, has computed what they end with.
pub fn all() -> Vec<Program> {
    let lines: Vec<_> = include_str!("programs.txt").lines().collect();
    let blocks = lines.split(|line| line.is_empty());
    let programs: Vec<_> =
        blocks.filter(|block| block[0].starts_with("program ")).map(Program::parse).collect();
    assert_eq!(programs.len(), PROGRAMS, "programs that the machine is held to");
    programs
}

impl Program {
    fn parse(block: &[&'static str]) -> Self {
        let mut program = Self {
            name: "",
            cores: Vec::new(),
            locations: Vec::new(),
            places: Vec::new(),
            columns: Vec::new(),
            ends: Vec::new(),
        };
        for line in block {
            match line.split_once(' ') {
                Some(("program", name)) => program.name = name,
                Some(("core", code)) => {
                    let code = code.split("; ").map(|text| program.instruction(text)).collect();
                    program.cores.push(code);
                }
                Some(("ends", columns)) => {
                    program.columns = columns.split(' ').collect();
                    program.places = columns.split(' ').map(|text| program.place(text)).collect();
                }
                _ => program.ends.push(line.split(' ').map(number).collect()),
            }
        }
        program.ends.sort();
        program
    }

    fn location(&mut self, name: &'static str) -> usize {
        self.locations.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.locations.push(name);
            self.locations.len() - 1
        })
    }

    fn place(&mut self, text: &'static str) -> Place {
        match text.split_once(":r") {
            Some((core, register)) => {
                Place::Register(number(core) as usize, number(register) as usize)
            }
            None => Place::Memory(self.location(text)),
        }
    }

    /// `x=1`, `r0=x`, `y=r0`, `mfence`, `xchg x 1`, `r0=cmpxchg x 0 1`, `if r0=1 y=1`.
    fn instruction(&mut self, text: &'static str) -> Instruction {
        let mut rest = text;
        let mut only_if = None;
        if let Some((condition, then)) = text.strip_prefix("if r").and_then(|t| t.split_once(' ')) {
            let (register, value) = condition.split_once('=').expect("a condition");
            only_if = Some((number(register) as usize, number(value)));
            rest = then;
        }
        let mut register = None;
        if let Some((target, source)) = rest.strip_prefix('r').and_then(|t| t.split_once('=')) {
            register = Some(number(target) as usize);
            rest = source;
        }
        let words: Vec<&'static str> = rest.split(' ').collect();
        let action = match words[..] {
            ["mfence"] => Action::Fence,
            ["xchg", at, new] => Action::Exchange(self.location(at), Value::parse(new)),
            ["xadd", at, more] => Action::Add(self.location(at), number(more)),
            ["cmpxchg", at, expected, new] => {
                Action::CompareExchange(self.location(at), number(expected), number(new))
            }
            [load] if register.is_some() => Action::Load(self.location(load)),
            [store] => {
                let (at, value) = store.split_once('=').expect("a store");
                Action::Store(self.location(at), Value::parse(value))
            }
            _ => panic!("{text}: no instruction of these programs"),
        };
        Instruction { only_if, register, action, text }
    }

    /// `0:r0 = 1, x = 2`.
    pub fn tell(&self, end: &[u32]) -> String {
        let parts =
            self.columns.iter().zip(end).map(|(column, value)| format!("{column} = {value}"));
        parts.collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (core, code) in self.cores.iter().enumerate() {
            let code = code.iter().map(|instruction| instruction.text).collect::<Vec<_>>();
            write!(f, "\n    core {core}: {}", code.join("; "))?;
        }
        Ok(())
    }
}

fn number(text: &str) -> u32 {
    text.parse().unwrap_or_else(|_| panic!("{text}: a number"))
}
