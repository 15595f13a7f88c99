//! Which passwords are accepted: long enough, and not easily guessed (NIST SP 800-63B, section
//! 3.1.1.2: a length and a list of common ones, no rules about kinds of characters).

use super::MAX_LENGTH;
use crate::error::FieldProblem;
use crate::model::forms::PASSWORD_LENGTH;
use zxcvbn::matching::patterns::MatchPattern;
use zxcvbn::{Match, Score};

/// The problem with a new password of an account, if there is one. Takes a few milliseconds.
#[must_use]
pub fn check(password: &str, email: &str, name: &str) -> Option<FieldProblem> {
    if password.chars().count() < PASSWORD_LENGTH {
        return Some(FieldProblem::PasswordTooShort);
    }
    if password.len() > MAX_LENGTH {
        return Some(FieldProblem::PasswordTooLong);
    }
    // What an attacker who knows the account tries first.
    let known: Vec<&str> = email
        .split(['@', '.', '-', '_'])
        .chain(name.split_whitespace())
        .chain([email, name, "empego", "desk", "empegodesk"])
        .filter(|word| word.len() > 2)
        .collect();
    is_weak(password, &known).then_some(FieldProblem::PasswordWeak)
}

/// Whether a password is easily guessed, or on zxcvbn's list of the 30 000 most common passwords of
/// leaks, in any spelling.
fn is_weak(password: &str, known: &[&str]) -> bool {
    let estimate = zxcvbn::zxcvbn(password, known);
    // 10⁸ guesses: too many for online attempts, and expensive with the hash.
    estimate.score() < Score::Three || is_common(estimate.sequence())
}

/// Whether the whole password is one entry of the list, also backwards or with letters written as
/// digits.
fn is_common(parts: &[Match]) -> bool {
    match parts {
        // The crate does not export the list's name: it is the default of the enum.
        [Match { pattern: MatchPattern::Dictionary(entry), .. }] => {
            entry.dictionary_name == Default::default()
        }
        _ => false,
    }
}

/// [`check`], off the async threads.
pub async fn checked(password: &str, email: &str, name: &str) -> Option<FieldProblem> {
    let (password, email, name) = (password.to_owned(), email.to_owned(), name.to_owned());
    // A panic in there does not make the password acceptable.
    tokio::task::spawn_blocking(move || check(&password, &email, &name))
        .await
        .unwrap_or(Some(FieldProblem::PasswordWeak))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of twelve characters and more, as people choose them again and again.
    const COMMON_AND_LONG: &[&str] = &[
        "password1234",
        "password12345",
        "passwordpassword",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwerty123456",
        "qwertyqwerty",
        "123456789012",
        "1234567890123",
        "123456789qwe",
        "1q2w3e4r5t6y",
        "q1w2e3r4t5y6",
        "1qaz2wsx3edc",
        "zaq1xsw2cde3",
        "qazwsxedcrfv",
        "asdfghjkl123",
        "111111111111",
        "000000000000",
        "112233445566",
        "123123123123",
        "987654321987",
        "abcdefghijkl",
        "abcdefgh1234",
        "aaaaaaaaaaaa",
        "iloveyou1234",
        "iloveyouiloveyou",
        "letmeinletmein",
        "welcome12345",
        "administrator",
        "admin1234567",
        "football1234",
        "baseball1234",
        "princess1234",
        "sunshine1234",
        "superman1234",
        "michaeljackson",
        "justinbieber",
        "leavemealone",
        "trustno1trustno1",
        "dragondragon",
        "monkeymonkey",
        "P@ssword1234",
        "Password1234",
        "PASSWORD1234",
        "Passw0rd1234",
        "4321drowssap",
        "Qwertyuiop12",
        "1qaz2wsx3edc4rfv",
        "thecakeisalie",
        "peanutbutter",
        "sanfrancisco",
        "christopher1",
        "counterstrike",
        "playstation3",
        "ticketmaster",
        "greenlantern",
        "ilovemyfamily",
        "motdepasse123",
        "azertyuiop12",
    ];
    /// The head of every list.
    const TOP: &[&str] = &[
        "123456",
        "password",
        "123456789",
        "12345678",
        "12345",
        "qwerty",
        "1234567",
        "111111",
        "123123",
        "abc123",
        "1234567890",
        "password1",
        "1234",
        "qwertyuiop",
        "iloveyou",
        "000000",
        "dragon",
        "monkey",
        "letmein",
        "trustno1",
        "sunshine",
        "master",
        "welcome",
        "shadow",
        "ashley",
        "football",
        "baseball",
        "michael",
        "superman",
        "batman",
        "princess",
        "admin",
        "solo",
        "starwars",
        "passw0rd",
        "hello",
        "charlie",
        "freedom",
        "whatever",
        "qazwsx",
        "1qaz2wsx",
        "654321",
        "666666",
        "7777777",
        "888888",
        "121212",
        "696969",
        "jordan",
        "hunter",
        "killer",
        "pepper",
        "ginger",
        "summer",
        "computer",
        "internet",
        "secret",
        "asdfghjkl",
        "zxcvbnm",
        "access",
        "mustang",
    ];

    #[test]
    fn common_passwords_are_refused_however_long() {
        for password in COMMON_AND_LONG {
            assert!(password.len() >= PASSWORD_LENGTH, "{password}");
            assert_eq!(
                check(password, "zoe.tremblay@clinic.example", "Zoé Tremblay"),
                Some(FieldProblem::PasswordWeak),
                "{password}"
            );
        }
        for password in TOP {
            assert!(is_weak(password, &[]), "{password}");
        }
    }

    #[test]
    fn an_entry_of_the_list_is_refused_whatever_its_score() {
        // Entries that look random, and in a spelling that makes them dear to guess.
        for password in ["nemvxyheqdd5oqxyxyzi", "NeMvXyHeQdD5oQxYxYzI", "iZyXyXqO5dDqEhYxVmEn"] {
            assert!(is_weak(password, &[]), "{password}");
        }
        assert!(
            zxcvbn::zxcvbn("NeMvXyHeQdD5oQxYxYzI", &[]).score() >= Score::Three,
            "the score alone would take it"
        );
        for password in ["wander plum cactus 9", "nemvxyheqdd5oqxyxyzj"] {
            assert!(!is_weak(password, &[]), "{password}");
        }
    }

    #[test]
    fn short_long_common_and_personal_passwords_are_refused() {
        let check = |password: &str| check(password, "zoe.tremblay@clinic.example", "Zoé Tremblay");
        for (password, problem) in [
            ("", Some(FieldProblem::PasswordTooShort)),
            ("kX9#vQ2!mZp", Some(FieldProblem::PasswordTooShort)),
            ("password1234", Some(FieldProblem::PasswordWeak)),
            ("aaaaaaaaaaaaaaaa", Some(FieldProblem::PasswordWeak)),
            ("123456789012", Some(FieldProblem::PasswordWeak)),
            ("qwertyuiop12", Some(FieldProblem::PasswordWeak)),
            ("tremblay.zoe", Some(FieldProblem::PasswordWeak)),
            ("EmpegoDesk2026", Some(FieldProblem::PasswordWeak)),
            ("wander plum cactus 9", None),
            ("éàü ça çe marche bien", None),
        ] {
            assert_eq!(check(password), problem, "{password}");
        }
        assert_eq!(check(&"correct horse ".repeat(80)), Some(FieldProblem::PasswordTooLong));
    }
}
