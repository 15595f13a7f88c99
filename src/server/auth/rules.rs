//! Which passwords are taken: long enough, and not easily guessed (NIST SP 800-63B, section 3.1.1.2: a length and a list
//! of common ones, no rules about kinds of characters).

use super::password::LONGEST;
use crate::error::FieldProblem;
use crate::server::config::PASSWORD_LENGTH;
use zxcvbn::Score;

/// What is wrong with a new password of an account, if anything. Takes a few milliseconds of work.
#[must_use]
pub fn check(password: &str, email: &str, name: &str) -> Option<FieldProblem> {
    if password.chars().count() < PASSWORD_LENGTH {
        return Some(FieldProblem::PasswordTooShort);
    }
    if password.len() > LONGEST {
        return Some(FieldProblem::PasswordTooLong);
    }
    // What somebody who knows the account would try first.
    let known: Vec<&str> =
        email.split(['@', '.', '-', '_']).chain(name.split_whitespace()).chain([email, name, "empego", "desk", "empegodesk"]).filter(|word| word.len() > 2).collect();
    // 10⁸ guesses: out of reach of anybody who has to sign in, and dear to whoever has the hash.
    (zxcvbn::zxcvbn(password, &known).score() < Score::Three).then_some(FieldProblem::PasswordWeak)
}

/// The same, off the async threads.
pub async fn checked(password: &str, email: &str, name: &str) -> Option<FieldProblem> {
    let (password, email, name) = (password.to_owned(), email.to_owned(), name.to_owned());
    // A panic in there is no reason to take the password.
    tokio::task::spawn_blocking(move || check(&password, &email, &name)).await.unwrap_or(Some(FieldProblem::PasswordWeak))
}

#[cfg(test)]
mod tests {
    use super::*;

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
