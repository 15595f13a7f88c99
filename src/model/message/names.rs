//! What Empego's messages call their members and what their words mean: the documented names, or
//! those of a profile (`src/profile.rs`). A page passes them to its script as one text.

use super::MessageParts;

/// Between the lists of [`MessageNames::to_text`], between the items of one, and inside a pair. No
/// name has one of these characters.
const SEPARATORS: [char; 3] = [';', ' ', '='];

/// Names of members, the first that is there counts, and other words for documented ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageNames {
    pub kind: Vec<String>,
    pub operation: Vec<String>,
    pub status: Vec<String>,
    pub id: Vec<String>,
    /// Other words for `consultation` and `followup`, each with the one that it means.
    pub kinds: Vec<(String, String)>,
    /// Other words for operations.
    pub operations: Vec<(String, String)>,
    /// Other ids of statuses.
    pub statuses: Vec<(String, String)>,
}

impl Default for MessageNames {
    /// Those of `docs/empego.md` §5, with the misprint of its example.
    fn default() -> Self {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            kind: names(&["eventType", "evenType"]),
            operation: names(&["operation"]),
            status: names(&["status"]),
            id: names(&["id"]),
            kinds: Vec::new(),
            operations: Vec::new(),
            statuses: Vec::new(),
        }
    }
}

impl MessageNames {
    /// The parts of a message, by a function that reads one member. Words are the documented ones.
    pub fn parts(&self, read: impl Fn(&str) -> Option<String>) -> MessageParts {
        let first = |names: &[String]| names.iter().find_map(|name| read(name));
        let means = |words: &[(String, String)], word: String| meaning(words, &word).to_owned();
        MessageParts {
            event_type: first(&self.kind).map(|word| means(&self.kinds, word)),
            even_type: None,
            operation: first(&self.operation).map(|word| means(&self.operations, word)),
            status: first(&self.status).map(|word| means(&self.statuses, word)),
            id: first(&self.id),
        }
    }

    /// All of it in one line. [`Self::from_text`] reads it: a JSON reader would be a quarter of the
    /// patient's bundle.
    #[must_use]
    pub fn to_text(&self) -> String {
        let [list, item, pair] = SEPARATORS.map(String::from);
        let pairs = |words: &[(String, String)]| {
            let each = words.iter().map(|(word, means)| [word.as_str(), means].join(&pair));
            each.collect::<Vec<_>>().join(&item)
        };
        let names = [&self.kind, &self.operation, &self.status, &self.id];
        let words = [&self.kinds, &self.operations, &self.statuses];
        let names = names.into_iter().map(|names| names.join(&item));
        names.chain(words.into_iter().map(|words| pairs(words))).collect::<Vec<_>>().join(&list)
    }

    /// Reads what [`Self::to_text`] wrote.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let [list, item, pair] = SEPARATORS;
        let mut lists = text.split(list).map(|list| list.split(item).filter(|it| !it.is_empty()));
        let mut names =
            || lists.next().into_iter().flatten().map(str::to_owned).collect::<Vec<_>>();
        let (kind, operation, status, id) = (names(), names(), names(), names());
        let mut words = || {
            let pairs = names().into_iter();
            let pairs = pairs.filter_map(|text| {
                let (word, means) = text.split_once(pair)?;
                Some((word.to_owned(), means.to_owned()))
            });
            pairs.collect()
        };
        let (kinds, operations, statuses) = (words(), words(), words());
        Self { kind, operation, status, id, kinds, operations, statuses }
    }

    /// Whether a name or word can be one of these.
    #[must_use]
    pub fn is_name(text: &str) -> bool {
        !text.is_empty() && text.is_ascii() && !text.contains(SEPARATORS) && !text.contains('"')
    }
}

/// What a word means; itself where it is no other word.
fn meaning<'a>(words: &'a [(String, String)], word: &'a str) -> &'a str {
    let found = words.iter().find(|(other, _)| other.eq_ignore_ascii_case(word));
    found.map_or(word, |(_, means)| means)
}

#[cfg(test)]
mod tests {
    use super::super::Message;
    use super::*;

    /// What the script reports is read as it is: applying the profile again would turn it round.
    #[test]
    fn swapped_names_are_translated_once() {
        let names = MessageNames {
            kind: vec!["type".to_owned()],
            operation: vec!["eventType".to_owned()],
            ..MessageNames::default()
        };
        let json = r#"{"type":"consultation","eventType":"update","status":"DONE","id":"k"}"#;
        let message = Message::parse_as(json, &names).expect("it reads");
        assert!(message.is_completion());
        let json = r#"{"eventType":"consultation","operation":"update","status":"DONE","id":"k"}"#;
        assert!(Message::parse(json).expect("it reads").is_completion());
        assert!(Message::parse_as(json, &names).is_err());
    }

    #[test]
    fn names_go_through_a_page_and_words_are_understood() {
        let pair = |word: &str, means: &str| (word.to_owned(), means.to_owned());
        let other = MessageNames {
            kind: vec!["resource".to_owned()],
            kinds: vec![pair("Task", "consultation"), pair("CarePlan", "followup")],
            operations: vec![pair("changed", "update")],
            statuses: vec![pair("completed", "DONE")],
            ..MessageNames::default()
        };
        for names in [MessageNames::default(), other.clone()] {
            assert_eq!(MessageNames::from_text(&names.to_text()), names);
        }
        let parts = other.parts(|name| {
            let members = [("resource", "task"), ("operation", "changed"), ("status", "completed")];
            members.into_iter().find(|(known, _)| *known == name).map(|(_, it)| it.to_owned())
        });
        assert_eq!(
            [parts.event_type, parts.operation, parts.status, parts.id]
                .map(Option::unwrap_or_default),
            ["consultation", "update", "DONE", ""]
        );
    }
}
