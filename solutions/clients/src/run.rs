//! Runs programs, and holds what they do to the specification.

use crate::log::{Log, Made};
use crate::object::{Object, OpId, RetId, Scene, State, Traits, Typed};
use crate::program::{Program, Programs};
use crate::size::{Size, size};
use crate::{Clients, message, show};
use rc11::history::{Call, Checker, End, History};
use rc11::{Stuck, now, reject, support, thread};
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync::{Explored, Model};

/// What it costs to begin with a program, in executions.
const BEGINNING: u64 = 10;

/// Runs every small program of `C`, the smallest first. One that does what the specification does not allow is shown, with
/// the execution, and the process ends.
pub fn check<C: Clients>() {
    let typed = Rc::new(Typed::<C>::new());
    let mut scenes = Vec::new();
    let mut hands = Vec::new();
    for scene in &C::scenes() {
        scenes.push(typed.scene(scene));
        hands.push(scene.hands);
    }
    let object: Rc<dyn Object> = typed.clone();
    let player = Arc::new(Shared(Player { typed, hands }));
    let size = size(C::LONGEST, C::EXECUTIONS);
    run_all(&object, scenes, size, &|run| {
        let (run, player) = (run.clone(), player.clone());
        Box::new(move || player.0.execute(&player, &run))
    });
}

/// An execution of a program.
type Execution = Box<dyn Fn() + Send + Sync>;

fn run_all(
    object: &Rc<dyn Object>,
    scenes: Vec<Scene>,
    size: Size,
    execution: &dyn Fn(&Arc<Run>) -> Execution,
) {
    let world = Arc::new(World {
        traits: object.traits(),
        object: object.clone(),
        scenes,
        checker: Mutex::new(Checker::new()),
    });
    let mut programs = Programs::new(&**object, &world.scenes, size);
    let (mut total, mut cost, mut whole) = (0, 0, None);
    'sizes: for sum in 0..=programs.largest() {
        for program in programs.of(sum) {
            if cost >= size.executions {
                break 'sizes;
            }
            let executions = world.explore(program, size, execution).all;
            total += executions;
            cost += executions + BEGINNING;
        }
        whole = Some(sum);
    }
    let complete = whole == Some(programs.largest());
    Explored { all: total, complete }.tell();
}

/// What all programs share.
struct World {
    traits: Traits,
    object: Rc<dyn Object>,
    scenes: Vec<Scene>,
    checker: Mutex<Checker<State>>,
}

/// A program, and what its executions leave.
struct Run {
    world: Arc<World>,
    program: Program,
    log: Mutex<Log>,
}

/// Makes the calls.
struct Player<C: Clients> {
    typed: Rc<Typed<C>>,
    /// The hands of each scene.
    hands: Vec<fn() -> Vec<C::Hand>>,
}

/// What one thread uses at a time.
struct Shared<T>(T);

// SAFETY: an exploration runs all threads of its model on one of the system's, and when that is a new one the old one waits
// for its end. The next exploration begins when the last one has ended.
unsafe impl<T> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Shared<T> {}

// SAFETY: as for `Shared`.
unsafe impl Send for World {}
// SAFETY: as above.
unsafe impl Sync for World {}

/// What is taken to another thread, whether or not its type allows it: that is a fact checked apart.
struct Moved<T>(T);

// SAFETY: for checks only.
unsafe impl<T> Send for Moved<T> {}

