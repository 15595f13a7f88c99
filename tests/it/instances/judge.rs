//! Whether what was answered is what may be answered while something is down.

use super::people::Answer;
use reqwest::Method;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// How long after the database's return a refusal may still come.
pub const RECOVERY: Duration = Duration::from_secs(5);

/// What was down when.
#[derive(Default)]
pub struct Troubles {
    /// The database: from the order to stop to its return.
    pub away: Vec<(Instant, Instant)>,
    /// A desk: from the order to its death.
    pub kills: Vec<(Instant, Instant)>,
}

impl Troubles {
    /// Answers that nothing excuses.
    ///
    /// While the database is away, and just after, any refusal may come. A request that a desk was
    /// answering when it was killed may have no answer, which the balancer says by the end of the
    /// connection or by 502, where it may not repeat it: every POST. All else has to be answered.
    pub fn unexcused<'a>(&self, answers: &'a [Answer]) -> Vec<&'a Answer> {
        let is_refusal = |answer: &&Answer| answer.status.is_none_or(|status| status >= 500);
        answers.iter().filter(is_refusal).filter(|answer| !self.excuses(answer)).collect()
    }

    fn excuses(&self, answer: &Answer) -> bool {
        let is_away = |(from, until): &(Instant, Instant)| {
            answer.sent <= *until + RECOVERY && answer.ended >= *from
        };
        let is_cut =
            |(from, until): &(Instant, Instant)| answer.sent <= *until && answer.ended >= *from;
        let may_be_cut =
            answer.status.is_none() || answer.method == Method::POST && answer.status == Some(502);
        self.away.iter().any(is_away) || may_be_cut && self.kills.iter().any(is_cut)
    }
}

/// How many answers there were of each status.
pub fn counted(answers: &[Answer]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for answer in answers {
        let status = answer.status.map_or("none".to_owned(), |status| status.to_string());
        *counts.entry(format!("{} {status}", answer.method)).or_default() += 1;
    }
    counts
}
