//! An object, what can be done with it, and what it is to do, in numbers: equal values have the same number.
//!
//! All that counts out programs, runs them and looks at what came of them works with these numbers. So it is compiled once, with the
//! optimiser, and not anew beside each file that is judged.

use crate::{Clients, Op, Progress, Ret};
use rc11::history::{self, Spec};
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, Hasher};
use std::rc::Rc;

/// The number of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct OpId(u32);

/// The number of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RetId(pub u32);

/// The number of what a hand may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KitId(u32);

/// A state of the specification, by its number. All that are compared are of one object.
#[derive(Clone)]
pub(crate) struct State {
    number: u32,
    object: Rc<dyn Object>,
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for State {}

impl Hash for State {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl Spec for State {
    type Op = OpId;
    type Ret = RetId;

    fn next(&self, op: &OpId) -> Vec<history::Next<Self>> {
        let state = |number| Self { number, object: self.object.clone() };
        let next = self.object.steps(self.number, *op).into_iter();
        next.map(|(next, number)| match next {
            Next::Returns(ret) => history::Next::Returns(ret, state(number)),
            Next::GoesOn(op) => history::Next::GoesOn(op, state(number)),
        })
        .collect()
    }

    fn may_sleep(&self, op: &OpId) -> bool {
        self.object.may_sleep(self.number, *op)
    }
}

/// As [`history::Next`].
pub(crate) enum Next {
    Returns(RetId),
    GoesOn(OpId),
}

/// [`Clients`] in numbers.
pub(crate) trait Object {
    /// What its [`Clients`] says of threads and hands.
    fn traits(&self) -> Traits;
    /// See [`Clients::next`].
    fn next(&self, kit: KitId, fresh: u32) -> Vec<(OpId, KitId)>;
    /// See [`Clients::end`].
    fn end(&self, kit: KitId) -> Vec<OpId>;
    /// See [`Spec::next`].
    fn steps(&self, state: u32, op: OpId) -> Vec<(Next, u32)>;
    /// See [`Spec::may_sleep`].
    fn may_sleep(&self, state: u32, op: OpId) -> bool;
    /// See [`Clients::progress`].
    fn progress(&self, op: OpId) -> Progress;
    /// See [`Clients::may_wait_for`].
    fn may_wait_for(&self, op: OpId, stopped: OpId) -> bool;
    /// See [`Clients::never_waits`].
    fn never_waits(&self, op: OpId) -> bool;
    /// See [`Clients::may_leak`].
    fn may_leak(&self, op: OpId) -> bool;
    /// See [`Clients::show`].
    fn show(&self, op: OpId) -> String;
    /// See [`Clients::show_ret`].
    fn show_ret(&self, ret: RetId) -> String;
}

/// The constants of [`Clients`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traits {
    pub main_takes_part: bool,
    pub hands_move: bool,
    pub faults: usize,
    pub meanwhile: bool,
    pub many: bool,
    pub wakes: bool,
}

/// A [`Scene`](crate::Scene) in numbers, but for the hands.
pub(crate) struct Scene {
    pub text: &'static str,
    pub spec: State,
    pub kits: Vec<KitId>,
    pub finally: Vec<OpId>,
}

/// Which numbers go with a hash.
#[derive(Default)]
struct Index {
    numbers: HashMap<u64, Vec<u32>>,
}

impl Index {
    fn hash(&self, value: &dyn Fn(&mut dyn Hasher)) -> u64 {
        let mut hasher = self.numbers.hasher().build_hasher();
        value(&mut hasher);
        hasher.finish()
    }

    fn find(&self, hash: u64, is_it: &dyn Fn(u32) -> bool) -> Option<u32> {
        self.numbers.get(&hash)?.iter().copied().find(|number| is_it(*number))
    }

    fn add(&mut self, hash: u64, number: u32) {
        self.numbers.entry(hash).or_default().push(number);
    }
}

/// Values, each with a number. They stay as long as the process, which runs one check.
struct Numbers<T: 'static> {
    index: Index,
    values: Vec<&'static T>,
}

impl<T: Eq + Hash> Numbers<T> {
    fn new() -> Self {
        Self { index: Index::default(), values: Vec::new() }
    }

    fn get(&self, number: u32) -> &'static T {
        self.values[number as usize]
    }

    /// The number of a value. A copy is kept, if it is new: the value itself may be the program's, whose memory must not outlive the
    /// execution.
    fn number(&mut self, value: &T, copy: fn(&T) -> T) -> u32 {
        let hash = self.index.hash(&|mut hasher| value.hash(&mut hasher));
        if let Some(number) = self.index.find(hash, &|number| self.get(number) == value) {
            return number;
        }
        let number = self.values.len() as u32;
        self.index.add(hash, number);
        self.values.push(Box::leak(Box::new(copy(value))));
        number
    }
}