impl<T> Moved<T> {
    fn here(self) -> T {
        self.0
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<C: Clients> Player<C> {
    /// One execution.
    fn execute(&self, shared: &Arc<Shared<Self>>, run: &Arc<Run>) {
        run.begin();
        let mut hands = self.hands[run.program.scene]();
        for call in 0..run.before() {
            let (hand, op) = run.prepared(call);
            self.make(run, &mut hands[hand], call, op);
        }
        let mut main = hands.remove(0);
        let mut others = Vec::new();
        for number in 1..run.hands() {
            let hand = hands.remove(0);
            let Some(first) = run.first_of(number) else {
                // A thread that does nothing is none.
                drop(hand);
                continue;
            };
            let (hand, player, run) = (Moved(hand), shared.clone(), run.clone());
            if run.plays_main(number) {
                player.0.play(&run, hand.here(), number, first);
                continue;
            }
            others.push(thread::spawn(move || player.0.play(&run, hand.here(), number, first)));
        }
        join(others);
        let mut call = run.last();
        while let Some(op) = run.nth_of(0, call - run.last()) {
            self.make(run, &mut main, call, op);
            call += 1;
        }
        drop(main);
        run.end();
    }

    /// Makes the calls of a hand, of which the first has this number.
    fn play(&self, run: &Run, mut hand: C::Hand, number: usize, first: usize) {
        let mut place = 0;
        while let Some(op) = run.nth_of(number, place) {
            self.make(run, &mut hand, first + place, op);
            place += 1;
        }
    }

    /// Makes a call, and records it.
    fn make(&self, run: &Run, hand: &mut C::Hand, call: usize, op: OpId) {
        run.begin_call(call);
        let op = support::unseen(|| self.typed.op(op));
        match C::perform(hand, op) {
            Some(ret) => {
                let end = now();
                support::unseen(|| {
                    let number = self.typed.ret_id(&ret);
                    drop(ret);
                    lock(&run.log).end(call, number.0, end);
                });
            }
            None => run.take_back(call),
        }
    }
}

fn join(others: Vec<thread::JoinHandle<()>>) {
    for other in others {
        // Nobody has dealt with a panic of a thread: it is passed on, and fails the model.
        if let Err(payload) = other.join() {
            std::panic::resume_unwind(payload);
        }
    }
}

impl World {
    fn explore(
        self: &Arc<Self>,
        program: Program,
        size: Size,
        execution: &dyn Fn(&Arc<Run>) -> Execution,
    ) -> Explored {
        let text = show::program(&*self.object, &self.scenes, &program);
        let may_leak = program.all().any(|op| self.object.may_leak(op));
        let run = Arc::new(Run { world: self.clone(), program, log: Mutex::default() });
        let (judge, execute) = (run.clone(), execution(&run));
        let mut model =
            Model::new().faults(self.traits.faults).executions(size.of_one).preface(text);
        if may_leak {
            model = model.may_leak();
        }
        model.on_stuck(move |stuck| judge.is_allowed(stuck)).count(move || execute())
    }
}

impl Run {
    /// An execution begins.
    fn begin(&self) {
        support::unseen(|| {
            message::begin();
            lock(&self.log).clear();
        });
    }

    /// How many calls the main thread makes before the others start.
    fn before(&self) -> usize {
        self.program.before.len()
    }

    /// One of those, and with whose hand.
    fn prepared(&self, call: usize) -> (usize, OpId) {
        self.program.before[call]
    }

    fn hands(&self) -> usize {
        self.program.calls.len()
    }

    fn plays_main(&self, hand: usize) -> bool {
        self.program.plays_main(hand)
    }

    /// The number of the first call of a hand, if it makes any.
    fn first_of(&self, hand: usize) -> Option<usize> {
        let earlier: usize = self.program.calls[1..hand].iter().map(Vec::len).sum();
        (!self.program.calls[hand].is_empty()).then_some(self.before() + earlier)
    }

    /// The number of the first call that the main thread makes when all others have ended.
    fn last(&self) -> usize {
        self.before() + self.program.calls[1..].iter().map(Vec::len).sum::<usize>()
    }

    fn nth_of(&self, hand: usize, place: usize) -> Option<OpId> {
        self.program.calls[hand].get(place).copied()
    }

    fn begin_call(&self, call: usize) {
        let begin = now();
        support::unseen(|| lock(&self.log).begin(call, begin));
    }

    /// There was nothing to make the call with.
    fn take_back(&self, call: usize) {
        support::unseen(|| lock(&self.log).take_back(call));
    }

    /// An execution ends: what was done is judged.
    fn end(&self) {
        if let Err(why) = support::unseen(|| self.is_good(false)) {
            reject(why);
        }
    }

    /// Does the specification allow what was done?
    fn is_good(&self, for_ever: bool) -> Result<(), String> {
        let Some(made) = lock(&self.log).new_end(for_ever) else { return Ok(()) };
        let end = if for_ever { End::Still } else { End::Open };
        let history = self.history(&made);
        let initial = &self.world.scenes[self.program.scene].spec;
        let verdict = lock(&self.world.checker).check(&history, initial, end);
        if verdict.is_ok() {
            lock(&self.log).is_good(made, for_ever);
            return Ok(());
        }
        verdict.map_err(|mut violation| {
            // The calls are told in the order in which they were made.
            let order = lock(&self.log).order();
            let place = |call: &usize| made.iter().position(|(made, ..)| made == call);
            let order: Vec<usize> = order.iter().filter_map(place).collect();
            violation.calls = order.iter().map(|&place| history.calls()[place].clone()).collect();
            violation.culprit =
                violation.culprit.and_then(|it| order.iter().position(|place| *place == it));
            show::violation(&*self.world.object, &violation)
        })
    }

    fn history(&self, made: &[Made]) -> History<State> {
        let mut history = History::new();
        for &(call, ret, after) in made {
            let (thread, op) = self.program.call(call);
            history.push(Call { thread, op, ret: ret.map(RetId), after });
        }
        history
    }

    /// May the threads be where they are?
    fn is_allowed(&self, stuck: &Stuck) -> Result<(), String> {
        let under_way = lock(&self.log).under_way();
        let is_stuck = |thread| stuck.threads.iter().any(|(stuck, _)| *stuck == thread);
        let stuck_calls = under_way.iter().filter(|(_, thread)| is_stuck(*thread));
        let mut ops = stuck_calls.map(|(call, _)| self.program.call(*call).1);
        let object = &self.world.object;
        match ops.find(|op| object.never_waits(*op)) {
            Some(op) => {
                Err(format!("`{}` waits for another thread, and must never wait", object.show(op)))
            }
            None if stuck.for_ever => self.is_good(true),
            None => Ok(()),
        }
    }
}
