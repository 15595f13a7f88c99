//! How many calls run at once, and which one is next. While all may run, each runs at once. When
//! calls wait, the next turn goes to the holder (a site) that has the fewest: one with hundreds of
//! calls leaves the others their share, and has all turns when no other asks.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// A bounded number of turns.
#[derive(Debug)]
pub(super) struct Turns(Mutex<State>);

#[derive(Debug)]
struct State {
    free: usize,
    /// The turns that each holder has. One without a turn is not in it.
    running: HashMap<String, usize>,
    /// The oldest first.
    waiting: VecDeque<(String, oneshot::Sender<Turn>)>,
}

/// A turn, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    turns: Arc<Turns>,
    holder: String,
}

impl Turns {
    /// This many, at least one.
    pub fn new(most: usize) -> Arc<Self> {
        let (running, waiting) = (HashMap::new(), VecDeque::new());
        Arc::new(Self(Mutex::new(State { free: most.max(1), running, waiting })))
    }

    /// Waits for a turn.
    pub async fn acquire(self: &Arc<Self>, holder: &str) -> Turn {
        let (start, turn) = oneshot::channel();
        self.lock().waiting.push_back((holder.to_owned(), start));
        self.begin();
        match turn.await {
            Ok(turn) => turn,
            // `begin` sends one to each that waits, and `self` keeps those.
            Err(_) => std::future::pending().await,
        }
    }

    /// Starts those that may run now.
    fn begin(self: &Arc<Self>) {
        loop {
            let next = self.lock().next();
            let Some((holder, start)) = next else { return };
            // One that has just gone drops the turn, which makes it free again.
            let _ = start.send(Turn { turns: self.clone(), holder });
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The counts are whole between any two statements: a panic elsewhere cannot break them.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes the next turn: of those that wait, for the holder that has the fewest, and the oldest
    /// among equals.
    fn next(&mut self) -> Option<(String, oneshot::Sender<Turn>)> {
        self.waiting.retain(|(_, start)| !start.is_closed());
        if self.free == 0 {
            return None;
        }
        let has = |holder: &String| self.running.get(holder).copied().unwrap_or(0);
        let waiting = self.waiting.iter().enumerate();
        let (index, _) = waiting.min_by_key(|(_, (holder, _))| has(holder))?;
        let next = self.waiting.remove(index)?;
        self.free -= 1;
        *self.running.entry(next.0.clone()).or_default() += 1;
        Some(next)
    }

    fn end(&mut self, holder: &str) {
        self.free += 1;
        if let Some(has) = self.running.get_mut(holder) {
            *has -= 1;
            if *has == 0 {
                self.running.remove(holder);
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.lock().end(&self.holder);
        self.turns.begin();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    use std::pin::Pin;

    type Waiting = Pin<Box<dyn Future<Output = Turn>>>;

    fn ask(turns: &Arc<Turns>, holder: &'static str) -> Waiting {
        let turns = turns.clone();
        let mut turn: Waiting = Box::pin(async move { turns.acquire(holder).await });
        // It takes its place at once.
        if let Some(turn) = (&mut turn).now_or_never() {
            return Box::pin(std::future::ready(turn));
        }
        turn
    }

    fn is_running(turn: &mut Waiting) -> Option<Turn> {
        turn.now_or_never()
    }

    #[test]
    fn one_holder_has_all_turns_when_no_other_asks() {
        let turns = Turns::new(3);
        let mut asked: Vec<_> = (0..4).map(|_| ask(&turns, "a")).collect();
        let mut running: Vec<_> = asked.iter_mut().filter_map(is_running).collect();
        assert_eq!(running.len(), 3);
        running.pop();
        assert!(is_running(&mut asked[3]).is_some());
    }

    #[test]
    fn the_holder_with_the_fewest_is_next() {
        let turns = Turns::new(4);
        let mut first: Vec<_> = (0..4).filter_map(|_| is_running(&mut ask(&turns, "a"))).collect();
        let mut more: Vec<_> = (0..100).map(|_| ask(&turns, "a")).collect();
        let mut other: Vec<_> = (0..3).map(|_| ask(&turns, "b")).collect();
        let mut third = ask(&turns, "c");
        first.pop();
        let _b = is_running(&mut other[0]).expect("the next turn, before a hundred");
        first.pop();
        let _c = is_running(&mut third).expect("it has none");
        first.pop();
        // Now each has one, and the oldest is next.
        let oldest = is_running(&mut more[0]).expect("the oldest");
        assert!(is_running(&mut other[1]).is_none());
        drop(oldest);
        assert!(is_running(&mut more[1]).is_some());
    }

    #[test]
    fn what_is_given_up_leaves_nothing_behind() {
        let turns = Turns::new(1);
        let running = is_running(&mut ask(&turns, "a")).expect("the turn");
        let gone: Vec<_> = (0..1_000).map(|_| ask(&turns, "a")).collect();
        let mut last = ask(&turns, "b");
        drop(gone);
        drop(running);
        let turn = is_running(&mut last).expect("the turn");
        // One that was given the turn and goes before it looks.
        let given = ask(&turns, "c");
        drop(turn);
        drop(given);
        let turn = is_running(&mut ask(&turns, "d")).expect("it is free again");
        drop(turn);
        let state = turns.lock();
        assert_eq!((state.free, state.running.len(), state.waiting.len()), (1, 0, 0));
    }
}