/// The object of some [`Clients`], with their numbers.
pub(crate) struct Typed<C: Clients> {
    ops: RefCell<Numbers<Op<C>>>,
    rets: RefCell<Numbers<Ret<C>>>,
    states: RefCell<Numbers<C::Spec>>,
    /// Few, and nothing to find them by but to compare.
    kits: RefCell<Vec<C::Kit>>,
}

impl<C: Clients> Typed<C> {
    pub fn new() -> Self {
        Self {
            ops: RefCell::new(Numbers::new()),
            rets: RefCell::new(Numbers::new()),
            states: RefCell::new(Numbers::new()),
            kits: RefCell::default(),
        }
    }

    pub fn op(&self, op: OpId) -> &'static Op<C> {
        self.ops.borrow().get(op.0)
    }

    fn op_id(&self, op: &Op<C>) -> OpId {
        OpId(self.ops.borrow_mut().number(op, Clone::clone))
    }

    pub fn ret_id(&self, ret: &Ret<C>) -> RetId {
        RetId(self.rets.borrow_mut().number(ret, Clone::clone))
    }

    fn state_id(&self, state: &C::Spec) -> u32 {
        self.states.borrow_mut().number(state, Clone::clone)
    }

    fn kit_id(&self, kit: &C::Kit) -> KitId {
        let mut kits = self.kits.borrow_mut();
        for (number, known) in kits.iter().enumerate() {
            if known == kit {
                return KitId(number as u32);
            }
        }
        kits.push(kit.clone());
        KitId(kits.len() as u32 - 1)
    }

    fn kit(&self, kit: KitId) -> C::Kit {
        self.kits.borrow()[kit.0 as usize].clone()
    }

    /// A scene in numbers.
    pub fn scene(self: &Rc<Self>, scene: &crate::Scene<C>) -> Scene {
        let mut kits = Vec::new();
        for kit in &scene.kits {
            kits.push(self.kit_id(kit));
        }
        let spec = State { number: self.state_id(&scene.spec), object: self.clone() };
        Scene { text: scene.text, spec, kits, finally: self.op_ids(&scene.finally) }
    }

    fn op_ids(&self, ops: &[Op<C>]) -> Vec<OpId> {
        let mut ids = Vec::new();
        for op in ops {
            ids.push(self.op_id(op));
        }
        ids
    }
}

impl<C: Clients> Object for Typed<C> {
    fn traits(&self) -> Traits {
        Traits {
            main_takes_part: C::MAIN_TAKES_PART,
            hands_move: C::HANDS_MOVE,
            faults: C::FAULTS,
            meanwhile: C::MEANWHILE,
            many: C::MANY,
            wakes: C::WAKES,
        }
    }

    fn next(&self, kit: KitId, fresh: u32) -> Vec<(OpId, KitId)> {
        let mut next = Vec::new();
        for (op, kit) in &C::next(&self.kit(kit), fresh) {
            next.push((self.op_id(op), self.kit_id(kit)));
        }
        next
    }

    fn end(&self, kit: KitId) -> Vec<OpId> {
        self.op_ids(&C::end(&self.kit(kit)))
    }

    fn steps(&self, state: u32, op: OpId) -> Vec<(Next, u32)> {
        let state = self.states.borrow().get(state);
        let mut steps = Vec::new();
        for next in &state.next(self.op(op)) {
            steps.push(match next {
                history::Next::Returns(ret, state) => {
                    (Next::Returns(self.ret_id(ret)), self.state_id(state))
                }
                history::Next::GoesOn(op, state) => {
                    (Next::GoesOn(self.op_id(op)), self.state_id(state))
                }
            });
        }
        steps
    }

    fn may_sleep(&self, state: u32, op: OpId) -> bool {
        let state = self.states.borrow().get(state);
        state.may_sleep(self.op(op))
    }

    fn progress(&self, op: OpId) -> Progress {
        C::progress(self.op(op))
    }

    fn may_wait_for(&self, op: OpId, stopped: OpId) -> bool {
        C::may_wait_for(self.op(op), self.op(stopped))
    }

    fn never_waits(&self, op: OpId) -> bool {
        C::never_waits(self.op(op))
    }

    fn may_leak(&self, op: OpId) -> bool {
        C::may_leak(self.op(op))
    }

    fn show(&self, op: OpId) -> String {
        C::show(self.op(op))
    }

    fn show_ret(&self, ret: RetId) -> String {
        C::show_ret(self.rets.borrow().get(ret.0))
    }
}
